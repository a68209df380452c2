using System.Security.Cryptography;
using System.Text;

namespace Governance.Testing;

/// <summary>Somebody with an account. The same name is always the same person.</summary>
public sealed record Person(string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> BusinessUnits)
{
    /// <summary>Somebody known by nothing but a role.</summary>
    public Person(string role, params string[] businessUnits) : this(role, [role], businessUnits)
    {
    }

    public string Subject { get; } = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(Name)).AsSpan(0, 16)).ToString();
}
