using System.Net;
using Governance.Portal.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Governance.Portal.Tests;

public sealed class PagesTests(PortalWorld world) : IClassFixture<PortalWorld>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/cases")]
    [InlineData("/cases/new")]
    [InlineData("/reviews")]
    [InlineData("/audit")]
    [InlineData("/ledger")]
    [InlineData("/duties")]
    [InlineData("/reads")]
    [InlineData("/portfolio")]
    [InlineData("/editions/policies")]
    [InlineData("/drafts/policies")]
    [InlineData("/price-lists/import")]
    [InlineData("/files/evidence")]
    [InlineData("/erasures")]
    [InlineData("/holds")]
    [InlineData("/retention")]
    public async Task A_page_shows_a_stranger_nothing_and_takes_no_token(string path)
    {
        using var answer = await Visit(path, token: true);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe($"/sign-in?to={Uri.EscapeDataString(path)}");
    }

    [Fact]
    public async Task A_stranger_at_the_front_page_is_welcomed_first()
    {
        using var answer = await Visit("/");

        answer.Headers.Location!.OriginalString.ShouldBe("/welcome");
    }

    [Fact]
    public async Task Without_the_identity_server_the_welcome_page_says_so()
    {
        using var answer = await Visit("/sign-in");

        answer.Headers.Location!.ToString().ShouldBe("/welcome?failed=true");
    }

    [Fact]
    public async Task A_page_runs_no_script_of_its_own_text_and_loads_nothing_from_elsewhere()
    {
        using var answer = await Visit("/welcome");
        var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        var page = await answer.Content.ReadAsStringAsync(Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        page.ShouldNotContain("https://");
        page.ShouldNotContain("onclick=");
    }

    [Fact]
    public void In_earnest_every_cookie_travels_encrypted_alone_and_out_of_reach_of_scripts()
    {
        using var portal = world.Start("Production");
        var identity = Of<OpenIdConnectOptions>(BrowserSignIn.Challenge);
        CookieBuilder[] cookies =
        [
            Of<CookieAuthenticationOptions>(BrowserSignIn.Cookie).Cookie, Of<AntiforgeryOptions>("").Cookie, identity.CorrelationCookie, identity.NonceCookie,
        ];

        cookies.ShouldAllBe(cookie => cookie.SecurePolicy == CookieSecurePolicy.Always && cookie.HttpOnly && cookie.SameSite != SameSiteMode.None);

        T Of<T>(string name) where T : class => portal.Services.GetRequiredService<IOptionsMonitor<T>>().Get(name);
    }

    [Fact]
    public async Task An_unknown_address_is_answered_with_a_page()
    {
        using var answer = await Visit("/nothing-here");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain("<h1>Nothing here</h1>");
    }

    [Theory]
    [InlineData("en-GB", "Sign in")]
    [InlineData("de-DE", "Anmelden")]
    public async Task The_language_is_the_one_the_browser_asks_for(string language, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/welcome");
        request.Headers.AcceptLanguage.ParseAdd(language);
        using var answer = await world.Http.SendAsync(request, Cancelled);

        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain($">{expected}</a>");
    }

    [Theory]
    [InlineData("/cases/new?x=1", "/cases/new?x=1")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Nobody_is_sent_to_another_site(string? to, string expected) => BrowserSignIn.Local(to).ShouldBe(expected);

    private async Task<HttpResponseMessage> Visit(string path, bool token = false)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = world.Http.BaseAddress };

        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        if (token)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", world.Issuer.Token());
        }

        return await client.GetAsync(path, Cancelled);
    }
}
