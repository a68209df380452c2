using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Governance.Ledger;

/// <summary>
/// The one byte sequence of a JSON value that leaves are hashed over: RFC 8785 restricted to integers of at most 2^53-1, without
/// U+0000, lone surrogates and doubled members. Anything else is refused: money and scores are strings.
/// </summary>
public static class CanonicalJson
{
    public const string NotCanonical = "not-canonical";

    private const long LargestInteger = 9_007_199_254_740_991;
    private const int DeepestNesting = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = DeepestNesting };

    private static readonly SearchValues<char> MustBeEscaped = SearchValues.Create(['"', '\\', .. Enumerable.Range(0, ' ').Select(c => (char)c)]);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="LedgerException">The text is no JSON, names a member twice, or holds what has no canonical form.</exception>
    public static JsonDocument Parse(string json) => Parse(Encode(json));

    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new LedgerException(NotCanonical, $"This is no JSON: {e.Message}");
        }
    }

    /// <summary>Reads what must already be in canonical form, byte for byte.</summary>
    public static JsonDocument ParseCanonical(ReadOnlyMemory<byte> json, string what)
    {
        var document = Parse(json);

        return Write(document.RootElement).AsSpan().SequenceEqual(json.Span)
            ? document
            : throw new LedgerException(NotCanonical, $"{what} is not in canonical form.");
    }

    public static byte[] Write(JsonElement value)
    {
        var target = new ArrayBufferWriter<byte>();
        Write(value, target);

        return target.WrittenSpan.ToArray();
    }

    public static string WriteText(JsonElement value) => Encoding.UTF8.GetString(Write(value));

    public static void Write(JsonElement value, IBufferWriter<byte> target)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Raw("{"u8, target);
                var isFirst = true;

                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    Raw(isFirst ? ""u8 : ","u8, target);
                    isFirst = false;
                    Text(member.Name, target);
                    Raw(":"u8, target);
                    Write(member.Value, target);
                }

                Raw("}"u8, target);
                break;

            case JsonValueKind.Array:
                Raw("["u8, target);
                var next = false;

                foreach (var item in value.EnumerateArray())
                {
                    Raw(next ? ","u8 : ""u8, target);
                    next = true;
                    Write(item, target);
                }

                Raw("]"u8, target);
                break;

            case JsonValueKind.String:
                Text(TextOf(value), target);
                break;

            case JsonValueKind.Number:
                Number(IntegerOf(value), target);
                break;

            case JsonValueKind.True:
                Raw("true"u8, target);
                break;

            case JsonValueKind.False:
                Raw("false"u8, target);
                break;

            default:
                Raw("null"u8, target);
                break;
        }
    }

    public static void Raw(ReadOnlySpan<byte> bytes, IBufferWriter<byte> target) => target.Write(bytes);

    public static void Number(long number, IBufferWriter<byte> target)
    {
        number.TryFormat(target.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        target.Advance(written);
    }

    /// <summary>A quoted string, escaped as RFC 8785 says: only what must be.</summary>
    public static void Text(string value, IBufferWriter<byte> target)
    {
        Raw("\""u8, target);
        var plain = 0;

        for (int found; (found = value.AsSpan(plain).IndexOfAny(MustBeEscaped)) >= 0; plain += found + 1)
        {
            Encode(value.AsSpan(plain, found), target);
            Raw(Escaped(value[plain + found]), target);
        }

        Encode(value.AsSpan(plain), target);
        Raw("\""u8, target);
    }

    /// <summary>The text of a JSON string that may be sealed.</summary>
    public static string TextOf(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new LedgerException(NotCanonical, "A text holds half of a surrogate pair.");
        }
    }

    public static byte[] Encode(string text)
    {
        try
        {
            return Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new LedgerException(NotCanonical, "A text holds half of a surrogate pair.");
        }
    }

    private static long IntegerOf(JsonElement value) =>
        value.TryGetInt64(out var number) && Math.Abs(number) <= LargestInteger && value.GetRawText() is not "-0"
            ? number
            : throw new LedgerException(NotCanonical, "A number is not a whole one of at most 2^53-1; it belongs in a string.");

    public static void Encode(ReadOnlySpan<char> text, IBufferWriter<byte> target)
    {
        try
        {
            Utf8.GetBytes(text, target);
        }
        catch (EncoderFallbackException)
        {
            throw new LedgerException(NotCanonical, "A text holds half of a surrogate pair.");
        }
    }

    private static ReadOnlySpan<byte> Escaped(char c) => c switch
    {
        '"' => "\\\""u8,
        '\\' => "\\\\"u8,
        '\b' => "\\b"u8,
        '\f' => "\\f"u8,
        '\n' => "\\n"u8,
        '\r' => "\\r"u8,
        '\t' => "\\t"u8,
        '\0' => throw new LedgerException(NotCanonical, "A text holds U+0000."),
        _ => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")),
    };
}
