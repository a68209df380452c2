using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Governance.Identity;

/// <summary>Identity keeps no session, so signing out is only the way back to the client.</summary>
internal sealed class SignOut : IOpenIddictServerHandler<HandleEndSessionRequestContext>
{
    public ValueTask HandleAsync(HandleEndSessionRequestContext context)
    {
        context.SignOut();

        return ValueTask.CompletedTask;
    }
}
