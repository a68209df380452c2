using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Governance.ServiceDefaults.Tests;

/// <summary>A service that lets every caller ask three times, and every address twice, at once, and once more every second.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private FakeIssuer issuer = null!;
    private ProtectedService service = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await FakeIssuer.Start();
        service = await ProtectedService.Start(issuer.Url, new()
        {
            ["RateLimit:Caller:Burst"] = "3",
            ["RateLimit:Caller:PerSecond"] = "1",
            ["RateLimit:Address:Burst"] = "2",
            ["RateLimit:Address:PerSecond"] = "1",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_nobody_else_notices()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => service.Get("/caller", Token("greedy"))));

        answers.Count(answer => answer.StatusCode is HttpStatusCode.OK).ShouldBeGreaterThanOrEqualTo(3);
        var refused = answers.First(answer => answer.StatusCode is HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        refused.Content.Headers.ContentType.ShouldBe(new MediaTypeHeaderValue("application/problem+json"));
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        problem.GetProperty("status").GetInt32().ShouldBe(429);
        problem.GetProperty("detail").GetString()!.ShouldContain("same Idempotency-Key");

        (await service.Get("/caller", Token("modest"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Strangers_share_what_their_address_is_given()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => service.Get(i % 2 == 0 ? "/open" : "/caller", token: null)));

        answers.Count(answer => answer.StatusCode is HttpStatusCode.TooManyRequests).ShouldBeGreaterThan(0);
        (await service.Get("/caller", Token("signed in"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("many")]
    public async Task A_limit_that_is_no_number_above_zero_stops_the_service_at_its_start(string value) =>
        await Should.ThrowAsync<InvalidOperationException>(
            () => ProtectedService.Start("http://127.0.0.1:1", new() { ["RateLimit:Caller:Burst"] = value }));

    private string Token(string subject) => issuer.Token(payload => payload["sub"] = subject);
}
