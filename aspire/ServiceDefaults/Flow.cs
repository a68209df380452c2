using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>
/// How many facts a service has announced and applied, so that an operator, or a check that runs all the time, can see that
/// nothing was lost on the way. Not reachable through the portal.
/// </summary>
public sealed record Flow(
    string Service,
    OutboxCounts Outbox,
    IReadOnlyList<ParkedEvent> Parked,
    IReadOnlyDictionary<string, long> Sent,
    IReadOnlyDictionary<string, long> Applied)
{
    public static async Task<Ok<Flow>> Handle(ServiceIdentity service, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var states = await Count(connection, """
            select state::text, sum(n)::bigint from (
                select state, count(*) as n from outbox group by 1
                union all select 2, number from cleared where kind = 'sent') as all_of_it group by 1
            """, ct);
        var sent = await Count(connection, """
            select contract, sum(n)::bigint from (
                select contract, count(*) as n from outbox where state = 2 and contract is not null group by 1
                union all select contract, number from cleared where kind = 'sent' and contract <> '') as all_of_it group by 1
            """, ct);
        var applied = await Count(connection, """
            select contract, sum(n)::bigint from (
                select contract, count(*) as n from inbox group by 1
                union all select contract, number from cleared where kind = 'applied') as all_of_it group by 1
            """, ct);

        return TypedResults.Ok(new Flow(
            service.Name,
            new(states.GetValueOrDefault("0"), states.GetValueOrDefault("1"), states.GetValueOrDefault("2"), states.GetValueOrDefault("3")),
            await FindParked(connection, ct),
            sent,
            applied));
    }

    private static async Task<Dictionary<string, long>> Count(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);

        while (await reader.ReadAsync(ct))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    private static async Task<List<ParkedEvent>> FindParked(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select event_id, coalesce(last_error, '') from outbox where state = 3 order by seq_id limit 20", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var parked = new List<ParkedEvent>();

        while (await reader.ReadAsync(ct))
        {
            parked.Add(new(reader.GetGuid(0), reader.GetString(1)));
        }

        return parked;
    }
}

public sealed record OutboxCounts(long Ready, long Leased, long Sent, long Parked);

public sealed record ParkedEvent(Guid EventId, string Reason);

/// <summary>Ready while the database answers.</summary>
internal sealed class StoreHealth(NpgsqlDataSource database, ILogger<StoreHealth> log) : IHealthCheck
{
    public const string Name = "store";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);

            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (Faults.IsInfrastructure(e))
        {
            log.LogWarning("The database does not answer: {Reason}", e.Message);

            return HealthCheckResult.Unhealthy("The database does not answer; the log says why.");
        }
    }
}

/// <summary>Degraded while the relay stands still or an event is parked.</summary>
internal sealed class OutboxHealth(Outbox outbox, NpgsqlDataSource database, TimeProvider clock) : IHealthCheck
{
    public const string Name = "outbox";

    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (clock.GetUtcNow() - outbox.LastSeen > Stale)
        {
            return HealthCheckResult.Degraded($"The relay has not moved since {outbox.LastSeen:O}.");
        }

        await using var command = database.CreateCommand("select exists (select 1 from outbox where state = 3)");

        return await command.ExecuteScalarAsync(cancellationToken) is true
            ? HealthCheckResult.Degraded("Events are parked; see the outbox in the status.")
            : HealthCheckResult.Healthy();
    }
}
