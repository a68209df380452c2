using System.Net;
using Governance.Compliance.Notifications;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Notifications;

public sealed class ClosedTargetTests(ComplianceService service) : IClassFixture<ComplianceService>
{
    /// <summary>The door cannot know where a name will lead; the connection does.</summary>
    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_connected_to()
    {
        var admin = service.As(Roles.Administrator);
        var webhook = (await admin.Post("/api/notifications/webhooks", new WebhookInput("https://localhost:8443/hook"))).Expect(HttpStatusCode.Created).Read<WebhookView>();
        (await service.Publish(Messages.ReviewOpened(Guid.CreateVersion7()))).Fault.ShouldBeNull();

        var delivery = await Eventually.Until(
            async () => (await admin.Get("/api/notifications/deliveries")).Read<Page<DeliveryView>>().Items.Single(d => d.Recipient == $"{webhook.Id}"),
            d => d.Attempts > 0 && d.LastError is not null);

        (delivery.State, delivery.LastError).ShouldBe(("waiting", "The name leads to an address that is not public."));
    }

    [Fact]
    public async Task Where_no_mail_server_is_configured_nobody_can_ask_for_mail()
    {
        var http = service.WithToken(TestTokens.For(ComplianceService.Lara, claims => claims["email"] = "lara@example.org"));

        (await http.Get("/api/notifications/preferences")).Read<PreferencesView>().MailAvailable.ShouldBeFalse();
        (await http.Put("/api/notifications/preferences", new Preferences(Mail: true))).ExpectProblem(HttpStatusCode.BadRequest, "not sent by this installation", "mail");
    }

    [Fact]
    public async Task Plain_http_is_refused() =>
        (await service.As(Roles.Administrator).Post("/api/notifications/webhooks", new WebhookInput("http://example.org/hook"))).ExpectProblem(HttpStatusCode.BadRequest, "https", "url");
}
