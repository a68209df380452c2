namespace Governance.Ledger;

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

/// <summary>A fact with the times three clocks have written: that of its service, that of its service's database, and Audit's.</summary>
public readonly record struct TimedFact(long Position, Guid EventId, string Service, DateTimeOffset Effective, DateTimeOffset Recorded, DateTimeOffset Received);

/// <summary>When the last fact of a stream was recorded, and when the latest of its facts was received.</summary>
public readonly record struct StreamTimes(DateTimeOffset Recorded, DateTimeOffset LastReceived);

/// <summary>Compares the times of each fact with one another and with those of the facts before it.</summary>
public sealed class Clocks
{
    private readonly List<ClockWarning> first = [];
    private readonly Dictionary<string, long> numbers = [];
    private DateTimeOffset receivedEarlier = DateTimeOffset.MinValue;
    private DateTimeOffset received = DateTimeOffset.MinValue;

    public ClockReport Report => new(numbers.Values.Sum(), first);

    /// <param name="before">The times of the stream so far; null for its first fact, or where the ones before are not known.</param>
    /// <returns>The times of the stream with this fact.</returns>
    public StreamTimes Add(in TimedFact fact, StreamTimes? before)
    {
        if (IsBefore(fact.Received, fact.Recorded))
        {
            Warn("recorded-after-received", fact, fact.Recorded, fact.Received, $"recorded by {fact.Service} after it was received");
        }

        if (IsBefore(fact.Effective, fact.Recorded) || IsBefore(fact.Recorded, fact.Effective))
        {
            Warn("effective-not-recorded", fact, fact.Effective, fact.Recorded, $"decided by {fact.Service} at another time than recorded, unless it had to wait for its database");
        }

        if (before is { } stream && IsBefore(fact.Recorded, stream.Recorded))
        {
            Warn("recorded-before-predecessor", fact, fact.Recorded, stream.Recorded, $"recorded by {fact.Service} before the fact it follows");
        }

        // What was received before its predecessor has waited for it, and whatever was received meanwhile is sealed already.
        if (IsBefore(fact.Received, receivedEarlier) && !(before?.LastReceived > fact.Received))
        {
            Warn("received-before-earlier", fact, fact.Received, receivedEarlier, "received before one that was sealed earlier");
        }

        received = Later(received, fact.Received);

        return new(fact.Recorded, Later(before?.LastReceived ?? DateTimeOffset.MinValue, fact.Received));
    }

    /// <summary>The facts that follow are sealed later; those of one round are not in the order in which they were received.</summary>
    public void EndOfRound() => receivedEarlier = received;

    /// <summary>Compares a fact with the one that caused it, which may stand anywhere in the ledger, also after it.</summary>
    public void Caused(in TimedFact fact, string causeService, DateTimeOffset causeRecorded)
    {
        if (IsBefore(fact.Recorded, causeRecorded))
        {
            Warn("recorded-before-cause", fact, fact.Recorded, causeRecorded, $"recorded by {fact.Service} before the fact of {causeService} that caused it");
        }
    }

    private void Warn(string code, in TimedFact fact, DateTimeOffset at, DateTimeOffset against, string what)
    {
        var number = numbers[code] = numbers.GetValueOrDefault(code) + 1;

        if (number <= ClockReport.MostOfAKind)
        {
            first.Add(new(code, fact.Position, fact.EventId, at, against, $"By the clocks the fact at position {fact.Position} was {what}: {at.UtcDateTime:O} against {against.UtcDateTime:O}."));
        }
    }

    private static bool IsBefore(DateTimeOffset time, DateTimeOffset other) => other - time > ClockReport.Tolerance;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
