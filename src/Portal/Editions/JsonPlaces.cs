using System.Text;
using System.Text.Json;

namespace Governance.Portal.Editions;

/// <summary>Where a member stands in a text: its line, and the characters from its value's first on.</summary>
internal readonly record struct JsonPlace(int Line, int Start, int Length);

/// <summary>Finds the members of a JSON text by the paths in which the API names mistakes, such as <c>rules[3].when</c>.</summary>
internal static class JsonPlaces
{
    /// <summary>That of the path or, where it does not exist, of the nearest parent that does; the whole text has the empty path.</summary>
    public static JsonPlace? Of(string text, string path)
    {
        Dictionary<string, JsonPlace> all;

        try
        {
            all = All(text);
        }
        catch (JsonException)
        {
            return null;
        }

        for (var wanted = path.TrimStart('$').TrimStart('.'); ; wanted = Parent(wanted))
        {
            if (all.TryGetValue(wanted, out var place))
            {
                return place;
            }

            if (wanted.Length == 0)
            {
                return null;
            }
        }
    }

    /// <summary>Where the reader of a text gave up.</summary>
    public static JsonPlace Of(string text, JsonException mistake)
    {
        var line = (int)(mistake.LineNumber ?? 0);
        var start = text.Split('\n').Take(line).Sum(earlier => earlier.Length + 1);
        var inLine = start >= text.Length ? "" : text[start..].Split('\n')[0];
        var within = Encoding.UTF8.GetString([.. Encoding.UTF8.GetBytes(inLine).Take((int)(mistake.BytePositionInLine ?? 0))]).Length;

        return new(line + 1, Math.Min(text.Length, start + within), 1);
    }

    private static string Parent(string path)
    {
        var end = path.LastIndexOfAny(['.', '[']);

        return end < 0 ? "" : path[..end];
    }

    private static Dictionary<string, JsonPlace> All(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes);
        var places = new Dictionary<string, JsonPlace>(StringComparer.Ordinal);
        var parents = new Stack<(string Path, int Items)>();
        var (name, chars, counted, line) = ("", 0, 0, 1);

        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                name = reader.GetString()!;

                continue;
            }

            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                parents.Pop();

                continue;
            }

            var (at, length) = ((int)reader.TokenStartIndex, reader.ValueSpan.Length + (reader.TokenType is JsonTokenType.String ? 2 : 0));
            line += bytes.AsSpan(counted, at - counted).Count((byte)'\n');
            chars += Encoding.UTF8.GetCharCount(bytes, counted, at - counted);
            counted = at;
            var path = Path(parents, name);
            places.TryAdd(path, new(line, chars, Encoding.UTF8.GetCharCount(bytes, at, Math.Max(1, length))));
            name = "";

            if (reader.TokenType is JsonTokenType.StartObject)
            {
                parents.Push((path, -1));
            }
            else if (reader.TokenType is JsonTokenType.StartArray)
            {
                parents.Push((path, 0));
            }
        }

        return places;
    }

    /// <summary>Items of a list are counted while they are passed.</summary>
    private static string Path(Stack<(string Path, int Items)> parents, string name)
    {
        if (parents.Count == 0)
        {
            return "";
        }

        var (parent, items) = parents.Pop();
        parents.Push((parent, items < 0 ? items : items + 1));

        return items >= 0 ? $"{parent}[{items}]" : parent.Length == 0 ? name : $"{parent}.{name}";
    }
}
