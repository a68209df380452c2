using System.Security.Cryptography;

namespace Governance.Local;

internal static class Passwords
{
    /// <summary>Hexadecimal, so that it needs no quoting in SQL, an address, a connection string or a configuration file.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>What services know each other's messages by.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
