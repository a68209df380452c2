using System.Globalization;
using System.Security.Claims;
using Governance.Portal.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Portal.Tests;

public sealed class SessionTests(PortalWorld world) : IClassFixture<PortalWorld>
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    private Sessions Sessions => world.Portal.Services.GetRequiredService<Sessions>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_about_to_run_out_is_traded_for_a_new_one_once_however_many_pages_ask_at_once()
    {
        var asked = 0;
        world.Issuer.Refresh = token => Interlocked.Increment(ref asked) == 1 && token == "refresh-1"
            ? new { access_token = "second", expires_in = 300, refresh_token = "refresh-2" }
            : null;
        var user = await SignIn(Short);

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Token(user)));

        tokens.ShouldAllBe(token => token == "second");
        asked.ShouldBe(1);
        Sessions.Of(user)!.Token("refresh_token").ShouldBe("refresh-2");
    }

    [Fact]
    public async Task A_token_that_is_good_for_a_while_is_used_as_it_is()
    {
        world.Issuer.Refresh = _ => throw new InvalidOperationException("Nobody should ask.");

        (await Token(await SignIn(TimeSpan.FromHours(1)))).ShouldBe("first");
    }

    [Fact]
    public async Task A_refused_refresh_ends_the_session()
    {
        world.Issuer.Refresh = _ => null;
        var user = await SignIn(Short);

        (await Token(user)).ShouldBeNull();
        Sessions.Of(user).ShouldBeNull();
    }

    [Theory]
    [InlineData(30, "first")]
    [InlineData(-30, null)]
    public async Task An_identity_server_that_is_in_trouble_ends_no_session(int secondsLeft, string? expected)
    {
        world.Issuer.Refresh = _ => throw new InvalidOperationException("In trouble.");
        var user = await SignIn(TimeSpan.FromSeconds(secondsLeft));

        (await Token(user)).ShouldBe(expected);
        Sessions.Of(user).ShouldNotBeNull();
    }

    private Task<string?> Token(ClaimsPrincipal user) => Sessions.AccessToken(Sessions.Of(user)!, Cancelled);

    /// <summary>Somebody whose access token lasts so long yet.</summary>
    private async Task<ClaimsPrincipal> SignIn(TimeSpan lasts)
    {
        var now = TimeProvider.System.GetUtcNow();
        var properties = new AuthenticationProperties { ExpiresUtc = now.AddHours(1) };
        properties.StoreTokens(
        [
            new() { Name = "access_token", Value = "first" },
            new() { Name = "refresh_token", Value = "refresh-1" },
            new() { Name = "expires_at", Value = (now + lasts).ToString("o", CultureInfo.InvariantCulture) },
        ]);
        var user = new ClaimsPrincipal(new ClaimsIdentity([], BrowserSignIn.Cookie));
        await Sessions.StoreAsync(new(user, properties, BrowserSignIn.Cookie));

        return user;
    }
}
