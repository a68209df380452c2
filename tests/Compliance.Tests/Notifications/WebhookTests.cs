using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Compliance.Notifications;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Governance.Compliance.Tests.Notifications;

public sealed class WebhookTests(NotifyingService service) : IClassFixture<NotifyingService>, IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Id, string Timestamp, string Signature, string Body)> received = new();

    private WebApplication receiver = null!;
    private string url = "";
    private Func<int, HttpStatusCode> answer = _ => HttpStatusCode.NoContent;
    private WebhookView webhook = null!;

    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver(_ => { }, Take);
        url = $"{receiver.Urls.Single()}/hook/";
        webhook = (await Admin.Post("/api/notifications/webhooks", new WebhookInput(url, [NoticeKind.SignOffNeeded]))).Expect(HttpStatusCode.Created).Read<WebhookView>();
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.Ask(HttpMethod.Delete, $"/api/notifications/webhooks/{webhook.Id}", null, null, null);
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_webhook_gets_a_signed_payload_of_codes_and_no_more()
    {
        var review = await service.OpenForLegal("mona");

        var (id, timestamp, signature, body) = (await Received(1))[0];
        signature.ShouldBe(WebhookSignature.Of(id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, null)), body, [webhook.Secret!]));
        var payload = JsonNode.Parse(body)!;
        payload["type"]!.GetValue<string>().ShouldBe("governance.sign-off-needed");
        payload["data"]!["useCaseId"]!.GetValue<Guid>().ShouldBe(review);
        await Eventually.Until(async () => (await service.DeliveriesTo($"{webhook.Id}")).Single() is { State: "sent" } sent && $"{sent.Id}" == id);
        (await Admin.Get("/api/notifications/webhooks")).Body.ShouldNotContain(webhook.Secret!);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_under_the_same_id_given_up_seen_and_retried_by_hand()
    {
        answer = _ => HttpStatusCode.ServiceUnavailable;
        await service.OpenForLegal();

        for (var attempt = 1; attempt <= Deliveries.MostAttempts; attempt++)
        {
            await Received(attempt);
            await Eventually.Until(async () => (await service.DeliveriesTo($"{webhook.Id}")).Single() is { } d && d.Attempts == attempt && d.State is "waiting" or "given-up");
            service.Clock.Advance(TimeSpan.FromHours(13));
        }

        var given = (await service.DeliveriesTo($"{webhook.Id}")).Single();
        (given.State, given.LastError).ShouldBe(("given-up", "It answered 503."));
        received.Select(r => r.Id).Distinct().ShouldHaveSingleItem();

        answer = _ => HttpStatusCode.OK;
        (await Admin.Post($"/api/notifications/deliveries/{given.Id}/retry")).Expect(HttpStatusCode.NoContent);
        await Eventually.Until(async () => (await service.DeliveriesTo($"{webhook.Id}")).Single().State is "sent");
    }

    [Fact]
    public async Task A_redirect_is_no_success_and_is_not_followed()
    {
        answer = _ => HttpStatusCode.Redirect;
        await service.OpenForLegal();

        await Eventually.Until(async () => (await service.DeliveriesTo($"{webhook.Id}")).Single() is { Attempts: 1, State: "waiting", LastError: "It answered 302." });
        received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_switched_off()
    {
        answer = _ => HttpStatusCode.Gone;
        await service.OpenForLegal();

        await Eventually.Until(async () => (await Admin.Get("/api/notifications/webhooks")).Read<Page<WebhookView>>().Items.Single(w => w.Id == webhook.Id).DisabledBecause is "It answered 410 Gone.");
        (await service.Announced<Contracts.WebhookSwitchedOff>()).Single(a => a.Fact.WebhookId == webhook.Id).Origin.Context.ActorRole.ShouldBe("service");
        await service.OpenForLegal();
        (await service.DeliveriesTo($"{webhook.Id}")).Single().State.ShouldBe("given-up");
    }

    [Fact]
    public async Task For_a_day_after_a_rotation_both_secrets_sign()
    {
        var rotated = (await Admin.Post($"/api/notifications/webhooks/{webhook.Id}/rotation")).Expect(HttpStatusCode.OK).Read<WebhookView>();
        await service.OpenForLegal();
        var (id, timestamp, signature, body) = (await Received(1))[0];
        signature.ShouldBe(WebhookSignature.Of(id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, null)), body, [rotated.Secret!, webhook.Secret!]));

        service.Clock.Advance(TimeSpan.FromHours(25));
        await service.OpenForLegal();
        (await Received(2))[1].Signature.Split(' ').ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("127.0.0.1", "sent", null)]
    [InlineData("hooks.example.org", "waiting", "Its certificate is not trusted.")]
    [InlineData(null, "waiting", "Its certificate is not trusted.")]
    public async Task Only_a_receiver_whose_certificate_is_its_own_and_trusted_gets_a_webhook(string? issuedTo, string state, string? error)
    {
        using var stranger = new Certificates();
        using var certificate = issuedTo is null ? stranger.For("127.0.0.1") : service.Certificates.For(issuedTo);
        var bodies = new ConcurrentQueue<string>();
        await using var secure = await Receiver(endpoint => endpoint.UseHttps(certificate), async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            bodies.Enqueue(await reader.ReadToEndAsync());
        });
        var address = secure.Urls.Single();
        var hook = (await Admin.Post("/api/notifications/webhooks", new WebhookInput(address))).Expect(HttpStatusCode.Created).Read<WebhookView>();

        await service.OpenForLegal();

        var delivery = await Eventually.Until(async () => (await service.DeliveriesTo($"{hook.Id}")).Single(), d => d.Attempts > 0 && d.State is not "leased");
        (delivery.State, delivery.LastError).ShouldBe((state, error));
        bodies.Count.ShouldBe(state is "sent" ? 1 : 0);
        await Admin.Delete($"/api/notifications/webhooks/{hook.Id}");
    }

    /// <summary>A server on a port nobody else has.</summary>
    private static async Task<WebApplication> Receiver(Action<ListenOptions> configure, RequestDelegate take)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, configure));
        var receiver = builder.Build();
        receiver.Run(take);
        await receiver.StartAsync(TestContext.Current.CancellationToken);

        return receiver;
    }

    [Theory]
    [InlineData("https://10.0.0.1/hook")]
    [InlineData("https://[fe80::1]/hook")]
    [InlineData("https://169.254.169.254/latest")]
    public async Task A_target_that_is_not_public_is_refused_at_the_door(string closed)
    {
        var before = await service.Footprint();

        (await Admin.Post("/api/notifications/webhooks", new WebhookInput(closed))).ExpectProblem(HttpStatusCode.BadRequest, "not public", "url");
        (await service.Footprint()).ShouldBe(before);
    }

    [Fact]
    public async Task Where_webhooks_go_is_on_the_record_without_secret_and_address()
    {
        var other = (await Admin.Post("/api/notifications/webhooks", new WebhookInput($"{url}?token=hush"), key: "add")).Expect(HttpStatusCode.Created).Read<WebhookView>();
        var rotated = (await Admin.Post($"/api/notifications/webhooks/{other.Id}/rotation")).Expect(HttpStatusCode.OK).Read<WebhookView>();
        (await Admin.Delete($"/api/notifications/webhooks/{other.Id}")).Expect(HttpStatusCode.NoContent);
        (await Admin.Delete($"/api/notifications/webhooks/{other.Id}")).Expect(HttpStatusCode.NotFound);

        var admin = new Person(Roles.Administrator, []).Subject;
        var added = (await service.Announced<Contracts.WebhookAdded>()).Single(a => a.Fact.WebhookId == other.Id).Fact;
        (added.Host, added.Kinds.Count, added.AddedBy).ShouldBe(("127.0.0.1", 0, admin));
        (await service.Announced<Contracts.WebhookSecretRotated>()).Single(a => a.Fact.WebhookId == other.Id).Fact.RotatedBy.ShouldBe(admin);
        (await service.Announced<Contracts.WebhookRemoved>()).Single(a => a.Fact.WebhookId == other.Id).Fact.RemovedBy.ShouldBe(admin);

        foreach (var table in (string[])["mt_events", "mt_doc_webhooklist", "receipt"])
        {
            foreach (var secret in (string[])[other.Secret!, rotated.Secret!, "token=hush"])
            {
                (await service.Count($"{table} t where t::text like '%{secret}%'")).ShouldBe(0, $"{secret} in {table}");
            }
        }
    }

    [Fact]
    public async Task A_webhook_whose_secret_is_lost_is_seen_to_wait_and_can_be_removed()
    {
        await using (var lose = service.Database.CreateCommand("update mt_doc_webhooklist set data = replace(data::text, 'CfDJ8', 'CfDJ9')::jsonb"))
        {
            await lose.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await service.OpenForLegal();

        await Eventually.Until(async () => (await service.DeliveriesTo($"{webhook.Id}")).Single() is { Attempts: 1, LastError: "Its secret cannot be decrypted; add the webhook again." });
        (await Admin.Get("/api/notifications/webhooks")).Read<Page<WebhookView>>().Items.Single(w => w.Id == webhook.Id).Url.ShouldBe("127.0.0.1");
        (await Admin.Delete($"/api/notifications/webhooks/{webhook.Id}")).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_request_that_is_repeated_adds_one_webhook_and_shows_its_secret_once()
    {
        var first = (await Admin.Post("/api/notifications/webhooks", new WebhookInput(url), key: "once")).Expect(HttpStatusCode.Created).Read<WebhookView>();
        var again = (await Admin.Post("/api/notifications/webhooks", new WebhookInput(url), key: "once")).Expect(HttpStatusCode.Created).Read<WebhookView>();

        first.Secret.ShouldStartWith("whsec_");
        (again.Id, again.Secret, again.Url).ShouldBe((first.Id, null, "127.0.0.1"));
        await Admin.Delete($"/api/notifications/webhooks/{first.Id}");
    }

    [Fact]
    public async Task Only_administrators_say_where_webhooks_go() =>
        (await service.As(Roles.LegalReviewer).Post("/api/notifications/webhooks", new WebhookInput(url))).Expect(HttpStatusCode.Forbidden);

    private HttpClient Admin => service.As(Roles.Administrator);

    private Task<List<(string Id, string Timestamp, string Signature, string Body)>> Received(int count) => Eventually.Until(
        () => Task.FromResult(received.ToList()), all => all.Count >= count, what: $"{count} webhooks");

    private async Task Take(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var headers = http.Request.Headers;
        received.Enqueue((headers["webhook-id"].Single()!, headers["webhook-timestamp"].Single()!, headers["webhook-signature"].Single()!, await reader.ReadToEndAsync()));
        http.Response.StatusCode = (int)answer(received.Count);

        if (http.Response.StatusCode is 302)
        {
            http.Response.Headers.Location = url;
        }
    }
}
