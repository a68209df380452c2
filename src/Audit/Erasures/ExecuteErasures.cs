using System.Security.Cryptography;
using Governance.Audit.Holds;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;

namespace Governance.Audit.Erasures;

/// <summary>
/// Carries out what is approved, case by case: the values and salts go in the transaction of the fact that says so, and what is told is
/// what is gone. Facts that arrive later, about what is erased, are treated the same. Whoever is killed in between goes on after a restart.
/// </summary>
internal sealed class ExecuteErasures(
    IDocumentStore store, Decisions decisions, ErasureDesk desk, ErasureTables tables, FindHolds holds, FailedMessages failed, TimeProvider clock, ILogger<ExecuteErasures> log)
    : BackgroundService
{
    public const string Actor = "service:audit";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Run(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Erasures wait: {Reason}", e.Message);
            }

            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task Run(CancellationToken ct)
    {
        await using var session = store.QuerySession();

        foreach (var erasure in await session.Query<Erasure>().Where(FindErasures.InProgress(ErasureProgress.Approved)).ToListAsync(ct))
        {
            await Execute(erasure, ct);
        }

        foreach (var done in await session.Query<CaseErasure>().ToListAsync(ct))
        {
            await TakeLate(done, ct);
        }

        await tables.ForgetNames(ct);
    }

    private async Task Execute(Erasure erasure, CancellationToken ct)
    {
        var context = Context();

        foreach (var scope in await desk.Find(erasure, ct))
        {
            if (await holds.On([scope], ct) is [var hold, ..])
            {
                log.LogWarning("Erasure {Erasure} waits for legal hold {Hold}", erasure.Id, hold.Id);

                return;
            }

            await Erase(
                new(scope.UseCaseId, erasure.Id, scope.Rule, erasure.Ground, erasure.RequestedBy, [.. erasure.Approvals.Select(a => a.By)], scope.Facts), context, ct);
        }

        await decisions.Command<Erasure>(
            erasure.Id, state => state.Progress is ErasureProgress.Approved ? [new Executed(clock.GetUtcNow())] : [], context, once: null, ct);
    }

    private async Task TakeLate(CaseErasure done, CancellationToken ct)
    {
        var late = (await tables.ValuesOf(done.UseCaseId, ct)).Where(done.Rule.Covers).ToList();

        if (late.Count > 0)
        {
            var scope = new CaseScope(done.UseCaseId, null, [], done.Rule, late);
            await Erase(
                new(done.UseCaseId, done.ErasureId, done.Rule, done.Ground, done.RequestedBy, done.ApprovedBy, scope.Facts), Context(), ct);
        }
    }

    private async Task Erase(Erased erased, FactContext context, CancellationToken ct)
    {
        await failed.Blank(new(erased.UseCaseId, erased.Rule.Revision, erased.Rule.Before, erased.Rule.Everything, erased.Rule.Declared, erased.Facts), ct);
        await decisions.Command<CaseErasure>(
            IdOf(erased.ErasureId, erased.UseCaseId), _ => [erased], context, new Deletion(erased.Facts), ct);
    }

    private FactContext Context()
    {
        var cause = Guid.CreateVersion7();

        return new(Actor, "service", cause, cause, clock.GetUtcNow(), null);
    }

    private static Guid IdOf(Guid erasure, Guid useCase) =>
        new(SHA256.HashData([.. erasure.ToByteArray(), .. useCase.ToByteArray()]).AsSpan(0, 16));

    /// <summary>Value and salt go with the fact that names them.</summary>
    private sealed record Deletion(IReadOnlyList<ErasedFact> Facts) : Once
    {
        public override void WriteTo(IDocumentSession session)
        {
            var items = Facts.SelectMany(fact => fact.Paths.Select(path => (fact.EventId, Path: path))).ToList();
            session.QueueSqlCommand(
                "delete from personal p using unnest(?::uuid[], ?::text[]) as gone(event_id, path) where p.event_id = gone.event_id and p.path = gone.path",
                items.ConvertAll(item => item.EventId).ToArray(), items.ConvertAll(item => item.Path).ToArray());
        }

        public override Task<bool> HasHappened(IDocumentSession session) => Task.FromResult(false);
    }
}
