using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Identity.Tests;

public sealed partial class CodeFlowTests(RunningIdentity identity) : IClassFixture<RunningIdentity>
{
    private const string Callback = "http://localhost:8080/signed-in";
    private const string Verifier = "a-verifier-of-at-least-forty-three-characters-0123";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_signs_in_and_comes_back_with_a_code_that_buys_tokens_once()
    {
        var location = await SignIn("risk.reviewer", "governance");

        var back = HttpUtility.ParseQueryString(location!.Query);
        location.GetLeftPart(UriPartial.Path).ShouldBe(Callback);
        back["state"].ShouldBe("\"><script>1</script>");
        var (status, answer) = await Redeem(back["code"]!);
        var (_, again) = await Redeem(back["code"]!);

        status.ShouldBe(HttpStatusCode.OK);
        var claims = Tokens.Payload(answer.Access());
        claims["azp"]!.GetValue<string>().ShouldBe("governance-portal");
        claims["realm_access"]!.ToJsonString().ShouldBe("""{"roles":["risk-reviewer"]}""");
        Tokens.Payload(answer["id_token"]!.GetValue<string>())["nonce"]!.GetValue<string>().ShouldBe("n-1");
        answer.ContainsKey("refresh_token").ShouldBeTrue();
        again.Error().ShouldBe("invalid_grant");
    }

    [Theory]
    [InlineData("code_verifier", "another-verifier-of-at-least-forty-three-characters")]
    [InlineData("redirect_uri", "http://localhost:8080/elsewhere")]
    [InlineData("client_id", "governance-cli")]
    public async Task A_stolen_code_is_worthless_without_the_rest(string name, string value)
    {
        var location = await SignIn("risk.reviewer", "governance");

        var (_, answer) = await Redeem(HttpUtility.ParseQueryString(location!.Query)["code"]!, (name, value));

        answer.ContainsKey("access_token").ShouldBeFalse();
        answer.Error().ShouldBeOneOf("invalid_grant", "unauthorized_client");
    }

    [Theory]
    [InlineData("redirect_uri", "http://evil.example/signed-in")]
    [InlineData("redirect_uri", "http://localhost:8080.evil.example/")]
    [InlineData("redirect_uri", "http://localhost:8080@evil.example/")]
    [InlineData("redirect_uri", "https://localhost:8080/")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "governance-cli")]
    [InlineData("client_id", "unknown")]
    [InlineData("client_id", null)]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("response_type", "token")]
    [InlineData("scope", "openid unknown")]
    public async Task A_request_that_is_not_the_portal_s_never_reaches_the_form(string name, string? value)
    {
        using var answer = await identity.Http.GetAsync(Authorize((name, value)), Cancelled);

        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldNotContain("<form");
        answer.Headers.Location?.Authority.ShouldBe("localhost:8080");
    }

    [Fact]
    public async Task A_request_without_any_proof_key_never_reaches_the_form()
    {
        using var answer = await identity.Http.GetAsync(Authorize(("code_challenge", null), ("code_challenge_method", null)), Cancelled);

        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldNotContain("<form");
    }

    [Fact]
    public async Task A_wrong_password_shows_the_form_again_and_says_so()
    {
        using var page = await Submit("risk.reviewer", "wrong");

        var html = await page.Content.ReadAsStringAsync(Cancelled);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        html.ShouldContain("role=\"alert\"");
        html.ShouldNotContain("wrong\"");
    }

    [Fact]
    public async Task A_form_that_another_site_posted_signs_nobody_in()
    {
        using var page = await Submit("risk.reviewer", "governance", withCookie: false);
        using var form = await Submit("risk.reviewer", "governance", withFormToken: false);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        form.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_may_not_be_asked_is_sent_back_unanswered()
    {
        using var answer = await identity.Http.GetAsync(Authorize(("prompt", "none")), Cancelled);

        HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["error"].ShouldBe("login_required");
    }

    [Fact]
    public async Task The_form_is_labelled_and_loads_and_runs_nothing()
    {
        using var answer = await identity.Http.GetAsync(Authorize(), Cancelled);
        var html = await answer.Content.ReadAsStringAsync(Cancelled);

        var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("form-action 'self' http://localhost:8080;");
        policy.ShouldContain("frame-ancestors 'none'");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        html.ShouldNotContain("<script");
        html.ShouldContain("lang=\"en\"");
        html.ShouldContain("<label for=\"username\">");
        html.ShouldContain("<label for=\"password\">");
    }

    [Fact]
    public async Task Signing_out_leads_back_to_the_portal_and_nowhere_else()
    {
        using var home = await identity.Http.GetAsync("logout?post_logout_redirect_uri=http://localhost:8080/", Cancelled);
        using var away = await identity.Http.GetAsync("logout?post_logout_redirect_uri=http://evil.example/", Cancelled);

        home.Headers.Location!.OriginalString.ShouldStartWith("http://localhost:8080/");
        away.Headers.Location.ShouldBeNull();
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")]
    private static partial Regex HiddenField();

    private static string Authorize(params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "governance-portal",
            ["response_type"] = "code",
            ["redirect_uri"] = Callback,
            ["scope"] = "openid",
            ["state"] = "\"><script>1</script>",
            ["nonce"] = "n-1",
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };

        foreach (var (name, value) in changes)
        {
            query[name] = value;
        }

        return "auth?" + string.Join('&', query.Where(field => field.Value is not null).Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!)}"));
    }

    private async Task<Uri?> SignIn(string username, string password)
    {
        using var answer = await Submit(username, password);

        return answer.Headers.Location;
    }

    private async Task<HttpResponseMessage> Submit(string username, string password, bool withCookie = true, bool withFormToken = true)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = withCookie }) { BaseAddress = identity.Http.BaseAddress };
        var address = Authorize();
        var html = await client.GetStringAsync(address, Cancelled);
        html.ShouldNotContain("<script");
        var fields = HiddenField().Matches(html)
            .Select(match => KeyValuePair.Create(HttpUtility.HtmlDecode(match.Groups[1].Value), HttpUtility.HtmlDecode(match.Groups[2].Value)))
            .Where(field => withFormToken || field.Key != "__RequestVerificationToken")
            .Append(new("username", username))
            .Append(new("password", password));
        using var form = new FormUrlEncodedContent(fields);

        return await client.PostAsync(address, form, Cancelled);
    }

    private Task<(HttpStatusCode Status, JsonObject Body)> Redeem(string code, params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = "governance-portal",
            ["redirect_uri"] = Callback,
            ["code_verifier"] = Verifier,
            ["code"] = code,
        };

        foreach (var (name, value) in changes)
        {
            fields[name] = value;
        }

        return identity.Token([.. fields.Select(field => (field.Key, field.Value))]);
    }
}
