using System.Text.Json;
using System.Text.Json.Serialization;

namespace Governance.Identity;

/// <summary>The part of a Keycloak realm export that local sign-in honours; all else in the file is for Keycloak alone.</summary>
public sealed record Realm
{
    [JsonPropertyName("realm")]
    public required string Name { get; init; }

    [JsonPropertyName("accessTokenLifespan")]
    public required int AccessTokenSeconds { get; init; }

    [JsonPropertyName("accessCodeLifespan")]
    public required int CodeSeconds { get; init; }

    [JsonPropertyName("ssoSessionIdleTimeout")]
    public required int RefreshTokenSeconds { get; init; }

    public required IReadOnlyList<Client> Clients { get; init; }

    [JsonPropertyName("users")]
    public required IReadOnlyList<Account> Accounts { get; init; }

    public static Realm Read(string path) =>
        JsonSerializer.Deserialize<Realm>(File.ReadAllText(path), JsonSerializerOptions.Web)
        ?? throw new InvalidDataException($"{path} holds no realm.");

    public Client? Client(string? id) => Clients.FirstOrDefault(client => client.Id == id && client.Enabled);

    public Account? Account(string? subject) => Accounts.FirstOrDefault(account => account.Id == subject && account.Enabled);

    public Account? ServiceAccount(string? client) =>
        Accounts.FirstOrDefault(account => account.Client is not null && account.Client == client && account.Enabled);

    /// <summary>Where the portal is served from another address than the file says, it must still be able to return there.</summary>
    public Realm WithPortalAt(string url) => this with
    {
        Clients = [.. Clients.Select(client =>
            client.MaySignInByCode ? client with { RedirectUris = [.. client.RedirectUris, $"{url.TrimEnd('/')}/*"] } : client)],
    };

    /// <summary>An unknown name costs the same comparison as a wrong password.</summary>
    public Account? SignIn(string? username, string? password)
    {
        var account = Accounts.FirstOrDefault(account => account.Username == username && account.Enabled);
        var matches = Secret.Matches(password, account?.Password);

        return matches ? account : null;
    }
}

public sealed record Client
{
    [JsonPropertyName("clientId")]
    public required string Id { get; init; }

    public bool Enabled { get; init; }

    [JsonPropertyName("publicClient")]
    public bool IsPublic { get; init; }

    [JsonPropertyName("standardFlowEnabled")]
    public bool MaySignInByCode { get; init; }

    [JsonPropertyName("directAccessGrantsEnabled")]
    public bool MaySignInByPassword { get; init; }

    [JsonPropertyName("serviceAccountsEnabled")]
    public bool MayActForItself { get; init; }

    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>As in Keycloak, a trailing asterisk stands for any rest of the address.</summary>
    public bool MayReturnTo(string? uri) => uri is not null && RedirectUris.Any(allowed => allowed.EndsWith("/*", StringComparison.Ordinal)
        ? uri.StartsWith(allowed[..^1], StringComparison.Ordinal)
        : uri == allowed);
}

public sealed record Account
{
    public required string Id { get; init; }

    public required string Username { get; init; }

    public bool Enabled { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Email { get; init; }

    [JsonPropertyName("serviceAccountClientId")]
    public string? Client { get; init; }

    [JsonPropertyName("realmRoles")]
    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<Credential> Credentials { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    public string? Name => $"{FirstName} {LastName}".Trim() is { Length: > 0 } name ? name : null;

    public string? Password => Credentials.FirstOrDefault(credential => credential.Type == "password")?.Value;

    public IReadOnlyList<string> BusinessUnits => Attributes.GetValueOrDefault("business_units") ?? [];
}

public sealed record Credential(string Type, string? Value);
