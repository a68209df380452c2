using Governance.Contracts;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Compliance.Reviews;

/// <summary>
/// How much work waits in each queue. Counting takes the longer the fuller the queues are; a count that took long is used again for
/// twenty times as long as it took, so that nobody waits for the counting of others.
/// </summary>
public sealed class CountReviews(NpgsqlDataSource database, TimeProvider clock) : IDisposable
{
    private const int UsedAgain = 20;

    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(25);

    private const string Query = $"""
        select 'open', queue, business_unit, count(*) from review_task group by 2, 3
        union all select 'overdue', queue, business_unit, count(*) from review_task where due_at < $1 group by 2, 3
        union all select 'escalated', queue, business_unit, count(*) from review_task where escalated group by 2, 3
        union all select 'claimed', queue, business_unit, count(*) from review_task where claims is not null and {QueueTable.HeldAtP1} > 0 group by 2, 3
        """;

    private readonly SemaphoreSlim one = new(1, 1);
    private volatile Counted? last;

    public async Task<Ok<IReadOnlyList<QueueCount>>> Handle(Caller caller, CancellationToken ct)
    {
        var mine = await MineAsync(caller, ct);
        var counted = await CurrentAsync(ct);
        var units = FindReviews.UnitsOf(caller);

        return TypedResults.Ok<IReadOnlyList<QueueCount>>(
        [
            .. from queue in Enum.GetValues<ReviewQueue>()
               let name = Choice.NameOf(queue)
               let rows = counted.Rows.Where(row => row.Queue == name && (units is null || units.Contains(row.BusinessUnit))).ToLookup(row => row.Kind, row => row.Number)
               select new QueueCount(
                   queue, rows["open"].Sum(), rows["overdue"].Sum(), rows["escalated"].Sum(), mine.GetValueOrDefault(name), rows["claimed"].Sum()),
        ]);
    }

    public void Dispose() => one.Dispose();

    private async Task<Counted> CurrentAsync(CancellationToken ct)
    {
        if (IsFresh(last))
        {
            return last!;
        }

        await one.WaitAsync(ct);

        try
        {
            return IsFresh(last) ? last! : last = await CountAsync(ct);
        }
        finally
        {
            one.Release();
        }
    }

    private bool IsFresh(Counted? counted) => counted is not null && clock.GetElapsedTime(counted.Since) < counted.UsedFor;

    private async Task<Counted> CountAsync(CancellationToken ct)
    {
        var since = clock.GetTimestamp();
        await using var query = database.CreateCommand(Query);
        query.Parameters.AddWithValue(clock.GetUtcNow());
        await using var reader = await query.ExecuteReaderAsync(ct);
        var rows = new List<Row>();

        while (await reader.ReadAsync(ct))
        {
            rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3)));
        }

        var took = clock.GetElapsedTime(since);

        return new(rows, clock.GetTimestamp(), took < Long ? TimeSpan.Zero : took * UsedAgain);
    }

    /// <summary>What the caller holds is always counted anew.</summary>
    private async Task<Dictionary<string, long>> MineAsync(Caller caller, CancellationToken ct)
    {
        await using var query = database.CreateCommand(
            "select queue, count(*) from review_task where claims ? $2 and (claims ->> $2)::timestamptz > $1 group by 1");
        query.Parameters.AddWithValue(clock.GetUtcNow());
        query.Parameters.AddWithValue(caller.Subject);
        await using var reader = await query.ExecuteReaderAsync(ct);
        var mine = new Dictionary<string, long>();

        while (await reader.ReadAsync(ct))
        {
            mine[reader.GetString(0)] = reader.GetInt64(1);
        }

        return mine;
    }

    private sealed record Row(string Kind, string Queue, string BusinessUnit, long Number);

    private sealed record Counted(IReadOnlyList<Row> Rows, long Since, TimeSpan UsedFor);
}

/// <summary>Reviews that wait in a queue, and of them those overdue, escalated, claimed by the caller, and claimed by anybody.</summary>
public sealed record QueueCount(ReviewQueue Queue, long Open, long Overdue, long Escalated, long Mine, long Claimed);
