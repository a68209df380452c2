using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Packs;

/// <summary>Reads facts by their JSON member path, such as <c>data.categories</c>, or <c>assessment.recommendation</c>.</summary>
public static class FactPath
{
    private const string Assessment = "assessment.";

    public static JsonNode? Read(JsonNode facts, string path)
    {
        JsonNode? node = facts;

        foreach (var member in path.Split('.'))
        {
            node = (node as JsonObject)?[member];
        }

        return node;
    }

    /// <summary>The value as text, or that of each member of a list.</summary>
    public static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        null => [],
        JsonArray items => items.SelectMany(Texts),
        _ => [value.ToString()],
    };

    public static decimal? Number(JsonNode? value) =>
        value is JsonValue && decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The type of the fact, or that of the members of a list; null where there is no such fact.</summary>
    public static Type? TypeOf(string path) => path.StartsWith(Assessment, StringComparison.Ordinal)
        ? Find(typeof(RecommendedStrategy), path[Assessment.Length..])
        : Find(typeof(UseCaseFacts), path);

    public static bool IsNumber(Type type) => type == typeof(decimal) || type == typeof(int);

    /// <summary>The names of all values of a fact that has a list of them, or null.</summary>
    public static IReadOnlyCollection<string>? ValuesOf(Type type) => type switch
    {
        { IsEnum: true } => [.. Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)],
        _ when type == typeof(bool) => ["true", "false"],
        _ when type == typeof(string) || IsNumber(type) => null,
        _ => [],
    };

    private static Type? Find(Type owner, string path) => path.Split('.').Aggregate(
        (Type?)owner,
        (type, name) => type?.GetProperties().SingleOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == name) is { } member
            ? Plain(member.PropertyType)
            : null);

    private static Type Plain(Type type) =>
        Nullable.GetUnderlyingType(type) ?? (type.IsGenericType ? type.GetGenericArguments()[0] : type);
}
