using Governance.Ledger;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>How the ledger is: how far it is sealed, what waits for how long, and what the last verification found.</summary>
/// <param name="Pending">Facts recorded but not sealed yet.</param>
/// <param name="Waiting">Those of them that wait for a fact their origin published earlier.</param>
/// <param name="LagSeconds">The age of the oldest one that could be sealed now.</param>
/// <param name="Refusal">Why nothing is sealed any more; null while all is well.</param>
public sealed record LedgerView(
    string Origin, long Size, long Pending, long Waiting, decimal LagSeconds, string? Refusal, bool IsVerifying, LedgerReport? LastVerification,
    IReadOnlyList<AnchorStatus> Anchors);

internal static class ReadLedger
{
    public static async Task<Ok<LedgerView>> Handle(
        NpgsqlDataSource database, LedgerSettings settings, LedgerState state, SelfVerification verification, Anchors anchors, TimeProvider clock, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select (select coalesce(max(position) + 1, 0) from leaf), count(*), count(*) filter (where waits),
                min(f.received_at) filter (where not waits)
            from pending p join fact f on f.event_id = p.event_id
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var lag = reader.IsDBNull(3) ? TimeSpan.Zero : clock.GetUtcNow() - reader.GetFieldValue<DateTimeOffset>(3);

        return TypedResults.Ok(new LedgerView(
            settings.Origin,
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.GetInt64(2),
            Math.Max(0, Math.Round((decimal)lag.TotalSeconds, 1)),
            state.Refusal?.Message,
            verification.IsRunning,
            verification.Latest,
            anchors.Status));
    }

    /// <summary>Verifies the whole ledger now; on a large one that takes a while.</summary>
    public static async Task<Ok<LedgerReport>> Verify(SelfVerification verification, CancellationToken ct) =>
        TypedResults.Ok(await verification.Run(ct)
            ?? throw new RuleViolationException("This replica does not hold the ledger's key; ask the one that seals."));
}

/// <summary>Unhealthy when the ledger is not what was signed, degraded when sealing stands still.</summary>
internal sealed class LedgerHealth(LedgerState state, SelfVerification verification, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state switch
        {
            { Refusal: not null } => HealthCheckResult.Unhealthy("The ledger refuses to go on; see /api/audit/ledger."),
            _ when verification.Latest is { Findings.Count: > 0 } => HealthCheckResult.Unhealthy("The ledger is not what was signed; see /api/audit/ledger."),
            { SealedAt: { } at } when clock.GetUtcNow() - at > Stale => HealthCheckResult.Degraded("Nothing is sealed at the moment."),
            _ => HealthCheckResult.Healthy(),
        });
}
