using System.Security.Cryptography;
using Governance.Audit.Holds;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;

namespace Governance.Audit.Erasures;

/// <summary>
/// Carries out what is approved, case by case. First the fact that names every value is recorded and sealed, then value and salt go: so
/// there is no moment at which something is missing that nothing explains. Facts that arrive later, about what is erased, are treated
/// the same. Whoever is killed in between goes on after a restart.
/// </summary>
internal sealed class ExecuteErasures(
    IDocumentStore store, Decisions decisions, ErasureDesk desk, ErasureTables tables, FindHolds holds, FailedMessages failed, TimeProvider clock, ILogger<ExecuteErasures> log)
    : BackgroundService
{
    public const string Actor = "service:audit";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Erasures of cases that hold nothing to erase, until something new is recorded about their case.</summary>
    private readonly HashSet<Guid> settled = [];

    private long? seen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await UnlessItFails(() => Run(stoppingToken), "Erasures wait", stoppingToken);
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>None waits for another one that fails.</summary>
    private async Task Run(CancellationToken ct)
    {
        await using var session = store.QuerySession();

        foreach (var erasure in await session.Query<Erasure>().Where(FindErasures.InProgress(ErasureProgress.Approved)).ToListAsync(ct))
        {
            await UnlessItFails(() => Execute(erasure, session, ct), $"Erasure {erasure.Id} waits", ct);
        }

        var recorded = await tables.RecordedSince(seen, ct);

        // A backup that was restored brings back what was erased after it.
        if (recorded.Size < seen)
        {
            settled.Clear();
        }

        foreach (var done in (await session.Query<CaseErasure>().ToListAsync(ct)).Where(part => !settled.Contains(part.Id) || recorded.MayBeAbout(part.UseCaseId)))
        {
            settled.Remove(done.Id);
            await UnlessItFails(() => Finish(done, session, ct), $"Erasure {done.ErasureId} waits in case {done.UseCaseId}", ct);
        }

        seen = recorded.Size;
        await tables.ForgetNames(ct);
    }

    private async Task Finish(CaseErasure done, IQuerySession session, CancellationToken ct)
    {
        PersonalValue[] left = [.. (await tables.ValuesOf(done.UseCaseId, ct)).Where(done.Rule.Covers)];
        await Take(done, left, session, ct);

        if (left.Length == 0)
        {
            settled.Add(done.Id);
        }
    }

    private async Task UnlessItFails(Func<Task> work, string otherwise, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("{Otherwise}: {Reason}", otherwise, e.Message);
        }
    }

    /// <summary>Only once the ledger holds who asked and who approved.</summary>
    private async Task Execute(Erasure erasure, IQuerySession session, CancellationToken ct)
    {
        var decided = await session.Events.FetchStreamAsync(erasure.Id, token: ct);

        if (!await tables.AreSealed([.. decided.Select(e => e.Id)], ct))
        {
            return;
        }

        var found = await desk.Find(erasure, ct);

        if (await holds.On(found, ct) is [var hold, ..])
        {
            log.LogWarning("Erasure {Erasure} waits for the release of legal hold {Hold}", erasure.Id, hold.Id);

            return;
        }

        foreach (var scope in found)
        {
            await Take(
                new()
                {
                    Id = IdOf(erasure.Id, scope.UseCaseId),
                    UseCaseId = scope.UseCaseId,
                    ErasureId = erasure.Id,
                    Rule = scope.Rule,
                    Ground = erasure.Ground,
                    RequestedBy = erasure.RequestedBy,
                    ApprovedBy = [.. erasure.Approvals.Select(approval => approval.By)],
                },
                scope.Values,
                session,
                ct);
        }

        if (found.Count == 0)
        {
            await decisions.Command<Erasure>(
                erasure.Id, state => state.Progress is ErasureProgress.Approved ? [new Executed(clock.GetUtcNow(), state.Account)] : [], Context(), once: null, ct);
        }
    }

    /// <summary>Names what nothing has named yet, and deletes what a sealed fact names.</summary>
    private async Task Take(CaseErasure part, IReadOnlyList<PersonalValue> values, IQuerySession session, CancellationToken ct)
    {
        if (values.Count == 0)
        {
            return;
        }

        var facts = (await session.Events.FetchStreamAsync(part.Id, token: ct)).Select(e => (e.Id, Erased: (Erased)e.Data)).ToList();
        var named = facts.SelectMany(fact => fact.Erased.Facts).SelectMany(fact => fact.Paths.Select(path => (fact.EventId, path))).ToHashSet();
        var unnamed = CaseScope.Of([.. values.Where(value => !named.Contains((value.EventId, value.Path)))]);

        if (unnamed.Count > 0)
        {
            await failed.Blank(new(part.UseCaseId, part.Rule.Revision, part.Rule.Before, part.Rule.Everything, part.Rule.Declared, unnamed), ct);
            await decisions.Command<CaseErasure>(
                part.Id,
                state => [new Erased(part.UseCaseId, part.ErasureId, part.Rule, part.Ground, part.RequestedBy, part.ApprovedBy, unnamed)],
                Context(),
                once: null,
                ct);
        }

        foreach (var fact in facts)
        {
            if (await tables.AreSealed([fact.Id], ct))
            {
                await tables.Delete(fact.Erased.Facts, ct);
            }
        }
    }

    private FactContext Context()
    {
        var cause = Guid.CreateVersion7();

        return new(Actor, "service", cause, cause, clock.GetUtcNow(), null);
    }

    private static Guid IdOf(Guid erasure, Guid useCase) =>
        new(SHA256.HashData([.. erasure.ToByteArray(), .. useCase.ToByteArray()]).AsSpan(0, 16));
}
