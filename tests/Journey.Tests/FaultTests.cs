using Governance.Platform;

namespace Governance.Journey.Tests;

/// <summary>A platform of its own: what is killed here must not disturb other journeys.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    /// <summary>After these, every process has been hit, on however slow a machine.</summary>
    private const int OneRound = 16;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(75);

    [Fact]
    public async Task Random_kills_of_every_process_lose_double_and_reorder_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        var seed = Environment.TickCount;
        await using var platform = await RunningPlatform.StartAsync(ct);

        var report = await new Storm(platform, seed).RunAsync((kills, elapsed) => kills >= OneRound && elapsed > Length, ct);
        output.WriteLine($"seed {seed}\n{report}");

        report.Faults.ShouldBeEmpty();
        report.Submissions.ShouldBeGreaterThan(20);
        string[] victims = ["postgres", "rabbitmq", "intake", "data-readiness", "costs", "strategy", "compliance", "audit", "portal"];
        victims.ShouldAllBe(victim => report.Kills.GetValueOrDefault(victim) > 0);
    }
}
