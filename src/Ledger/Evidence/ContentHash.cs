using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Governance.Ledger.Evidence;

/// <summary>
/// The hash by which decisions name policies and price books: canonical JSON without null members, in which a number with a fraction
/// is a string without trailing zeros. Here without the platform, so that a package can be verified without it.
/// </summary>
public static class ContentHash
{
    private const decimal LargestInteger = 9_007_199_254_740_991m;

    /// <summary>In lower-case hexadecimal digits; empty for what has no such hash.</summary>
    public static string Of(byte[] json)
    {
        try
        {
            using var document = CanonicalJson.Parse(json.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? json.AsMemory(3) : json);
            var target = new ArrayBufferWriter<byte>();
            Write(document.RootElement, target);

            return Convert.ToHexStringLower(SHA256.HashData(target.WrittenSpan));
        }
        catch (Exception e) when (e is LedgerException or FormatException or OverflowException)
        {
            return "";
        }
    }

    private static void Write(JsonElement value, IBufferWriter<byte> target)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var separator = "{"u8.ToArray();

                foreach (var member in value.EnumerateObject().Where(m => m.Value.ValueKind is not JsonValueKind.Null).OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    CanonicalJson.Raw(separator, target);
                    separator = [(byte)','];
                    CanonicalJson.Text(member.Name, target);
                    CanonicalJson.Raw(":"u8, target);
                    Write(member.Value, target);
                }

                CanonicalJson.Raw(separator[0] == '{' ? "{}"u8 : "}"u8, target);
                break;

            case JsonValueKind.Array:
                CanonicalJson.Raw("["u8, target);
                var isFirst = true;

                foreach (var item in value.EnumerateArray())
                {
                    CanonicalJson.Raw(isFirst ? ""u8 : ","u8, target);
                    isFirst = false;
                    Write(item, target);
                }

                CanonicalJson.Raw("]"u8, target);
                break;

            case JsonValueKind.Number:
                var number = decimal.Parse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);
                var plain = number.ToString("0.############################", CultureInfo.InvariantCulture);
                CanonicalJson.Raw(
                    Encoding.ASCII.GetBytes(decimal.IsInteger(number) && Math.Abs(number) <= LargestInteger ? plain : $"\"{plain}\""), target);
                break;

            default:
                CanonicalJson.Write(value, target);
                break;
        }
    }
}
