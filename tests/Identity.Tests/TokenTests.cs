using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;

namespace Governance.Identity.Tests;

public sealed class TokenTests(RunningIdentity identity) : IClassFixture<RunningIdentity>
{
    private static readonly string[] AccessTokenClaims =
        ["aud", "azp", "business_units", "email", "exp", "iat", "iss", "jti", "name", "preferred_username", "realm_access", "scope", "sub", "typ"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("portfolio.manager", Roles.PortfolioManager)]
    [InlineData("portfolio.manager.insurance", Roles.PortfolioManager)]
    [InlineData("risk.reviewer", Roles.RiskReviewer)]
    [InlineData("legal.reviewer", Roles.LegalReviewer)]
    [InlineData("privacy.reviewer", Roles.PrivacyReviewer)]
    [InlineData("security.reviewer", Roles.SecurityReviewer)]
    [InlineData("auditor", Roles.Auditor)]
    [InlineData("executive", Roles.Executive)]
    [InlineData("administrator", Roles.Administrator)]
    public async Task Every_demo_account_signs_in_and_is_accepted_by_a_service_in_its_role(string account, string role)
    {
        await using var service = await ProtectedService.Start(identity.Url.GetLeftPart(UriPartial.Authority));
        var (status, answer) = await identity.SignIn(account);

        using var reply = await service.Get("/caller", answer.Access());

        status.ShouldBe(HttpStatusCode.OK);
        reply.StatusCode.ShouldBe(HttpStatusCode.OK);
        var caller = await reply.Content.ReadFromJsonAsync<Caller>(Cancelled);
        caller!.Roles.ShouldBe([role]);
        caller.Name.ShouldNotBeEmpty();
        Guid.Parse(caller.Subject).ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task An_access_token_has_the_shape_of_keycloak_s()
    {
        var (_, answer) = await identity.SignIn("portfolio.manager.insurance");

        var (header, payload) = (Tokens.Header(answer.Access()), Tokens.Payload(answer.Access()));
        header["alg"]!.GetValue<string>().ShouldBe("RS256");
        header["typ"]!.GetValue<string>().ShouldBe("JWT");
        header["kid"]!.GetValue<string>().ShouldNotBeEmpty();
        payload.Select(claim => claim.Key).Order().ShouldBe(AccessTokenClaims);
        payload["iss"]!.GetValue<string>().ShouldBe($"{identity.Url}realms/governance");
        payload["aud"]!.ToJsonString().ShouldBe("""["governance-api"]""");
        payload["typ"]!.GetValue<string>().ShouldBe("Bearer");
        payload["azp"]!.GetValue<string>().ShouldBe("governance-cli");
        payload["preferred_username"]!.GetValue<string>().ShouldBe("portfolio.manager.insurance");
        payload["realm_access"]!.ToJsonString().ShouldBe("""{"roles":["portfolio-manager"]}""");
        payload["business_units"]!.ToJsonString().ShouldBe("""["Insurance"]""");
        (payload["exp"]!.GetValue<long>() - payload["iat"]!.GetValue<long>()).ShouldBe(3600);
    }

    [Fact]
    public async Task An_account_keeps_its_subject()
    {
        var (_, first) = await identity.SignIn("auditor");
        var (_, second) = await identity.SignIn("auditor");

        Tokens.Payload(second.Access())["sub"]!.GetValue<string>().ShouldBe(Tokens.Payload(first.Access())["sub"]!.GetValue<string>());
        Tokens.Payload(second.Access())["jti"]!.GetValue<string>().ShouldNotBe(Tokens.Payload(first.Access())["jti"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("auditor", "wrong")]
    [InlineData("auditor", "Governance")]
    [InlineData("auditor", "governance ")]
    [InlineData("Auditor", "governance")]
    [InlineData("nobody", "governance")]
    [InlineData("service-account-usage-gateway", "governance")]
    public async Task A_name_and_password_that_do_not_match_are_refused_without_saying_which_is_wrong(string account, string password)
    {
        var (status, answer) = await identity.SignIn(account, password);

        status.ShouldBe(HttpStatusCode.BadRequest);
        answer.ToJsonString().ShouldBe("""{"error":"invalid_grant","error_description":"Invalid user credentials"}""");
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_is_the_sender_s_mistake()
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "password"), new("password", "\0")]);

        using var answer = await identity.Http.PostAsync("token", form, Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("governance-portal", "unauthorized_client")]
    [InlineData("governance-api", "invalid_client")]
    [InlineData("usage-gateway", "invalid_client")]
    [InlineData("unknown", "invalid_client")]
    public async Task Only_the_command_line_client_may_send_passwords(string client, string error)
    {
        var (_, answer) = await identity.Token(
            ("grant_type", "password"), ("client_id", client), ("username", "auditor"), ("password", "governance"));

        answer.Error().ShouldBe(error);
    }

    [Fact]
    public async Task A_machine_signs_in_with_the_secret_it_was_given()
    {
        var (status, answer) = await identity.Token(
            ("grant_type", "client_credentials"), ("client_id", "usage-gateway"), ("client_secret", "s3cret"));

        status.ShouldBe(HttpStatusCode.OK);
        Tokens.Payload(answer.Access())["realm_access"]!.ToJsonString().ShouldBe("""{"roles":["usage-writer"]}""");
        answer.ContainsKey("refresh_token").ShouldBeFalse();
    }

    [Theory]
    [InlineData("usage-gateway", "wrong")]
    [InlineData("usage-gateway", "")]
    [InlineData("decision-pipeline", "")]
    [InlineData("decision-pipeline", "s3cret")]
    [InlineData("governance-cli", "")]
    public async Task A_machine_without_its_secret_and_a_secret_without_its_machine_are_refused(string client, string secret)
    {
        var (_, answer) = await identity.Token(("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret));

        answer.ContainsKey("access_token").ShouldBeFalse();
    }

    [Fact]
    public async Task A_refresh_token_buys_a_new_access_token_for_its_own_client_only()
    {
        var (_, answer) = await identity.SignIn("auditor");

        var (status, renewed) = await Refresh("governance-cli", answer.Refresh());
        var (_, stolen) = await Refresh("governance-portal", answer.Refresh());
        var (_, confused) = await Refresh("governance-cli", answer.Access());

        status.ShouldBe(HttpStatusCode.OK);
        Tokens.Payload(renewed.Access())["realm_access"]!.ToJsonString().ShouldBe("""{"roles":["auditor"]}""");
        stolen.Error().ShouldBe("invalid_grant");
        confused.Error().ShouldBe("invalid_grant");
    }

    [Fact]
    public async Task A_service_takes_neither_refresh_tokens_nor_id_tokens()
    {
        await using var service = await ProtectedService.Start(identity.Url.GetLeftPart(UriPartial.Authority));
        var (_, answer) = await identity.Token(
            ("grant_type", "password"), ("client_id", "governance-cli"), ("username", "auditor"), ("password", "governance"), ("scope", "openid"));

        using var refresh = await service.Get("/caller", answer.Refresh());
        using var id = await service.Get("/caller", answer["id_token"]!.GetValue<string>());

        refresh.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        id.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        Tokens.Payload(answer["id_token"]!.GetValue<string>())["typ"]!.GetValue<string>().ShouldBe("ID");
    }

    [Fact]
    public async Task User_info_tells_the_holder_of_an_access_token_who_they_are()
    {
        var (_, answer) = await identity.SignIn("auditor");

        using var known = await UserInfo(answer.Access());
        using var unknown = await UserInfo(answer.Refresh());

        known.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await known.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["preferred_username"]!.GetValue<string>().ShouldBe("auditor");
        unknown.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Everything_is_where_keycloak_has_it()
    {
        using var http = new HttpClient();

        var document = await http.GetFromJsonAsync<JsonObject>(
            new Uri(identity.Url, "/realms/governance/.well-known/openid-configuration"), Cancelled);

        var issuer = $"{identity.Url}realms/governance";
        document!["issuer"]!.GetValue<string>().ShouldBe(issuer);
        document["token_endpoint"]!.GetValue<string>().ShouldBe($"{issuer}/protocol/openid-connect/token");
        document["authorization_endpoint"]!.GetValue<string>().ShouldBe($"{issuer}/protocol/openid-connect/auth");
        document["jwks_uri"]!.GetValue<string>().ShouldBe($"{issuer}/protocol/openid-connect/certs");
        document["end_session_endpoint"]!.GetValue<string>().ShouldBe($"{issuer}/protocol/openid-connect/logout");
        document["userinfo_endpoint"]!.GetValue<string>().ShouldBe($"{issuer}/protocol/openid-connect/userinfo");
        document["code_challenge_methods_supported"]!.ToJsonString().ShouldBe("""["S256"]""");
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_is_open(string path)
    {
        using var answer = await identity.Http.GetAsync(new Uri(identity.Url, path), Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<(HttpStatusCode Status, JsonObject Body)> Refresh(string client, string token) =>
        identity.Token(("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token));

    private async Task<HttpResponseMessage> UserInfo(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        return await identity.Http.SendAsync(request, Cancelled);
    }
}
