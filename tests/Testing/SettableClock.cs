namespace Governance.Testing;

/// <summary>
/// A clock that starts an hour after the moment of the messages, on whatever day the tests run, so that their deadlines lie ahead. From
/// there it runs like any other, but can be put forward; timers keep to the real time.
/// </summary>
public sealed class SettableClock : TimeProvider
{
    private long offset = (Origin.Moment.AddHours(1) - System.GetUtcNow()).Ticks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);
}
