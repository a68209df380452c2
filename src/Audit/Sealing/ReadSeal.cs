using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>Where a fact stands in the ledger, and the first signed state that covers it.</summary>
public sealed record SealView(Guid EventId, long Position, string LeafHash, long Size, string Checkpoint);

/// <summary>
/// Gives other services the seal of a fact as soon as there is one, so that a ruling can be answered with it. Whoever waits here has
/// the sealer hurry. Not reachable through the portal.
/// </summary>
internal static class ReadSeal
{
    public const int LongestWait = 5_000;

    /// <summary>Seals made by another replica are seen by looking.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    public static async Task<Ok<SealView>> Handle(
        Guid eventId, int? waitMilliseconds, LedgerState state, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (waitMilliseconds is < 0 or > LongestWait)
        {
            throw new InvalidRequestException("waitMilliseconds", $"must be from 0 to {LongestWait}.");
        }

        var until = clock.GetUtcNow().AddMilliseconds(waitMilliseconds ?? 0);
        state.Await();

        try
        {
            while (true)
            {
                var next = state.NextSignature;

                if (await Find(eventId, database, ct) is { } seal)
                {
                    return TypedResults.Ok(seal);
                }

                if (clock.GetUtcNow() >= until)
                {
                    throw new NotFoundException("The ledger holds no such fact, or has not sealed it yet.");
                }

                await Task.WhenAny(next, Task.Delay(LookEvery, clock, ct));
            }
        }
        finally
        {
            state.Leave();
        }
    }

    private static async Task<SealView?> Find(Guid eventId, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select l.position, l.hash, c.size, c.note
            from leaf l join lateral (select size, note from checkpoint where size > l.position order by size limit 1) c on true
            where l.event_id = $1
            """);
        command.Parameters.AddWithValue(eventId);
        await using var reader = await command.ExecuteReaderAsync(ct);

        return await reader.ReadAsync(ct)
            ? new(eventId, reader.GetInt64(0), Convert.ToBase64String(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(2), reader.GetString(3))
            : null;
    }
}
