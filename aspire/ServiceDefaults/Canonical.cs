using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.ServiceDefaults;

/// <summary>
/// One byte sequence per value, for hashing: RFC 8785 with members sorted by UTF-16 code units and no white space, restricted to
/// integers; a number with a fraction is written as a string without trailing zeros. Null members are left out, so that adding
/// an optional fact to the platform changes no old hash.
/// </summary>
public static class Canonical
{
    public static string Hash<T>(T value) => Hash(JsonSerializer.SerializeToNode(value, Json.Options));

    public static string Hash(JsonNode? node) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(node))));

    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);

        return text.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;

            case JsonObject members:
                text.Append('{');
                var first = true;
                foreach (var (name, value) in members.Where(m => m.Value is not null).OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    text.Append(first ? "" : ",");
                    first = false;
                    WriteString(name, text);
                    text.Append(':');
                    Write(value, text);
                }

                text.Append('}');
                break;

            case JsonArray items:
                text.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Write(items[i], text);
                }

                text.Append(']');
                break;

            case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                WriteString(value.GetValue<string>(), text);
                break;

            case JsonValue value when value.GetValueKind() is JsonValueKind.Number:
                WriteNumber(decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture), text);
                break;

            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    private static void WriteNumber(decimal number, StringBuilder text)
    {
        var plain = number.ToString("0.############################", CultureInfo.InvariantCulture);
        var isInteger = decimal.IsInteger(number) && Math.Abs(number) <= 9_007_199_254_740_991m;

        text.Append(isInteger ? plain : $"\"{plain}\"");
    }

    private static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        var plain = 0;

        for (var i = 0; i < value.Length; i++)
        {
            if (Escaped(value[i]) is { } escaped)
            {
                text.Append(value, plain, i - plain).Append(escaped);
                plain = i + 1;
            }
        }

        text.Append(value, plain, value.Length - plain).Append('"');
    }

    private static string? Escaped(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        >= ' ' => null,
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };
}
