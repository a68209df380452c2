using System.Text.Json;
using Governance.ServiceDefaults;
using NodaTime;
using Npgsql;

namespace Governance.Compliance.Notifications;

/// <param name="GoneAt">Since when its reason is gone, because somebody has answered or the case has moved on; nothing is to be done about it any more.</param>
public sealed record NotificationView(
    Guid Id, string Kind, string Text, NoticeFacts Facts, DateTimeOffset CreatedAt, DateTimeOffset? ReadAt, DateTimeOffset? GoneAt);

public sealed record NotificationCounts(long Unread);

/// <summary>What administrators see of mails and webhooks on their way; the recipient is a subject or a webhook.</summary>
public sealed record DeliveryView(
    Guid Id, string Channel, string Recipient, string State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset DueAt, string? LastError);

/// <summary>A person's own notifications, and for administrators the deliveries. A notice whose reason is gone is not shown as new any more.</summary>
public sealed class FindNotifications(NpgsqlDataSource database, NotificationStore store, TimeProvider clock)
{
    private static readonly string[] States = ["waiting", "leased", "sent", "given-up", "cancelled"];

    public async Task<IResult> Mine(Caller caller, bool? unread, int? page, int? pageSize, CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        var zone = (await store.PreferencesOf(caller.Subject, ct)).Zone;
        await using var command = database.CreateCommand("""
            select id, kind, facts::text, created_at, read_at, gone_at, count(*) over () from notification
            where subject = $1 and (not $2 or (read_at is null and gone_at is null))
            order by created_at desc, id desc offset $3 limit $4
            """);
        command.Parameters.AddWithValue(caller.Subject);
        command.Parameters.AddWithValue(unread ?? false);
        command.Parameters.AddWithValue(window.Skip);
        command.Parameters.AddWithValue(window.Size);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var items = new List<NotificationView>();
        var total = 0L;

        while (await reader.ReadAsync(ct))
        {
            total = reader.GetInt64(6);
            items.Add(View(reader, zone));
        }

        return TypedResults.Ok(new Page<NotificationView>(items, total, window.Page, window.Size));
    }

    public async Task<IResult> Counts(Caller caller, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count(*) from notification where subject = $1 and read_at is null and gone_at is null");
        command.Parameters.AddWithValue(caller.Subject);

        return TypedResults.Ok(new NotificationCounts((long)(await command.ExecuteScalarAsync(ct))!));
    }

    /// <summary>Reading one's own notice twice is harmless; those of others do not exist.</summary>
    public async Task<IResult> Read(Guid notification, Caller caller, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update notification set read_at = coalesce(read_at, $3) where id = $1 and subject = $2");
        command.Parameters.AddWithValue(notification);
        command.Parameters.AddWithValue(caller.Subject);
        command.Parameters.AddWithValue(clock.GetUtcNow());

        return await command.ExecuteNonQueryAsync(ct) == 1
            ? TypedResults.NoContent()
            : throw new NotFoundException("There is no such notification among yours.");
    }

    public async Task<IResult> ReadAll(Caller caller, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update notification set read_at = $2 where subject = $1 and read_at is null");
        command.Parameters.AddWithValue(caller.Subject);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);

        return TypedResults.NoContent();
    }

    public async Task<IResult> Deliveries(string? state, int? page, int? pageSize, CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);

        if (state is not null && !States.Contains(state))
        {
            throw new InvalidRequestException("state", $"must be one of {string.Join(", ", States)}.");
        }

        await using var command = database.CreateCommand("""
            select id, channel, recipient, state, attempts, created_at, due_at, last_error, count(*) over () from delivery
            where $1 = '' or state = $1 order by created_at desc, id desc offset $2 limit $3
            """);
        command.Parameters.AddWithValue(state ?? "");
        command.Parameters.AddWithValue(window.Skip);
        command.Parameters.AddWithValue(window.Size);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var items = new List<DeliveryView>();
        var total = 0L;

        while (await reader.ReadAsync(ct))
        {
            total = reader.GetInt64(8);
            items.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6), reader.IsDBNull(7) ? null : reader.GetString(7)));
        }

        return TypedResults.Ok(new Page<DeliveryView>(items, total, window.Page, window.Size));
    }

    /// <summary>Tries again what was given up, from the first attempt.</summary>
    public async Task<IResult> Retry(Guid delivery, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "update delivery set state = 'waiting', attempts = 0, due_at = $2, done_at = null where id = $1 and state = 'given-up'");
        command.Parameters.AddWithValue(delivery);
        command.Parameters.AddWithValue(clock.GetUtcNow());

        return await command.ExecuteNonQueryAsync(ct) == 1
            ? TypedResults.NoContent()
            : throw new NotFoundException("There is no such delivery that was given up.");
    }

    private static NotificationView View(NpgsqlDataReader reader, DateTimeZone zone)
    {
        var kind = reader.GetString(1);
        var facts = JsonSerializer.Deserialize<NoticeFacts>(reader.GetString(2), Json.Tolerant)!;

        return new(
            reader.GetGuid(0),
            kind,
            Wording.Of(Choice.Of<NoticeKind>("kind", kind)!.Value, facts, zone),
            facts,
            reader.GetFieldValue<DateTimeOffset>(3),
            reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
            reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5));
    }
}
