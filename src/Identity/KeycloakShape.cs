using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Governance.Identity;

/// <summary>Access and identity tokens carry the claims Keycloak would write from the same realm file, and no others.</summary>
internal sealed class KeycloakShape(Realm realm) : IOpenIddictServerHandler<GenerateTokenContext>
{
    private const string Audience = "governance-api";
    private const string Type = "typ";
    private const string Bearer = "Bearer";
    private const string Id = "ID";
    private const string AccessTokenHeader = "at+jwt";

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is TokenTypeIdentifiers.AccessToken && realm.Account(context.Principal.GetClaim(Claims.Subject)) is { } account)
        {
            context.SecurityTokenDescriptor.TokenType = "JWT";
            context.SecurityTokenDescriptor.Subject = new ClaimsIdentity();
            context.SecurityTokenDescriptor.Claims = AccessClaims(context, account);
        }
        else if (context.TokenType is TokenTypeIdentifiers.IdentityToken)
        {
            context.SecurityTokenDescriptor.Claims[Type] = Id;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Keycloak marks its tokens by the claim typ, where OpenIddict looks for a header.</summary>
    public static void RecogniseAccessTokens(OpenIddictServerOptions options)
    {
        var byHeader = options.TokenValidationParameters.TypeValidator;

        options.TokenValidationParameters.TypeValidator = (type, token, parameters) => byHeader(
            token is JsonWebToken jwt && jwt.TryGetPayloadValue(Type, out string mark) && mark == Bearer ? AccessTokenHeader : type,
            token,
            parameters);
    }

    private static Dictionary<string, object> AccessClaims(GenerateTokenContext context, Account account)
    {
        var claims = new Dictionary<string, object>
        {
            [Claims.JwtId] = Guid.NewGuid().ToString(),
            [Claims.Subject] = account.Id,
            [Claims.Audience] = new[] { Audience },
            [Type] = Bearer,
            [Claims.AuthorizedParty] = context.ClientId ?? "",
            [Claims.Scope] = string.Join(' ', context.Principal.GetScopes().Except([Scopes.OfflineAccess])),
            [Claims.PreferredUsername] = account.Username,
            ["realm_access"] = new Dictionary<string, object> { ["roles"] = account.Roles },
            ["business_units"] = account.BusinessUnits,
        };

        AddUnlessEmpty(Claims.Name, account.Name);
        AddUnlessEmpty(Claims.Email, account.Email);

        return claims;

        void AddUnlessEmpty(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                claims[name] = value;
            }
        }
    }
}
