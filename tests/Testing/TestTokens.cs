using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Testing;

/// <summary>Signs access tokens of the shape Keycloak gives them, under a key only this run knows.</summary>
public static class TestTokens
{
    public const string Server = "http://identity.localhost";
    public const string Issuer = $"{Server}/realms/governance";
    public const string Audience = "governance-api";

    private static readonly RsaSecurityKey Key = new(RSA.Create(2048)) { KeyId = "test" };

    private static readonly JsonWebTokenHandler Tokens = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>What a service would read from the metadata address of the realm.</summary>
    public static OpenIdConnectConfiguration Configuration { get; } = Configure();

    public static string For(Person person, Action<Dictionary<string, object>>? change = null)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["sub"] = person.Subject,
            ["aud"] = new[] { Audience, "account" },
            ["exp"] = now.AddMinutes(30).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString(),
            ["typ"] = "Bearer",
            ["azp"] = "governance-cli",
            ["preferred_username"] = person.Name,
            ["name"] = person.Name,
            ["realm_access"] = new Dictionary<string, object> { ["roles"] = person.Roles.ToArray() },
            ["business_units"] = person.BusinessUnits.ToArray(),
        };
        change?.Invoke(claims);

        return Tokens.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new(Key, SecurityAlgorithms.RsaSha256),
        });
    }

    private static OpenIdConnectConfiguration Configure()
    {
        var configuration = new OpenIdConnectConfiguration { Issuer = Issuer };
        configuration.SigningKeys.Add(new RsaSecurityKey(Key.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = Key.KeyId });

        return configuration;
    }
}
