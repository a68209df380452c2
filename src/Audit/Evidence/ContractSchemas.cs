using System.Text.Json.Schema;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Audit.Evidence;

/// <summary>The shape of facts, for who reads a package without the platform.</summary>
internal static class ContractSchemas
{
    private static readonly Dictionary<string, Type> Known = typeof(IGovernanceEvent).Assembly.GetExportedTypes()
        .Where(type => type.IsDefined(typeof(ContractAttribute), inherit: false))
        .ToDictionary(ContractName.Of);

    /// <summary>Null for a contract this build does not have.</summary>
    public static string? Of(string contract) =>
        Known.TryGetValue(contract, out var type) ? Json.Options.GetJsonSchemaAsNode(type).ToJsonString() : null;
}
