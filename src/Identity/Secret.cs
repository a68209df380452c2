using System.Security.Cryptography;
using System.Text;

namespace Governance.Identity;

internal static class Secret
{
    /// <summary>Takes the same time wherever the two differ, and matches nothing where either is absent.</summary>
    public static bool Matches(string? offered, string? expected) =>
        CryptographicOperations.FixedTimeEquals(Hash(offered), Hash(expected))
        && !string.IsNullOrEmpty(expected);

    private static byte[] Hash(string? value) => SHA256.HashData(Encoding.UTF8.GetBytes(value ?? ""));
}
