using Governance.Compliance.Notifications;
using MailKit.Security;
using Microsoft.Extensions.Configuration;
using NodaTime;

namespace Governance.Compliance.Tests.Notifications;

/// <summary>Mail and passwords go to a server that has proven who it is, and to no other.</summary>
public sealed class MailEncryptionTests : IDisposable
{
    private readonly Certificates house = new();
    private readonly Certificates stranger = new();

    public static TheoryData<string> Encryptions => ["starttls", "tls"];

    [Theory]
    [MemberData(nameof(Encryptions))]
    public async Task Mail_goes_encrypted_to_a_server_of_the_house_after_signing_in(string security)
    {
        using var server = Server(security, house);

        await Send(server, security);

        server.Received.ShouldHaveSingleItem().To.ShouldBe(["lara@example.org"]);
        server.SignIns.ShouldBe([MailServer.User]);
    }

    [Theory]
    [MemberData(nameof(Encryptions))]
    public async Task A_server_whose_certificate_nobody_here_trusts_learns_neither_password_nor_mail(string security)
    {
        using var server = Server(security, stranger);

        await Should.ThrowAsync<SslHandshakeException>(() => Send(server, security));

        server.SignIns.ShouldBeEmpty();
        server.Received.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Encryptions))]
    public async Task A_certificate_for_another_host_does_not_count(string security)
    {
        using var server = new MailServer(Kind(security), house.For("mail.example.org"));

        await Should.ThrowAsync<SslHandshakeException>(() => Send(server, security));

        server.SignIns.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_offers_no_encryption_gets_nothing()
    {
        using var server = new MailServer();

        await Should.ThrowAsync<NotSupportedException>(() => Send(server, "starttls"));

        server.SignIns.ShouldBeEmpty();
        server.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_password_sends_nothing()
    {
        using var server = Server("tls", house);

        await Should.ThrowAsync<AuthenticationException>(() => Send(server, "tls", password: "guess"));

        server.Received.ShouldBeEmpty();
    }

    [Fact]
    public void A_password_is_never_sent_in_the_clear() =>
        Should.Throw<InvalidOperationException>(() => MailSettings.Of(Settings(25, "none", "any", house))).Message.ShouldContain("starttls or tls");

    public void Dispose()
    {
        house.Dispose();
        stranger.Dispose();
    }

    private static MailServer Server(string security, Certificates by) => new(Kind(security), by.For("127.0.0.1"));

    private static Encryption Kind(string security) => security is "tls" ? Encryption.Tls : Encryption.StartTls;

    private async Task Send(MailServer server, string security, string password = MailServer.Password)
    {
        var configuration = Settings(server.Port, security, password, house);
        var settings = MailSettings.Of(configuration);
        var message = Mail.Compose(Guid.CreateVersion7(), "lara@example.org", [], DateTimeZone.Utc, DateTimeOffset.UnixEpoch, settings);

        await Mail.Send(message, settings, new TrustedAuthorities(configuration), TestContext.Current.CancellationToken);
    }

    private static IConfiguration Settings(int port, string security, string password, Certificates trusted) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?>
        {
            ["Notifications:Mail:Host"] = "127.0.0.1",
            ["Notifications:Mail:Port"] = $"{port}",
            ["Notifications:Mail:Security"] = security,
            ["Notifications:Mail:User"] = MailServer.User,
            ["Notifications:Mail:Password"] = password,
            ["Notifications:TrustedAuthorities"] = trusted.AuthorityFile,
        }).Build();
}
