using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>
/// Two times that right clocks do not write: that of a fact, and the one it contradicts. The fact is as it was sealed all the same;
/// what was changed is among the findings.
/// </summary>
public sealed record ClockWarning(string Code, long Position, Guid EventId, DateTimeOffset At, DateTimeOffset Against, string Message);

/// <param name="Number">How many there are.</param>
/// <param name="First">The first of each kind.</param>
public sealed record ClockReport(long Number, IReadOnlyList<ClockWarning> First)
{
    public const int MostOfAKind = 20;

    /// <summary>What clocks may differ by without being wrong.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);
}

/// <summary>
/// Compares the times of each fact with one another and with those of the facts before it. Three clocks write them: that of the service
/// says from when a fact holds, that of its database when it was recorded, and Audit's when it was received.
/// </summary>
internal sealed class LedgerClocks
{
    /// <summary>
    /// Took more than a minute to arrive, by the clocks: true of any fact whose database's clock is behind by more, and of few others, so that
    /// an index holds them. The times are without zone because an index wants it so.
    /// </summary>
    internal const string IsLate = "recorded_at at time zone 'utc' < received_at at time zone 'utc' - interval '1 minute'";

    private readonly List<ClockWarning> first = [];
    private readonly Dictionary<string, long> numbers = [];
    private DateTimeOffset receivedEarlier = DateTimeOffset.MinValue;
    private DateTimeOffset received = DateTimeOffset.MinValue;

    public ClockReport Report => new(numbers.Values.Sum(), first);

    /// <param name="before">The times of the stream so far; null for its first fact.</param>
    /// <returns>The times of the stream with this fact.</returns>
    public StreamTimes Add(long position, Leaf leaf, StreamTimes? before)
    {
        if (IsBefore(leaf.ReceivedAt, leaf.RecordedAt))
        {
            Warn("recorded-after-received", position, leaf, leaf.RecordedAt, leaf.ReceivedAt, $"recorded by {leaf.Service} after it was received");
        }

        if (IsBefore(leaf.EffectiveAt, leaf.RecordedAt) || IsBefore(leaf.RecordedAt, leaf.EffectiveAt))
        {
            Warn("effective-not-recorded", position, leaf, leaf.EffectiveAt, leaf.RecordedAt, $"decided by {leaf.Service} at another time than recorded, unless it had to wait for its database");
        }

        if (before is { } stream && IsBefore(leaf.RecordedAt, stream.Recorded))
        {
            Warn("recorded-before-predecessor", position, leaf, leaf.RecordedAt, stream.Recorded, $"recorded by {leaf.Service} before the fact it follows");
        }

        // What was received before its predecessor has waited for it, and whatever was received meanwhile is sealed already.
        if (IsBefore(leaf.ReceivedAt, receivedEarlier) && !(before?.LastReceived > leaf.ReceivedAt))
        {
            Warn("received-before-earlier", position, leaf, leaf.ReceivedAt, receivedEarlier, "received before one that was sealed earlier");
        }

        received = Later(received, leaf.ReceivedAt);

        return new(leaf.RecordedAt, Later(before?.LastReceived ?? DateTimeOffset.MinValue, leaf.ReceivedAt));
    }

    /// <summary>Facts that are sealed together are not in the order in which they were received.</summary>
    public void EndOfRound() => receivedEarlier = received;

    /// <summary>A cause may be anywhere in the ledger, also after its effect, so the database compares the few facts that come into question.</summary>
    public async Task Causes(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            select l.position, f.event_id, f.service, f.recorded_at, cause.recorded_at, cause.service, count(*) over ()
            from (select * from fact where {IsLate}) f join fact cause on cause.event_id = f.causation join leaf l on l.event_id = f.event_id
            where f.recorded_at < cause.recorded_at - $1
            order by l.position limit $2
            """, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue(ClockReport.Tolerance);
        command.Parameters.AddWithValue(ClockReport.MostOfAKind);
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            const string Code = "recorded-before-cause";
            var what = $"recorded by {reader.GetString(2)} before the fact of {reader.GetString(5)} that caused it";
            first.Add(Warning(Code, reader.GetInt64(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4), what));
            numbers[Code] = reader.GetInt64(6);
        }
    }

    private void Warn(string code, long position, Leaf leaf, DateTimeOffset at, DateTimeOffset against, string what)
    {
        var number = numbers[code] = numbers.GetValueOrDefault(code) + 1;

        if (number <= ClockReport.MostOfAKind)
        {
            first.Add(Warning(code, position, leaf.EventId, at, against, what));
        }
    }

    private static ClockWarning Warning(string code, long position, Guid eventId, DateTimeOffset at, DateTimeOffset against, string what) =>
        new(code, position, eventId, at, against, $"By the clocks the fact at position {position} was {what}: {at.UtcDateTime:O} against {against.UtcDateTime:O}.");

    private static bool IsBefore(DateTimeOffset time, DateTimeOffset other) => other - time > ClockReport.Tolerance;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <summary>When the last fact of a stream was recorded, and when the latest of its facts was received.</summary>
internal readonly record struct StreamTimes(DateTimeOffset Recorded, DateTimeOffset LastReceived);
