using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Governance.Identity;

internal sealed class UserInfo(Realm realm) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        if (realm.Account(context.AccessTokenPrincipal.GetClaim(Claims.Subject)) is { } account)
        {
            context.Subject = account.Id;
            context.PreferredUsername = account.Username;
            context.Claims[Claims.Name] = account.Name;
            context.Email = account.Email;
        }
        else
        {
            context.Reject(Errors.InvalidToken, "The account is gone.");
        }

        return ValueTask.CompletedTask;
    }
}
