using System.Globalization;
using System.Text.Json;

namespace Governance.Audit.Replay;

/// <summary>A value that differs between two facts; null stands for one that was not there.</summary>
public sealed record JsonChange(string Path, string? From, string? To)
{
    public override string ToString() => $"{Path} changed from {From ?? "nothing"} to {To ?? "nothing"}";
}

/// <summary>Where two JSON values differ, member by member.</summary>
internal static class JsonChanges
{
    private const int MostChanges = 200;

    public static IReadOnlyList<JsonChange> Between(JsonElement from, JsonElement to)
    {
        if (JsonElement.DeepEquals(from, to))
        {
            return [];
        }

        var changes = new List<JsonChange>();
        Compare("", from, to, changes);

        return changes;
    }

    private static void Compare(string path, JsonElement? from, JsonElement? to, List<JsonChange> changes)
    {
        if (changes.Count == MostChanges)
        {
            return;
        }

        if (IsObject(from) || IsObject(to))
        {
            var names = Members(from).Union(Members(to)).Order(StringComparer.Ordinal);

            foreach (var name in names)
            {
                Compare(path is "" ? name : $"{path}.{name}", Member(from, name), Member(to, name), changes);
            }
        }
        else if (IsList(from) && IsList(to) && (HasObjects(from!.Value) || HasObjects(to!.Value)))
        {
            var (before, after) = (from.Value.EnumerateArray().ToList(), to!.Value.EnumerateArray().ToList());

            for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
            {
                Compare(
                    string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"),
                    i < before.Count ? before[i] : null,
                    i < after.Count ? after[i] : null,
                    changes);
            }
        }
        else if (Text(from) is var a && Text(to) is var b && a != b)
        {
            changes.Add(new(path, a, b));
        }
    }

    private static bool IsObject(JsonElement? value) => value is { ValueKind: JsonValueKind.Object };

    private static bool IsList(JsonElement? value) => value is { ValueKind: JsonValueKind.Array };

    private static bool HasObjects(JsonElement list) => list.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object);

    private static IEnumerable<string> Members(JsonElement? value) =>
        IsObject(value) ? value!.Value.EnumerateObject().Select(member => member.Name) : [];

    private static JsonElement? Member(JsonElement? value, string name) =>
        IsObject(value) && value!.Value.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => other.GetRawText(),
    };
}
