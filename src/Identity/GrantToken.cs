using System.Collections.Concurrent;
using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Governance.Identity;

/// <summary>Decides whom a token request speaks for; the realm is asked again at every refresh.</summary>
internal sealed class GrantToken(Realm realm, SpentCodes spent) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (AccountBehind(context) is { } account)
        {
            context.SignIn(Principal(account, context.Request.IsClientCredentialsGrantType() ? [] : Granted(context)));
        }
        else
        {
            context.Reject(Errors.InvalidGrant, "Invalid user credentials");
        }

        return ValueTask.CompletedTask;
    }

    public static ClaimsPrincipal Principal(Account account, IEnumerable<string> scopes) =>
        new ClaimsPrincipal(new ClaimsIdentity("Realm", Claims.PreferredUsername, Claims.Role))
            .SetClaim(Claims.Subject, account.Id)
            .SetClaim(Claims.PreferredUsername, account.Username)
            .SetClaim(Claims.Name, account.Name)
            .SetClaim(Claims.Email, account.Email)
            .SetScopes(scopes)
            .SetDestinations(static _ => [Destinations.IdentityToken]);

    private Account? AccountBehind(HandleTokenRequestContext context) => context.Request.GrantType switch
    {
        GrantTypes.Password => realm.SignIn(context.Request.Username, context.Request.Password),
        GrantTypes.ClientCredentials => realm.ServiceAccount(context.ClientId),
        GrantTypes.AuthorizationCode when !spent.Spend(context.Principal) => null,
        _ => realm.Account(context.Principal?.GetClaim(Claims.Subject)),
    };

    /// <summary>The default scopes of the realm, and offline access: OpenIddict's word for the refresh token Keycloak gives every user.</summary>
    private static IEnumerable<string> Granted(HandleTokenRequestContext context) =>
        (context.Principal?.GetScopes() ?? context.Request.GetScopes())
            .Union([Scopes.Profile, Scopes.Email, Scopes.OfflineAccess]);
}

/// <summary>A code is good for one token; its stamp is remembered because nothing else here has a memory.</summary>
internal sealed class SpentCodes
{
    private readonly ConcurrentDictionary<string, bool> stamps = new();

    public static string NewStamp() => Guid.NewGuid().ToString();

    public bool Spend(ClaimsPrincipal? code) => code?.GetAuthorizationId() is { } stamp && stamps.TryAdd(stamp, true);
}
