using System.Text.Json.Nodes;

namespace Governance.Portal.Cases;

/// <summary>One answer that differs between two versions of the facts; null where there is none.</summary>
public sealed record Difference(string Path, string? Before, string? After)
{
    public static IReadOnlyList<Difference> Between(JsonNode? before, JsonNode? after)
    {
        var (old, now) = (Flat(before), Flat(after));

        return
        [
            .. old.Keys.Union(now.Keys)
                .Select(path => new Difference(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path)))
                .Where(difference => difference.Before != difference.After),
        ];
    }

    private static Dictionary<string, string> Flat(JsonNode? node)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(node, "", all);

        return all;
    }

    /// <summary>
    /// A list of plain values is one answer; things with an id are told apart by it and not by their place; 100 and 100.0 are the same number.
    /// </summary>
    private static void Collect(JsonNode? node, string path, Dictionary<string, string> all)
    {
        switch (node)
        {
            case JsonObject parent:
                foreach (var (name, child) in parent)
                {
                    Collect(child, path.Length == 0 ? name : $"{path}.{name}", all);
                }

                break;
            case JsonArray items when items.Any(item => item is JsonObject):
                for (var i = 0; i < items.Count; i++)
                {
                    Collect(items[i], $"{path}[{((items[i] as JsonObject)?["id"] is JsonValue id ? Text(id) : $"{i}")}]", all);
                }

                break;
            case JsonArray items:
                all[path] = string.Join(", ", items.Select(Text));
                break;
            case not null:
                all[path] = Text(node);
                break;
        }
    }

    private static string Text(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.TryGetValue<decimal>(out var number) => (number / 1.000000000000000000m).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => node?.ToJsonString() ?? "",
    };
}
