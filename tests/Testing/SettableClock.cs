namespace Governance.Testing;

/// <summary>A clock that runs like any other, but can be put forward; timers keep to the real time.</summary>
public sealed class SettableClock : TimeProvider
{
    private long offset;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);
}
