using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Governance.ServiceDefaults;
using MailKit.Net.Smtp;
using MailKit.Security;
using Npgsql;
using NpgsqlTypes;

namespace Governance.Compliance.Notifications;

/// <summary>
/// Sends mails and webhooks that are due. A row is leased while it is sent, so that replicas share the work and one that is killed
/// leaves it to the others: sent once at least, always under the same id. What fails is tried again later and later, and in the end
/// given up and kept for administrators to see.
/// </summary>
public sealed class Deliveries : BackgroundService
{
    public const int MostAttempts = 10;

    /// <summary>For one mail or one webhook; well within the lease.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int AtOnce = 8;

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClearEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(12);

    private readonly NpgsqlDataSource database;
    private readonly Webhooks webhooks;
    private readonly MailSettings mail;
    private readonly TrustedAuthorities trusted;
    private readonly NotificationStore store;
    private readonly TimeProvider clock;
    private readonly ILogger<Deliveries> log;
    private readonly HttpClient http;

    public Deliveries(
        NpgsqlDataSource database, Webhooks webhooks, WebhookTarget target, MailSettings mail, TrustedAuthorities trusted, NotificationStore store,
        TimeProvider clock, ILogger<Deliveries> log)
    {
        this.database = database;
        this.webhooks = webhooks;
        this.mail = mail;
        this.trusted = trusted;
        this.store = store;
        this.clock = clock;
        this.log = log;
        http = new HttpClient(target.Handler(trusted));
    }

    /// <summary>Four times as long after each attempt, and up to half less by chance, so that not all come back at once.</summary>
    public static TimeSpan PauseAfter(int attempt, double chance)
    {
        var full = Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(4, Math.Min(attempt, 20) - 1));

        return TimeSpan.FromSeconds(full * (1 - (chance / 2)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var clearAt = clock.GetUtcNow();

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (clock.GetUtcNow() >= clearAt)
                {
                    await store.Clear(stoppingToken);
                    clearAt = clock.GetUtcNow() + ClearEvery;
                }

                while (await SendDue(stoppingToken) > 0)
                {
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Notifications wait: {Reason}", e.Message);
            }

            await Task.Delay(PollEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    /// <summary>How many were due and taken on.</summary>
    public async Task<int> SendDue(CancellationToken ct)
    {
        var batch = await Take(ct);
        await Parallel.ForEachAsync(
            batch,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (delivery, token) => await Settle(delivery, await Send(delivery, token), token));

        return batch.Count;
    }

    private async Task<List<Due>> Take(CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            update delivery set state = 'leased', lease_until = $2, attempts = attempts + 1
            where id in (
                select id from delivery
                where state in ('waiting', 'leased') and due_at <= $1 and (state = 'waiting' or lease_until < $1)
                order by due_at limit {AtOnce} for update skip locked)
            returning id, channel, recipient, payload, attempts
            """);
        var now = clock.GetUtcNow();
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now + Lease);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var due = new List<Due>();

        while (await reader.ReadAsync(ct))
        {
            due.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt32(4)));
        }

        return due;
    }

    private async Task<Outcome> Send(Due delivery, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);

        try
        {
            return delivery.Channel is "mail" ? await SendMail(delivery, deadline.Token) : await SendWebhook(delivery, deadline.Token);
        }
        catch (SmtpCommandException e) when ((int)e.StatusCode >= 500)
        {
            return new(State.GivenUp, $"The mail server refuses: {(int)e.StatusCode}.");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return new(State.Waiting, Reason(e));
        }
    }

    private async Task<Outcome> SendMail(Due delivery, CancellationToken ct)
    {
        var (notices, preferences, address) = await Gather(delivery, ct);

        if (notices.Count == 0 || !preferences.Mail || address is null)
        {
            return new(State.Cancelled, null);
        }

        await Mail.Send(Mail.Compose(delivery.Id, address, notices, preferences.Zone, clock.GetUtcNow(), mail), mail, trusted, ct);

        return new(State.Sent, null);
    }

    /// <summary>What the mail is about and still holds: neither read in the meantime nor without its reason.</summary>
    private async Task<(List<MailedNotice> Notices, Preferences Preferences, string? Address)> Gather(Due delivery, CancellationToken ct)
    {
        var notices = new List<MailedNotice>();
        await using var command = database.CreateCommand(
            "select kind, facts::text from notification where mail = $1 and gone_at is null and read_at is null order by created_at, id");
        command.Parameters.AddWithValue(delivery.Id);
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                notices.Add(new(
                    Choice.Of<NoticeKind>("kind", reader.GetString(0))!.Value,
                    JsonSerializer.Deserialize<NoticeFacts>(reader.GetString(1), Json.Tolerant)!));
            }
        }

        var preferences = await store.PreferencesOf(delivery.Recipient, ct);
        await using var whereTo = database.CreateCommand("select address from notification_preferences where subject = $1");
        whereTo.Parameters.AddWithValue(delivery.Recipient);

        return (notices, preferences, await whereTo.ExecuteScalarAsync(ct) as string);
    }

    private async Task<Outcome> SendWebhook(Due delivery, CancellationToken ct)
    {
        var webhook = Guid.Parse(delivery.Recipient);

        if (await webhooks.Find(webhook, ct) is not var (url, secrets))
        {
            return new(State.Cancelled, null);
        }

        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(delivery.Payload!, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("webhook-id", delivery.Id.ToString());
        request.Headers.Add("webhook-timestamp", WebhookSignature.Timestamp(now));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(delivery.Id.ToString(), now, delivery.Payload!, secrets));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);

        if (answer.StatusCode is HttpStatusCode.Gone)
        {
            await webhooks.SwitchOff(webhook, "It answered 410 Gone.", ct);

            return new(State.GivenUp, "It answered 410 Gone.");
        }

        return answer.IsSuccessStatusCode ? new(State.Sent, null) : new(State.Waiting, $"It answered {(int)answer.StatusCode}.");
    }

    private async Task Settle(Due delivery, Outcome outcome, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var state = outcome.State is State.Waiting && delivery.Attempts >= MostAttempts ? State.GivenUp : outcome.State;

        if (state is State.GivenUp)
        {
            log.LogWarning("Delivery {Delivery} is given up after {Attempts} attempts: {Reason}", delivery.Id, delivery.Attempts, outcome.Error);
        }

        await using var command = database.CreateCommand("""
            update delivery set state = $2, lease_until = null, last_error = $3, due_at = case when $2 = 'waiting' then $4 else due_at end,
                done_at = case when $2 <> 'waiting' then $5 end
            where id = $1 and state = 'leased' and attempts = $6
            """);
        command.Parameters.AddWithValue(delivery.Id);
        command.Parameters.AddWithValue(Choice.NameOf(state));
        command.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)outcome.Error ?? DBNull.Value);
        command.Parameters.AddWithValue(now + PauseAfter(delivery.Attempts, Random.Shared.NextDouble()));
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(delivery.Attempts);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Our own words for what administrators see; addresses and names of hosts stay in the log.</summary>
    private string Reason(Exception e)
    {
        log.LogInformation(e, "A delivery failed");

        return e switch
        {
            OperationCanceledException => "It took too long.",
            HttpRequestException { InnerException: ForbiddenTargetException forbidden } => forbidden.Message,
            HttpRequestException { InnerException: System.Security.Authentication.AuthenticationException } => "Its certificate is not trusted.",
            HttpRequestException => "It could not be reached.",
            SmtpCommandException refused => $"The mail server refuses for now: {(int)refused.StatusCode}.",
            SslHandshakeException => "The certificate of the mail server is not trusted.",
            AuthenticationException => "The mail server refuses the name or the password.",
            NotSupportedException => "The mail server offers no encryption.",
            SocketException => "The mail server could not be reached.",
            CryptographicException => "Its secret cannot be decrypted; add the webhook again.",
            _ => e.GetType().Name,
        };
    }

    private enum State { Waiting, Leased, Sent, GivenUp, Cancelled }

    private sealed record Due(Guid Id, string Channel, string Recipient, string? Payload, int Attempts);

    private sealed record Outcome(State State, string? Error);
}
