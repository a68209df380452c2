using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.ServiceDefaults;

/// <summary>
/// Reads a token whose signature, issuer, audience and lifetime are already proven. The payload is read again, strictly: the
/// library converts types, ignores <c>crit</c>, and would let a claim of another place pass for a role.
/// </summary>
public static class AccessToken
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = Json.MaxDepth };

    /// <returns>The caller, or why the token is not an access token of the platform.</returns>
    public static (ClaimsIdentity? Caller, string? Refusal) Read(JsonWebToken token)
    {
        if (token.TryGetHeaderValue<object>("crit", out _))
        {
            return (null, "The token has critical extensions that this service does not know.");
        }

        try
        {
            using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), Strict);

            return Read(payload.RootElement);
        }
        catch (JsonException)
        {
            return (null, "The token is malformed.");
        }
    }

    private static (ClaimsIdentity? Caller, string? Refusal) Read(JsonElement payload)
    {
        if (Text(payload, "typ") is not "Bearer")
        {
            return (null, "The token is not an access token.");
        }

        if (!payload.TryGetProperty("exp", out var expiry) || expiry.ValueKind is not JsonValueKind.Number)
        {
            return (null, "The token does not say when it expires.");
        }

        return string.IsNullOrWhiteSpace(Text(payload, "sub")) ? (null, "The token names no subject.") : (Caller(payload), null);
    }

    private static ClaimsIdentity Caller(JsonElement payload)
    {
        var roles = payload.TryGetProperty("realm_access", out var access) ? Texts(access, "roles") : [];
        var name = Text(payload, "name") ?? Text(payload, "preferred_username") ?? "";

        IEnumerable<Claim> claims =
        [
            new(ServiceDefaults.Caller.SubjectClaim, Text(payload, "sub")!),
            new(ServiceDefaults.Caller.NameClaim, name),
            .. roles.Select(role => new Claim(ServiceDefaults.Caller.RoleClaim, role)),
            .. Address(payload) is { } address ? [new Claim(ServiceDefaults.Caller.AddressClaim, address)] : Array.Empty<Claim>(),
            .. Texts(payload, "business_units").Select(unit => new Claim(ServiceDefaults.Caller.BusinessUnitClaim, unit)),
        ];

        return new(claims, "Bearer", ServiceDefaults.Caller.NameClaim, ServiceDefaults.Caller.RoleClaim);
    }

    /// <summary>The mail address of the account, unless the realm says that it is not proven.</summary>
    private static string? Address(JsonElement payload) =>
        payload.TryGetProperty("email_verified", out var verified) && verified.ValueKind is not JsonValueKind.True ? null : Text(payload, "email");

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<string> Texts(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!)
            : [];
}
