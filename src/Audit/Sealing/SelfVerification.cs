using Governance.Ledger;

namespace Governance.Audit.Sealing;

/// <summary>Verifies the whole ledger after the start, every few hours (<c>Ledger:VerifyEveryHours</c>) and when an auditor asks; one at a time.</summary>
internal sealed class SelfVerification(
    LedgerCheck check, LedgerState state, Anchors anchors, IConfiguration configuration, TimeProvider clock, ILogger<SelfVerification> log) : BackgroundService
{
    private const int StandardHours = 6;

    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly TimeSpan every = TimeSpan.FromHours(configuration.GetValue("Ledger:VerifyEveryHours", StandardHours));
    private readonly SemaphoreSlim running = new(1);

    /// <summary>The last report, or null before the first.</summary>
    public LedgerReport? Latest { get; private set; }

    public bool IsRunning => running.CurrentCount == 0;

    /// <summary>Verifies, after a verification that may be under way; null where this replica has no key to verify with.</summary>
    public async Task<LedgerReport?> Run(CancellationToken ct)
    {
        if (state.Signer is not { } signer)
        {
            return null;
        }

        await running.WaitAsync(ct);

        try
        {
            var kept = new List<(string, string)> { ("the signer", signer.LastNote.ToString()) };
            kept.AddRange(await anchors.Kept(ct));
            var report = await check.Run(new(signer.Keys, kept), ct);

            foreach (var finding in report.Findings)
            {
                log.LogCritical("Ledger verification: {Code}: {Message}", finding.Code, finding.Message);
            }

            return Latest = report;
        }
        finally
        {
            running.Release();
        }
    }

    public override void Dispose()
    {
        running.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var due = clock.GetUtcNow() + AfterStart;

        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            if (clock.GetUtcNow() < due)
            {
                continue;
            }

            try
            {
                await Run(stoppingToken);
                due = clock.GetUtcNow() + every;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The ledger could not be verified: {Reason}", e.Message);
            }
        }
    }
}
