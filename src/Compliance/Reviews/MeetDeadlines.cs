using Governance.Compliance.Calendars;
using Governance.Compliance.Packs;
using Governance.ServiceDefaults;
using Marten;
using Npgsql;

namespace Governance.Compliance.Reviews;

public sealed record MeetDeadlines(Versioned<PolicyPack> Pack, BusinessCalendar Calendar, DateTimeOffset Now)
{
    public const string Actor = "service:compliance";

    /// <summary>
    /// Everything whose time has come, in its order. An approval that is to be reviewed again opens its renewal under the pack now in
    /// force, and stands until it is renewed, rejected or expired.
    /// </summary>
    public IEnumerable<object> Decide(Review review)
    {
        while (Deadlines.Upcoming(review, Renew).Where(due => due.At <= Now).MinBy(due => due.At) is { } due)
        {
            foreach (var e in due.Events(Now))
            {
                yield return e;
                review = review.After(e);
            }
        }
    }

    private IEnumerable<object> Renew(Review review, DateTimeOffset at) => Opening.Renew(review, Pack, Calendar, at);
}

/// <summary>Wakes the reviews whose deadline has come. Two replicas may look at the same one: the stream's version lets one of them act.</summary>
public sealed class DeadlineWatch(
    NpgsqlDataSource database, Decisions decisions, Editions<PolicyPack> packs, BusinessCalendar calendar, TimeProvider clock, ILogger<DeadlineWatch> log)
    : BackgroundService
{
    private const int AtOnce = 200;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);

        do
        {
            try
            {
                while (await MeetDue(stoppingToken) == AtOnce)
                {
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(failure, "Deadlines are met a second later");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> MeetDue(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await Due(now, ct);
        var command = new MeetDeadlines((await packs.Current(ct)).InForce(now), calendar, now);

        await Task.WhenAll(due.Select(review => Meet(review, command, ct)));

        return due.Count;
    }

    private Task<bool> Meet(Guid review, MeetDeadlines command, CancellationToken ct)
    {
        var cause = Guid.CreateVersion7();

        return decisions.Command<Review>(
            review, command.Decide, new(MeetDeadlines.Actor, "service", cause, cause, command.Now, TraceParent: null), once: null, ct);
    }

    private async Task<List<Guid>> Due(DateTimeOffset now, CancellationToken ct)
    {
        await using var query = database.CreateCommand("select review_id from review_deadline where at <= $1 order by at limit $2");
        query.Parameters.AddWithValue(now);
        query.Parameters.AddWithValue(AtOnce);
        await using var reader = await query.ExecuteReaderAsync(ct);
        var due = new List<Guid>();

        while (await reader.ReadAsync(ct))
        {
            due.Add(reader.GetGuid(0));
        }

        return due;
    }
}
