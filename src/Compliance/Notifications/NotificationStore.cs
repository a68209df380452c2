using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Governance.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Governance.Compliance.Notifications;

/// <summary>
/// What people are told and what is on its way to them. A received fact, the notices it gives rise to and the deliveries they need are
/// one transaction with its inbox row: told once, however often the fact arrives.
/// </summary>
public sealed class NotificationStore(
    NpgsqlDataSource database, Webhooks webhooks, TimeProvider clock, MailSettings mail, ILogger<NotificationStore> log) : IDisposable
{
    public const string Schema = """
        create table if not exists followed_case(use_case_id uuid primary key, state jsonb not null);
        create table if not exists notification(
            id uuid primary key,
            subject text not null,
            kind text not null,
            about text not null,
            facts jsonb not null,
            created_at timestamptz not null,
            read_at timestamptz,
            gone_at timestamptz,
            mail uuid);
        create index if not exists notification_of on notification(subject, created_at desc);
        create index if not exists notification_about on notification(about) where gone_at is null;
        create index if not exists notification_mail on notification(mail) where mail is not null;
        create table if not exists notification_preferences(subject text primary key, content jsonb not null, address text);
        create table if not exists delivery(
            id uuid primary key,
            channel text not null,
            recipient text not null,
            payload text,
            created_at timestamptz not null,
            due_at timestamptz not null,
            state text not null default 'waiting',
            attempts int not null default 0,
            lease_until timestamptz,
            last_error text,
            done_at timestamptz);
        create index if not exists delivery_waiting on delivery(due_at) where state in ('waiting', 'leased');
        drop table if exists webhook;
        """;

    private const int Attempts = 8;

    /// <summary>Notices and what was sent are kept for so long; what was given up as well.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(180);

    /// <summary>Whoever has not been seen for so long may have left the role.</summary>
    private static readonly TimeSpan SeenWithin = TimeSpan.FromDays(90);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The connections of the database are for all services; a burst of facts waits here.</summary>
    private readonly SemaphoreSlim atOnce = new(4);

    public void Dispose() => atOnce.Dispose();

    /// <summary>Applies a fact to the case it is about and tells whom it concerns.</summary>
    public async Task Tell(Guid messageId, string contract, Guid useCase, DateTimeOffset at, Func<FollowedCase, FollowedStep> step, CancellationToken ct)
    {
        await atOnce.WaitAsync(ct);

        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await TryTell(messageId, contract, useCase, at, step, ct);

                    return;
                }
                catch (Exception e) when (Faults.IsInfrastructure(e) || (Faults.IsConflict(e) && attempt < Attempts))
                {
                    log.LogWarning("Waiting for the database: {Reason}", e.Message);
                    await Task.Delay(Pause, clock, ct);
                }
            }
        }
        finally
        {
            atOnce.Release();
        }
    }

    private async Task TryTell(Guid messageId, string contract, Guid useCase, DateTimeOffset at, Func<FollowedCase, FollowedStep> step, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        if (await Begin(connection, messageId, contract, useCase, ct) is not { } followed)
        {
            return;
        }

        var (next, notices, gone) = step(followed);
        await using var writes = new NpgsqlBatch(connection);
        Add(writes, "update followed_case set state = $2::jsonb where use_case_id = $1", useCase, JsonSerializer.Serialize(next, Json.Options));

        if (gone.Count > 0)
        {
            Add(writes, "update notification set gone_at = $2 where about = any($1) and gone_at is null", gone.ToArray(), at);
        }

        foreach (var notice in notices)
        {
            await Tell(connection, writes, messageId, notice, at, ct);
        }

        await writes.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>The case as it is known, held until the end of the transaction; null where the message was applied before.</summary>
    private static async Task<FollowedCase?> Begin(NpgsqlConnection connection, Guid messageId, string contract, Guid useCase, CancellationToken ct)
    {
        await using var reads = new NpgsqlBatch(connection);
        Add(reads, "insert into inbox(message_id, contract) values ($1, $2) on conflict do nothing returning 1", messageId, contract);
        Add(reads, "insert into followed_case(use_case_id, state) values ($1, '{}') on conflict do nothing returning 1", useCase);
        Add(reads, "select state::text from followed_case where use_case_id = $1 for update", useCase);
        await using var reader = await reads.ExecuteReaderAsync(ct);

        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        await reader.NextResultAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);

        return reader.GetString(0) is not "{}" and var known ? JsonSerializer.Deserialize<FollowedCase>(known, Json.Tolerant)! : new();
    }

    private async Task Tell(NpgsqlConnection connection, NpgsqlBatch writes, Guid messageId, Notice notice, DateTimeOffset at, CancellationToken ct)
    {
        var (now, kind) = (clock.GetUtcNow(), Choice.NameOf(notice.Kind));
        var facts = JsonSerializer.Serialize(notice.Facts, Json.Options);

        foreach (var (subject, preferences, address) in await Recipients(connection, notice.To, ct))
        {
            var id = IdOf(messageId, kind, notice.About, subject);
            Guid? mailing = null;

            if (mail.Available && preferences.Mail && address is not null)
            {
                var dueAt = preferences.MailAt(now);
                mailing = preferences.Digest is Digest.Immediately ? id : IdOf(subject, dueAt.UtcTicks);
                Add(
                    writes,
                    "insert into delivery(id, channel, recipient, created_at, due_at) values ($1, 'mail', $2, $3, $4) on conflict do nothing",
                    mailing,
                    subject,
                    now,
                    dueAt);
            }

            Add(
                writes,
                "insert into notification(id, subject, kind, about, facts, created_at, mail) values ($1, $2, $3, $4, $5::jsonb, $6, $7) on conflict do nothing",
                id,
                subject,
                kind,
                notice.About,
                facts,
                at,
                mailing);
        }

        var payload = JsonSerializer.Serialize(new WebhookPayload($"governance.{kind}", at, notice.Facts), Json.Options);

        foreach (var webhook in await webhooks.Interested(notice.Kind, ct))
        {
            Add(
                writes,
                "insert into delivery(id, channel, recipient, payload, created_at, due_at) values ($1, 'webhook', $2, $3, $4, $4) on conflict do nothing",
                IdOf(messageId, kind, notice.About, webhook),
                webhook.ToString(),
                payload,
                now);
        }
    }

    private async Task<List<(string Subject, Preferences Preferences, string? Address)>> Recipients(NpgsqlConnection connection, Audience to, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(
            batch,
            """
            select subject, p.content::text, p.address from (
                select unnest($1) as subject
                union
                select id from mt_doc_person where data -> 'roles' ?| $2 and (data ->> 'seenAt')::timestamptz > $3) as told
            left join notification_preferences p using (subject)
            where subject <> all($4)
            """,
            to.People.ToArray(),
            to.Roles.ToArray(),
            clock.GetUtcNow() - SeenWithin,
            to.Except.ToArray());
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var told = new List<(string, Preferences, string?)>();

        while (await reader.ReadAsync(ct))
        {
            told.Add((
                reader.GetString(0),
                reader.IsDBNull(1) ? new() : JsonSerializer.Deserialize<Preferences>(reader.GetString(1), Json.Tolerant)!,
                reader.IsDBNull(2) ? null : reader.GetString(2)));
        }

        return told;
    }

    /// <summary>Clears away what is old: notices, and deliveries that are done with.</summary>
    public async Task Clear(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            with old as (delete from notification where created_at < $1 returning 1)
            delete from delivery where done_at < $1
            """);
        command.Parameters.AddWithValue(clock.GetUtcNow() - Kept);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<Preferences> PreferencesOf(string subject, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select content::text from notification_preferences where subject = $1");
        command.Parameters.AddWithValue(subject);

        return await command.ExecuteScalarAsync(ct) is string json ? JsonSerializer.Deserialize<Preferences>(json, Json.Tolerant)! : new();
    }

    public async Task Prefer(string subject, Preferences preferences, string? address, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into notification_preferences(subject, content, address) values ($1, $2::jsonb, $3)
            on conflict (subject) do update set content = excluded.content, address = excluded.address
            """);
        command.Parameters.AddWithValue(subject);
        command.Parameters.AddWithValue(JsonSerializer.Serialize(preferences, Json.Options));
        command.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)address ?? DBNull.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The same parts give the same id, so that what is told again falls on what was told.</summary>
    private static Guid IdOf(params IReadOnlyList<object> parts) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part}"))))).AsSpan(0, 16));

    private static void Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);

        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value ?? DBNull.Value);
        }

        batch.BatchCommands.Add(command);
    }
}
