using Governance.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Governance.Compliance.Notifications;

/// <summary>What a receiver gets, in the form Standard Webhooks recommends.</summary>
public sealed record WebhookPayload(string Type, DateTimeOffset Timestamp, NoticeFacts Data);

public sealed record WebhookInput(string Url, IReadOnlyList<NoticeKind>? Kinds = null);

/// <summary>The secret is shown when it is made, and never again.</summary>
public sealed record WebhookView(
    Guid Id, string Url, IReadOnlyList<string> Kinds, string CreatedBy, DateTimeOffset CreatedAt, string? DisabledBecause, string? Secret);

/// <summary>The doors through which administrators say where webhooks go.</summary>
public sealed class Webhooks(NpgsqlDataSource database, WebhookTarget target, TimeProvider clock)
{
    private const int Most = 50;

    /// <summary>For so long the previous secret signs as well.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public async Task<IResult> Create(HttpContext http)
    {
        var input = await http.Request.Read<WebhookInput>();

        if (target.Trouble(input.Url) is { } trouble)
        {
            throw new InvalidRequestException("url", trouble);
        }

        var (ct, id, secret) = (http.RequestAborted, Guid.CreateVersion7(), WebhookSignature.NewSecret());
        await using var command = database.CreateCommand($"""
            insert into webhook(id, url, secret, kinds, created_by, created_at)
            select $1, $2, $3, $4, $5, $6 where (select count(*) from webhook) < {Most}
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(input.Url);
        command.Parameters.AddWithValue(secret);
        command.Parameters.AddWithValue((input.Kinds ?? []).Distinct().Select(Choice.NameOf).ToArray());
        command.Parameters.AddWithValue(Caller.From(http.User).Subject);
        command.Parameters.AddWithValue(clock.GetUtcNow());

        if (await command.ExecuteNonQueryAsync(ct) == 0)
        {
            throw new RuleViolationException($"There are {Most} webhooks already; remove one first.");
        }

        return TypedResults.Created($"/api/notifications/webhooks/{id}", (await All(ct)).Single(webhook => webhook.Id == id) with { Secret = secret });
    }

    public async Task<IResult> List(CancellationToken ct)
    {
        var all = await All(ct);

        return TypedResults.Ok(new Page<WebhookView>(all, all.Count, 1, Most));
    }

    /// <summary>A new secret; also the way to set a webhook going again after it was switched off.</summary>
    public async Task<IResult> Rotate(Guid webhook, CancellationToken ct)
    {
        var secret = WebhookSignature.NewSecret();
        await using var command = database.CreateCommand(
            "update webhook set previous_secret = secret, previous_until = $2, secret = $3, disabled_because = null where id = $1");
        command.Parameters.AddWithValue(webhook);
        command.Parameters.AddWithValue(clock.GetUtcNow() + Overlap);
        command.Parameters.AddWithValue(secret);
        Require(await command.ExecuteNonQueryAsync(ct));

        return TypedResults.Ok((await All(ct)).Single(known => known.Id == webhook) with { Secret = secret });
    }

    public async Task<IResult> Remove(Guid webhook, CancellationToken ct)
    {
        await using var command = database.CreateCommand("delete from webhook where id = $1");
        command.Parameters.AddWithValue(webhook);
        Require(await command.ExecuteNonQueryAsync(ct));

        return TypedResults.NoContent();
    }

    /// <summary>Where a delivery goes and the secrets that sign it now; null where the webhook is gone or switched off.</summary>
    public async Task<(string Url, IReadOnlyList<string> Secrets)?> Find(Guid webhook, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select url, secret, case when previous_until > $2 then previous_secret end from webhook where id = $1 and disabled_because is null");
        command.Parameters.AddWithValue(webhook);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(ct);

        return await reader.ReadAsync(ct)
            ? (reader.GetString(0), reader.IsDBNull(2) ? [reader.GetString(1)] : [reader.GetString(1), reader.GetString(2)])
            : null;
    }

    public async Task Disable(Guid webhook, string because, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update webhook set disabled_because = $2 where id = $1");
        command.Parameters.AddWithValue(webhook);
        command.Parameters.AddWithValue(NpgsqlDbType.Text, because);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<List<WebhookView>> All(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id, url, kinds, created_by, created_at, disabled_because from webhook order by created_at");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var all = new List<WebhookView>();

        while (await reader.ReadAsync(ct))
        {
            all.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<string[]>(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), Secret: null));
        }

        return all;
    }

    private static void Require(int found)
    {
        if (found == 0)
        {
            throw new NotFoundException("There is no such webhook.");
        }
    }
}
