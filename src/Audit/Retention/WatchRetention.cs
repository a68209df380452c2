using Governance.Audit.Erasures;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Audit.Retention;

/// <summary>
/// Once a day asks for the erasure of what is due and not held. Nothing is erased by the watch: its requests need the approval of two
/// people.
/// </summary>
internal sealed class WatchRetention(FindDueCases due, ErasureTables tables, Decisions decisions, TimeProvider clock, ILogger<WatchRetention> log) : BackgroundService
{
    private const int Approvals = 2;

    private static readonly TimeSpan Every = TimeSpan.FromDays(1), LookEvery = TimeSpan.FromSeconds(1), AfterFailure = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var next = clock.GetUtcNow();

        while (!stoppingToken.IsCancellationRequested)
        {
            if (clock.GetUtcNow() >= next)
            {
                next = await TryPropose(stoppingToken);
            }

            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<DateTimeOffset> TryPropose(CancellationToken ct)
    {
        try
        {
            await Propose(ct);

            return clock.GetUtcNow() + Every;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("What is due is looked for later: {Reason}", e.Message);

            return clock.GetUtcNow() + AfterFailure;
        }
    }

    public async Task Propose(CancellationToken ct)
    {
        var (policy, cases) = await due.Find(ct);

        foreach (var found in cases.Where(found => found.Holds.Count == 0 && found.ErasureId is null))
        {
            var now = clock.GetUtcNow();
            var input = new ErasureInput(
                ErasureSubject.UseCase,
                ErasureGround.NoLongerNeeded,
                $"Kept long enough: class {found.Class} of retention policy {policy.Version}, due {found.DueAt:yyyy-MM-dd}.",
                found.UseCaseId);
            var scopes = await tables.Find(ErasureSubject.UseCase, found.UseCaseId, account: null, name: null, now, ct);
            var cause = Guid.CreateVersion7();

            if (scopes.Count > 0)
            {
                await decisions.Command<Erasure>(
                    Guid.CreateVersion7(),
                    new RequestErasure(input, ExecuteErasures.Actor, Approvals, scopes, Held: [], AskedFor: null, now).Decide,
                    new(ExecuteErasures.Actor, "service", cause, cause, now, null),
                    once: null,
                    ct);
            }
        }
    }
}
