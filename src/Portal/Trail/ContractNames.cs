namespace Governance.Portal.Trail;

internal static class ContractNames
{
    /// <summary>As people call it: without the prefix and the version of the wire.</summary>
    public static string Short(string contract) => contract.Split('.') is [_, var name, ..] ? name : contract;
}
