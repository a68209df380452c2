using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Architecture.Tests;

/// <summary>A fact of the published language, with everybody who says it and everybody who listens.</summary>
internal sealed record PublishedFact(Type Type, string Name, int Version)
{
    private static readonly JsonSchemaExporterOptions Export = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
        {
            if (schema is JsonObject members && IsPersonal(context.PropertyInfo))
            {
                members["personal"] = true;
            }

            return schema;
        },
    };

    public IEnumerable<string> Publishers =>
        from service in Repository.Services
        let border = $"src/{service}/Published.cs"
        where File.Exists(Repository.At(border))
        where Repository.CodeOf(border).Any(line => line.Text.Contains($"new {Type.Name}(", StringComparison.Ordinal))
        select service;

    public IEnumerable<string> Consumers =>
        Repository.Services.Where(service => PublishedLanguage.Consumed(service).Any(heard => heard.IsAssignableFrom(Type)));

    /// <summary>Where personal data or free text can stand, by JSON path.</summary>
    public IEnumerable<string> PersonalMembers => PersonalBelow(Type, "");

    public JsonNode Schema => Json.Options.GetJsonSchemaAsNode(Type, Export);

    private static IEnumerable<string> PersonalBelow(Type type, string path)
    {
        foreach (var property in PublishedLanguage.Members(type))
        {
            var (item, isList) = PublishedLanguage.ItemOf(property.PropertyType);
            var below = path + JsonNamingPolicy.CamelCase.ConvertName(property.Name) + (isList ? "[]" : "");

            if (property.IsDefined(typeof(PersonalAttribute)))
            {
                yield return below;
            }
            else if (item.Assembly == type.Assembly)
            {
                foreach (var deeper in PersonalBelow(item, $"{below}."))
                {
                    yield return deeper;
                }
            }
        }
    }

    private static bool IsPersonal(JsonPropertyInfo? property) =>
        property?.AttributeProvider?.IsDefined(typeof(PersonalAttribute), inherit: false) is true;
}

/// <summary>What the services tell each other, read from the assemblies.</summary>
internal static class PublishedLanguage
{
    public static Assembly Assembly { get; } = typeof(IGovernanceEvent).Assembly;

    public static IReadOnlyList<PublishedFact> Facts { get; } =
    [
        .. from type in Assembly.GetExportedTypes()
           let contract = type.GetCustomAttribute<ContractAttribute>()
           where contract is not null
           orderby contract.Name, contract.Version
           select new PublishedFact(type, contract.Name, contract.Version),
    ];

    /// <summary>Every record a fact can carry, the facts themselves included.</summary>
    public static IReadOnlyList<Type> Records { get; } =
        [.. Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAssignableTo(typeof(Attribute)))];

    public static PropertyInfo[] Members(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>The type behind a list or a nullable value.</summary>
    public static (Type Item, bool IsList) ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? (type.GetGenericArguments()[0], true)
            : (Nullable.GetUnderlyingType(type) ?? type, false);

    /// <summary>By consumers of its own, and by that of the service defaults which erases for it.</summary>
    public static IEnumerable<Type> Consumed(string service) =>
    [
        .. from type in System.Reflection.Assembly.Load($"Governance.{service}").GetTypes()
           from heard in type.GetInterfaces()
           where heard.IsGenericType && heard.GetGenericTypeDefinition() == typeof(IConsumer<>)
           select heard.GetGenericArguments()[0],
        .. Repository.Read($"src/{service}/Program.cs").Contains("builder.AddErasure(", StringComparison.Ordinal) ? [typeof(PersonalDataErased)] : Type.EmptyTypes,
    ];
}
