using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Compliance.Notifications;

/// <summary>
/// Signs by the Standard Webhooks scheme: HMAC-SHA256 over id, time and body, joined by dots, under each secret that counts, so that a
/// receiver can change secrets without a gap.
/// </summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int SecretBytes = 32;

    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string Of(string id, DateTimeOffset at, string body, IEnumerable<string> secrets) =>
        string.Join(' ', secrets.Select(secret => $"v1,{Sign(secret, $"{id}.{Timestamp(at)}.{body}")}"));

    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Sign(string secret, string content) => Convert.ToBase64String(
        HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), Encoding.UTF8.GetBytes(content)));
}
