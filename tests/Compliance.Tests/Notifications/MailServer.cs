using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.Mail;
using SmtpServer.Net;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Governance.Compliance.Tests.Notifications;

/// <summary>How a mail server protects the connection.</summary>
internal enum Encryption { None, StartTls, Tls }

/// <summary>
/// A mail server on a port of this machine that keeps what it gets. With a certificate it takes mail only from who has signed in with
/// <see cref="User"/> and <see cref="Password"/>, and lets nobody do so in the clear.
/// </summary>
internal sealed class MailServer : IDisposable
{
    public const string User = "governance";
    public const string Password = "a password of the mail server";

    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    public MailServer(Encryption encryption = Encryption.None, X509Certificate2? certificate = null)
    {
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new(IPAddress.Loopback, 0)).IsSecure(encryption is Encryption.Tls);

            if (certificate is not null)
            {
                endpoint.Certificate(certificate).AllowUnsecureAuthentication(false).AuthenticationRequired();
            }
        }).Build();
        var services = new SmtpServer.ComponentModel.ServiceProvider();
        var listening = new EndpointListenerFactory();
        listening.EndpointStarted += (_, started) => Port = ((IPEndPoint)started.LocalEndPoint).Port;
        services.Add((IEndpointListenerFactory)listening);
        services.Add((IMessageStore)new Keeping(Received));
        services.Add((IMailboxFilter)new Answering(Answers));
        services.Add((IUserAuthenticator)new DelegatingUserAuthenticator((user, password) =>
        {
            SignIns.Enqueue(user);

            return (user, password) == (User, Password);
        }));
        running = new SmtpServer.SmtpServer(options, services).StartAsync(stopping.Token);
        SpinWait.SpinUntil(() => Port > 0 || running.IsFaulted);
    }

    public int Port { get; private set; }

    public ConcurrentQueue<(string From, IReadOnlyList<string> To, MimeMessage Message, string Raw)> Received { get; } = new();

    public ConcurrentQueue<string> SignIns { get; } = new();

    /// <summary>The code answered to a recipient, by address; 250 where there is none.</summary>
    public ConcurrentDictionary<string, SmtpReplyCode> Answers { get; } = new();

    public void Dispose()
    {
        stopping.Cancel();
        running.ContinueWith(_ => stopping.Dispose(), TaskScheduler.Default);
    }

    private sealed class Answering(ConcurrentDictionary<string, SmtpReplyCode> answers) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            answers.TryGetValue($"{to.User}@{to.Host}", out var code) ? throw new SmtpResponseException(new SmtpResponse(code, "not this one")) : Task.FromResult(true);
    }

    private sealed class Keeping(ConcurrentQueue<(string, IReadOnlyList<string>, MimeMessage, string)> received) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            var raw = buffer.ToArray();
            using var stream = new MemoryStream(raw);
            received.Enqueue((
                $"{transaction.From.User}@{transaction.From.Host}",
                [.. transaction.To.Select(to => $"{to.User}@{to.Host}")],
                await MimeMessage.LoadAsync(stream, cancellationToken),
                Encoding.Latin1.GetString(raw)));

            return SmtpResponse.Ok;
        }
    }
}
