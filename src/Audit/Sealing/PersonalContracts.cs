using System.Reflection;
using System.Text.Json;
using Governance.Contracts;
using Governance.Ledger;
using Governance.ServiceDefaults;

namespace Governance.Audit.Sealing;

/// <summary>Which members of each contract are personal, as its record says. Of a contract of a later version only what it is about is known.</summary>
internal static class PersonalContracts
{
    private static readonly PersonalMembers Unknown = new(IsPersonal: false, new Dictionary<string, PersonalMembers>
    {
        ["useCaseId"] = PersonalMembers.None,
        ["revision"] = PersonalMembers.None,
    });

    private static readonly Dictionary<string, PersonalMembers> Known = typeof(IGovernanceEvent).Assembly.GetExportedTypes()
        .Where(type => type.IsDefined(typeof(ContractAttribute)))
        .ToDictionary(ContractName.Of, Of);

    public static PersonalMembers Of(string contract) => Known.GetValueOrDefault(contract, Unknown);

    private static PersonalMembers Of(Type record) => new(
        IsPersonal: false,
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(
            property => JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            property => property.IsDefined(typeof(PersonalAttribute)) ? PersonalMembers.All : OfValue(property.PropertyType)));

    private static PersonalMembers OfValue(Type type)
    {
        var item = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : type;

        return item.IsClass && item.Assembly == typeof(IGovernanceEvent).Assembly ? Of(item) : PersonalMembers.None;
    }
}
