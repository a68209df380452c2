using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Governance.Identity;

/// <summary>A client gets only the flows, and returns only to the addresses, that the realm file grants it.</summary>
internal sealed class ClientRules(Realm realm, IConfiguration configuration) :
    IOpenIddictServerHandler<ValidateTokenRequestContext>,
    IOpenIddictServerHandler<ValidateAuthorizationRequestContext>,
    IOpenIddictServerHandler<ValidateEndSessionRequestContext>
{
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var client = realm.Client(context.ClientId);

        if (client is null || !(client.IsPublic || Secret.Matches(context.ClientSecret, SecretOf(client))))
        {
            context.Reject(Errors.InvalidClient, "The client is unknown or its secret is wrong.");
        }
        else if (!MayUse(client, context.Request.GrantType))
        {
            context.Reject(Errors.UnauthorizedClient, $"The client {client.Id} may not use this grant.");
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        var client = realm.Client(context.ClientId);

        if (client is not { MaySignInByCode: true })
        {
            context.Reject(Errors.UnauthorizedClient, "The client is unknown or may not sign in by code.");
        }
        else if (!client.MayReturnTo(context.RedirectUri))
        {
            context.Reject(Errors.InvalidRequest, "The redirect_uri is not one of the client's.");
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(ValidateEndSessionRequestContext context)
    {
        if (context.PostLogoutRedirectUri is { } uri && !realm.Clients.Any(client => client.MayReturnTo(uri)))
        {
            context.Reject(Errors.InvalidRequest, "The post_logout_redirect_uri is not one of a client's.");
        }

        return ValueTask.CompletedTask;
    }

    private static bool MayUse(Client client, string? grant) => grant switch
    {
        GrantTypes.Password => client.MaySignInByPassword,
        GrantTypes.AuthorizationCode => client.MaySignInByCode,
        GrantTypes.RefreshToken => client.MaySignInByPassword || client.MaySignInByCode,
        GrantTypes.ClientCredentials => client.MayActForItself,
        _ => false,
    };

    private string? SecretOf(Client client) => configuration[$"Identity:ClientSecrets:{client.Id}"];
}
