using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Governance.Portal.Tests;

public sealed partial class ProxyTests(PortalWorld world) : IClassFixture<PortalWorld>
{
    private static readonly string[] NeverPassedOn =
        ["x-forwarded-prefix", "forwarded", "cookie", "keep-alive", "proxy-authorization", "upgrade", "connection", "transfer-encoding"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Every endpoint the services have, as the matrix of who may what lists them.</summary>
    public static TheoryData<string, string> Endpoints =>
    [
        .. from line in File.ReadLines("authorization.csv").Skip(1)
           let cells = line.Split(',')
           where cells[2].StartsWith("/api/", StringComparison.Ordinal)
           select (Placeholder().Replace(cells[2], "7"), cells[0]) into endpoint
           group endpoint by endpoint into one
           select one.Key,
    ];

    [Fact]
    public async Task The_keys_of_receipts_are_there_for_everybody()
    {
        await using var alone = world.StartFor("compliance");
        using var http = alone.CreateClient();

        using var answer = await http.GetAsync("/api/decisions/keys", Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Each_path_belongs_to_one_service(string path, string service)
    {
        await using var alone = world.StartFor(service);
        using var http = alone.CreateClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", world.Issuer.Token());

        using var answer = await http.GetAsync(path + "?page=2&q=a%20b", Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var request = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled);
        request!["target"]!.GetValue<string>().ShouldBe(path + "?page=2&q=a%20b");
    }

    [Fact]
    public async Task A_stranger_gets_no_further_than_the_door()
    {
        world.TakeReceived();

        using var answer = await world.Get("/api/use-cases", signedIn: false);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        world.TakeReceived().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/internal/flow")]
    [InlineData("//internal/flow")]
    [InlineData("/INTERNAL/flow")]
    [InlineData("/api/internal/flow")]
    [InlineData("/api/../internal/flow")]
    [InlineData("/api/use-cases/../../internal/flow")]
    [InlineData("/api/use-cases/%2e%2e/%2e%2e/internal/flow")]
    [InlineData("/api/use-cases/..%2f..%2finternal/flow")]
    [InlineData("/api/use-cases/..%5c..%5cinternal/flow")]
    [InlineData("/api/use-cases/..\\..\\internal/flow")]
    [InlineData("/api/use-cases/%252e%252e/%252e%252e/internal/flow")]
    [InlineData("/api/use-cases/..;/..;/internal/flow")]
    [InlineData("/api/openapi/../../internal/flow")]
    [InlineData("/api/openapi/internal.json")]
    [InlineData("/openapi/v1.json")]
    [InlineData("http://127.0.0.1:9/internal/flow")]
    public async Task What_is_internal_cannot_be_reached_through_the_portal(string target)
    {
        world.TakeReceived();

        var answer = await world.SendRaw($"GET {target} HTTP/1.1");

        answer.ShouldNotContain("\"outbox\"");
        world.TakeReceived().ShouldAllBe(request => request["target"]!.GetValue<string>().StartsWith("/api/use-cases/"));
    }

    [Fact]
    public async Task The_document_of_a_service_is_open_to_everybody_under_the_portal_s_own_address()
    {
        using var answer = await world.Get("/api/openapi/intake.json", signedIn: false);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var request = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled);
        request!["target"]!.GetValue<string>().ShouldBe("/openapi/v1.json");
        request["headers"]!["host"]!.GetValue<string>().ShouldBe(world.Http.BaseAddress!.Authority);
    }

    [Theory]
    [InlineData("/api/audit/use-cases/7", "audit")]
    [InlineData("/api/reviews", "compliance")]
    public async Task A_service_that_is_away_is_named_with_when_to_come_back(string path, string service)
    {
        using var answer = await world.Get(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled);
        problem!["title"]!.GetValue<string>().ShouldBe($"The service {service} is not available right now.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_one_megabyte_is_turned_away(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/use-cases") { Content = new ByteArrayContent(new byte[1024 * 1024 + 1]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await world.Send(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task A_body_of_one_megabyte_passes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/use-cases") { Content = new ByteArrayContent(new byte[1024 * 1024]) };

        using var answer = await world.Send(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(8 * 1024 * 1024, HttpStatusCode.OK)]
    [InlineData((8 * 1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Only_a_list_of_prices_may_be_larger_up_to_eight_megabytes(int bytes, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/price-books/import") { Content = new ByteArrayContent(new byte[bytes]) };
        request.Headers.ExpectContinue = true;

        using var answer = await world.Send(request);

        answer.StatusCode.ShouldBe(expected);
    }

    /// <summary>Else an answer that takes long, such as a simulation, would look dead to everybody on the way.</summary>
    [Fact]
    public async Task What_a_service_has_sent_of_a_long_answer_is_passed_on_before_the_rest_is_there()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/policies/2027-01/simulation");
        request.Headers.Authorization = new("Bearer", world.Issuer.Token());
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");

        using var answer = await world.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancelled);
        var heard = new byte[1];

        for (var batch = 0; batch < 3; batch++)
        {
            (await body.ReadAsync(heard, Cancelled)).ShouldBe(1);
            world.NextBatch.Release();
        }

        (await body.ReadAsync(heard, Cancelled)).ShouldBe(0);
        answer.Content.Headers.ContentEncoding.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_caller_cannot_pretend_to_come_from_elsewhere_or_smuggle_connection_headers()
    {
        world.TakeReceived();

        await world.SendRaw(
            "GET /api/use-cases HTTP/1.1",
            "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: /evil",
            "Forwarded: for=10.0.0.1", "Cookie: session=1", "Keep-Alive: timeout=5", "Proxy-Authorization: Basic eA==", "TE: gzip", "Upgrade: h2c");

        var headers = world.TakeReceived().ShouldHaveSingleItem()["headers"]!.AsObject();
        headers["x-forwarded-for"]!.GetValue<string>().ShouldEndWith("127.0.0.1");
        headers["x-forwarded-for"]!.GetValue<string>().ShouldNotContain("10.0.0.1");
        headers["x-forwarded-host"]!.GetValue<string>().ShouldBe("localhost");
        headers["x-forwarded-proto"]!.GetValue<string>().ShouldBe("http");
        headers.Select(header => header.Key).Intersect(NeverPassedOn).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_caller_learns_who_the_portal_takes_them_for()
    {
        using var answer = await world.Get("/api/me");

        var me = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled);
        me!.ToJsonString().ShouldBe(
            """{"subject":"5f0c4a8e-6f0f-4b8e-9d65-0f6f6f0b7a11","name":"Internal Auditor","roles":["auditor"],"businessUnits":["Retail Banking","IT"]}""");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/api/docs/")]
    [InlineData("/api/me")]
    [InlineData("/api/use-cases")]
    [InlineData("/api/reviews")]
    [InlineData("/nothing-here")]
    public async Task Every_answer_tells_browsers_to_guess_nothing_and_frame_nothing(string path)
    {
        using var answer = await world.Get(path);
        using var refusal = await world.Get(path, signedIn: false);

        foreach (var headers in new[] { answer.Headers, refusal.Headers })
        {
            headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
            headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("frame-ancestors 'none'");
            headers.Contains("Server").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task The_portal_s_own_health_is_open_and_does_not_depend_on_the_services(string path)
    {
        using var answer = await world.Get(path, signedIn: false);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();
}
