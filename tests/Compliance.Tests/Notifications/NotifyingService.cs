using System.Net;
using Governance.Compliance.Notifications;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Compliance.Tests.Notifications;

/// <summary>
/// Compliance with a mail server that wants encryption and a password, leave to send webhooks to this machine, and trust in a certificate
/// authority of the house.
/// </summary>
public sealed class NotifyingService : ServiceFixture<Review>, IDisposable
{
    public NotifyingService(PostgresServer postgres)
        : base(postgres) => Smtp = new(Encryption.StartTls, Certificates.For("127.0.0.1"));

    internal Certificates Certificates { get; } = new();

    internal MailServer Smtp { get; }

    public void Dispose()
    {
        Smtp.Dispose();
        Certificates.Dispose();
    }

    protected override void Configure(IWebHostBuilder builder)
    {
        builder.UseSetting("Notifications:Mail:Host", "127.0.0.1");
        builder.UseSetting("Notifications:Mail:Port", $"{Smtp.Port}");
        builder.UseSetting("Notifications:Mail:User", MailServer.User);
        builder.UseSetting("Notifications:Mail:Password", MailServer.Password);
        builder.UseSetting("Notifications:TrustedAuthorities", Certificates.AuthorityFile);
        builder.UseSetting("Notifications:Mail:From", "governance@example.org");
        builder.UseSetting("Notifications:PortalUrl", "https://governance.example.org");
        builder.UseSetting("Notifications:Webhooks:AllowHttp", "true");
        builder.UseSetting("Notifications:Webhooks:AllowedNetworks:0", "127.0.0.0/8");
    }

    /// <summary>Somebody who has looked at their notifications once, and so is known.</summary>
    public async Task<HttpClient> SignIn(Person person, string? address = null)
    {
        var http = WithToken(TestTokens.For(person, claims =>
        {
            if (address is not null)
            {
                claims["email"] = address;
                claims["email_verified"] = true;
            }
        }));
        (await http.Get("/api/notifications")).Expect(HttpStatusCode.OK);

        return http;
    }

    public async Task<HttpClient> SignIn(Person person, string address, Preferences preferences)
    {
        var http = await SignIn(person, address);
        (await http.Put("/api/notifications/preferences", preferences)).Expect(HttpStatusCode.OK);

        return http;
    }

    /// <summary>A review that waits for legal, and for nobody else.</summary>
    public async Task<Guid> OpenForLegal(params string[] editors)
    {
        var id = Guid.CreateVersion7();
        await Tell(
            Messages.ReviewOpened(id) with
            {
                RequiredSignOffs = [new(ReviewQueue.Legal, "Why.", Clock.GetUtcNow().AddDays(3), "legal", [ReviewQueue.Legal])], Editors = editors,
            },
            1);

        return id;
    }

    public async Task Tell(IGovernanceEvent fact, long version, Guid? messageId = null) =>
        (await Publish(fact, new(Version: version), messageId)).Fault.ShouldBeNull();

    public Task<int> SendDue() => Services.GetRequiredService<Deliveries>().SendDue(TestContext.Current.CancellationToken);

    public static async Task<IReadOnlyList<NotificationView>> UnreadOf(HttpClient http) =>
        (await http.Get("/api/notifications?unread=true&pageSize=200")).Expect(HttpStatusCode.OK).Read<Page<NotificationView>>().Items;

    public async Task<IReadOnlyList<DeliveryView>> DeliveriesTo(string recipient) =>
    [
        .. (await As(Roles.Administrator).Get("/api/notifications/deliveries?pageSize=200")).Expect(HttpStatusCode.OK)
            .Read<Page<DeliveryView>>().Items.Where(d => d.Recipient == recipient),
    ];
}
