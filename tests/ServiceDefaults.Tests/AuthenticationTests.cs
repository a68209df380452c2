using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Governance.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using static Governance.ServiceDefaults.Tests.FakeIssuer;

namespace Governance.ServiceDefaults.Tests;

public sealed class AuthenticationTests(SignedInWorld world) : IClassFixture<SignedInWorld>
{
    private FakeIssuer Issuer => world.Issuer;

    public static TheoryData<string> Forgeries => [.. ForgedTokens.All.Keys];

    public static TheoryData<string> WrongRoles => [.. RolesThatAreNotAuditor.Keys];

    public static TheoryData<string> Acceptable => [.. GoodTokens.Keys];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_token_that_breaks_one_rule_is_refused_with_a_reason(string kind)
    {
        var token = ForgedTokens.All[kind](Issuer);

        using var answer = await world.Service.Get("/caller", token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled);
        problem!["status"]!.GetValue<int>().ShouldBe(401);
        problem["detail"]!.GetValue<string>().ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [MemberData(nameof(Acceptable))]
    public async Task A_good_token_is_accepted(string kind)
    {
        using var answer = await world.Service.Get("/ledger", GoodTokens[kind](Issuer));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(WrongRoles))]
    public async Task Something_that_only_resembles_the_role_opens_nothing(string kind)
    {
        var token = Issuer.Token(claims =>
        {
            claims.Remove("realm_access");
            RolesThatAreNotAuditor[kind](claims);
        });

        using var answer = await world.Service.Get("/ledger", token);
        using var signedIn = await world.Service.Get("/caller", token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_refusal_for_want_of_a_role_names_the_roles_that_would_do()
    {
        using var answer = await world.Service.Get("/ledger", Issuer.Token(claims => claims.Remove("realm_access")));

        var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        problem!["detail"]!.GetValue<string>().ShouldBe("This needs one of the roles: auditor, administrator.");
    }

    [Theory]
    [InlineData("expired one minute ago", "The token has expired.")]
    [InlineData("aud wrong", "The token is not meant for this API.")]
    [InlineData("iss wrong", "The token comes from another issuer.")]
    [InlineData("nbf in five minutes", "The token is not valid yet.")]
    [InlineData("an ID token", "The token is not an access token.")]
    [InlineData("sub empty", "The token names no subject.")]
    public async Task A_refused_token_is_told_what_is_wrong_with_it(string kind, string detail)
    {
        using var answer = await world.Service.Get("/caller", ForgedTokens.All[kind](Issuer));

        (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["detail"]!.GetValue<string>().ShouldBe(detail);
    }

    [Fact]
    public async Task An_endpoint_that_says_nothing_about_access_is_closed_to_strangers()
    {
        using var answer = await world.Service.Get("/caller", token: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        (await answer.Content.ReadAsStringAsync(Cancelled)).ShouldContain("Send an access token");
    }

    [Fact]
    public async Task An_unknown_path_tells_strangers_nothing()
    {
        using var answer = await world.Service.Get("/no-such-path", token: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("garbage")]
    public async Task An_endpoint_that_declares_itself_open_is_open_whatever_is_sent(string? token)
    {
        using var answer = await world.Service.Get("/open", token);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_counts_in_the_header_only()
    {
        var token = Issuer.Token();
        using var form = new FormUrlEncodedContent([new("access_token", token)]);
        using var cookie = new HttpRequestMessage(HttpMethod.Get, "/caller") { Headers = { { "Cookie", $"access_token={token}" } } };
        using var basic = new HttpRequestMessage(HttpMethod.Get, "/caller") { Headers = { { "Authorization", $"Basic {token}" } } };

        (await world.Service.Get($"/caller?access_token={token}", token: null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await world.Service.Http.PostAsync("/caller", form, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await world.Service.Http.SendAsync(cookie, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await world.Service.Http.SendAsync(basic, Cancelled)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Two_authorization_headers_are_not_a_choice()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/caller");
        request.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {Issuer.Token()}", $"Bearer {Issuer.Token()}"]);

        using var answer = await world.Service.Http.SendAsync(request, Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_caller_is_who_the_token_says()
    {
        using var answer = await world.Service.Get("/caller", Issuer.Token());

        var caller = await answer.Content.ReadFromJsonAsync<Caller>(Cancelled);
        caller!.Subject.ShouldBe("5f0c4a8e-6f0f-4b8e-9d65-0f6f6f0b7a11");
        caller.Name.ShouldBe("Internal Auditor");
        caller.Roles.ShouldBe(["auditor"]);
        caller.BusinessUnits.ShouldBe(["Retail Banking", "IT"]);
    }

    [Fact]
    public async Task A_new_signing_key_is_fetched_when_a_token_first_names_it()
    {
        await using var issuer = await FakeIssuer.Start();
        await using var service = await ProtectedService.Start(issuer.Url);
        (await service.Get("/caller", issuer.Token())).StatusCode.ShouldBe(HttpStatusCode.OK);

        issuer.RotateKey();

        await Eventually(async () => (await service.Get("/caller", issuer.Token())).StatusCode, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_retired_signing_key_is_forgotten_once_the_new_one_is_known()
    {
        await using var issuer = await FakeIssuer.Start();
        await using var service = await ProtectedService.Start(issuer.Url);
        var old = issuer.Token();
        (await service.Get("/caller", old)).StatusCode.ShouldBe(HttpStatusCode.OK);
        issuer.RotateKey();
        await Eventually(async () => (await service.Get("/caller", issuer.Token())).StatusCode, HttpStatusCode.OK);

        (await service.Get("/caller", old)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_that_was_let_in_is_refused_once_it_has_expired()
    {
        string token;

        do
        {
            token = Issuer.Token(claims => claims["exp"] = Seconds(minutes: -0.4));
        }
        while ((await world.Service.Get("/caller", token)).StatusCode is not HttpStatusCode.OK);

        await Eventually(async () => (await world.Service.Get("/caller", token)).StatusCode, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_that_resembles_one_that_was_let_in_is_proven_by_itself()
    {
        var token = Issuer.Token();
        (await world.Service.Get("/caller", token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var parts = token.Split('.');

        foreach (var forged in (string[])[$"{parts[0]}.{parts[1]}.{parts[2][..^2]}AA", $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{Issuer.Token(c => c["sub"] = "x").Split('.')[1]}.{parts[2]}"])
        {
            (await world.Service.Get("/caller", forged)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await world.Service.Get("/caller", token)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_its_identity_server_a_service_lets_nobody_in_and_says_so_until_it_is_there()
    {
        var issuer = await FakeIssuer.Start(Ports.Free());
        var (url, token) = (issuer.Url, issuer.Token());
        await issuer.DisposeAsync();
        await using var service = await ProtectedService.Start(url);

        using var refusal = await service.Get("/caller", token);
        using var stranger = await service.Get("/caller", token: null);
        using var open = await service.Get("/open", token);
        await using var late = await FakeIssuer.Start(new Uri(url).Port);

        refusal.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refusal.Headers.RetryAfter.ShouldNotBeNull();
        refusal.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        open.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually(async () => (await service.Get("/caller", late.Token())).StatusCode, HttpStatusCode.OK);
    }

    [Fact]
    public void Outside_development_a_service_does_not_guess_its_identity_server()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });

        Should.Throw<InvalidOperationException>(builder.AddKeycloakAuthentication).Message.ShouldContain("Keycloak:auth-server-url");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static Dictionary<string, Func<FakeIssuer, string>> GoodTokens { get; } = new()
    {
        ["as Keycloak writes it"] = issuer => issuer.Token(),
        ["aud as one string"] = issuer => issuer.Token(claims => claims["aud"] = "governance-api"),
        ["aud last of several"] = issuer => issuer.Token(claims => claims["aud"] = new JsonArray("account", "governance-api")),
        ["expired within the clock skew"] = issuer => issuer.Token(claims => claims["exp"] = Seconds(minutes: -0.2)),
        ["valid from within the clock skew"] = issuer => issuer.Token(claims => claims["nbf"] = Seconds(minutes: 0.2)),
        ["PS256"] = issuer => Sign(issuer.Header("PS256"), issuer.Payload().ToJsonString(), content =>
            issuer.Rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
        ["ES256"] = issuer => Sign(EcHeader(), issuer.Payload().ToJsonString(), content =>
            issuer.Ecdsa.SignData(content, HashAlgorithmName.SHA256)),
        ["12 kB"] = issuer => issuer.Token(claims => claims["note"] = new string('x', 8 * 1024)),
        ["several roles"] = issuer => issuer.Token(claims =>
            claims["realm_access"] = new JsonObject { ["roles"] = new JsonArray("offline_access", "auditor") }),
    };

    private static Dictionary<string, Action<JsonObject>> RolesThatAreNotAuditor { get; } = new()
    {
        ["no roles at all"] = _ => { },
        ["roles of a client"] = claims =>
            claims["resource_access"] = new JsonObject { ["governance-api"] = new JsonObject { ["roles"] = new JsonArray("auditor") } },
        ["a claim roles"] = claims => claims["roles"] = new JsonArray("auditor"),
        ["a claim role"] = claims => claims["role"] = "auditor",
        ["a claim named by its path"] = claims => claims["realm_access.roles"] = new JsonArray("auditor"),
        ["the long claim name of .NET"] = claims =>
            claims["http://schemas.microsoft.com/ws/2008/06/identity/claims/role"] = new JsonArray("auditor"),
        ["a group"] = claims => claims["groups"] = new JsonArray("auditor"),
        ["a scope"] = claims => claims["scope"] = "auditor",
        ["another case"] = claims => claims["realm_access"] = Realm("Auditor"),
        ["a space after"] = claims => claims["realm_access"] = Realm("auditor "),
        ["a space before"] = claims => claims["realm_access"] = Realm(" auditor"),
        ["a zero-width space"] = claims => claims["realm_access"] = Realm("auditor\u200b"),
        ["a Cyrillic a"] = claims => claims["realm_access"] = Realm("\u0430uditor"),
        ["full-width letters"] = claims => claims["realm_access"] = Realm("\uff41\uff55\uff44\uff49\uff54\uff4f\uff52"),
        ["a longer name"] = claims => claims["realm_access"] = Realm("auditor-assistant"),
        ["several in one string"] = claims => claims["realm_access"] = Realm("auditor,administrator"),
        ["one string instead of an array"] = claims => claims["realm_access"] = new JsonObject { ["roles"] = "auditor" },
        ["an array in an array"] = claims =>
            claims["realm_access"] = new JsonObject { ["roles"] = new JsonArray(new JsonArray("auditor")) },
        ["an array of objects"] = claims =>
            claims["realm_access"] = new JsonObject { ["roles"] = new JsonArray(new JsonObject { ["auditor"] = true }) },
        ["an array instead of an object"] = claims => claims["realm_access"] = new JsonArray("auditor"),
        ["a string instead of an object"] = claims => claims["realm_access"] = """{"roles":["auditor"]}""",
        ["a JSON null"] = claims => claims["realm_access"] = null,
    };

    private static JsonObject Realm(string role) => new() { ["roles"] = new JsonArray(role) };

    private static async Task Eventually(Func<Task<HttpStatusCode>> ask, HttpStatusCode expected)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (await ask() == expected)
            {
                return;
            }

            await Task.Delay(100, Cancelled);
        }

        (await ask()).ShouldBe(expected);
    }
}
