using System.Linq.Expressions;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Audit.Erasures;

public enum ErasureState { Requested, Refused, Erasing, Erased }

/// <summary>An erasure as it is read. <see cref="ErasureState.Erased"/> means that every service has reported that it holds nothing any more.</summary>
public sealed record ErasureView(
    Guid Id,
    ErasureState State,
    ErasureSubject Subject,
    Guid? UseCaseId,
    string? Account,
    ErasureGround Ground,
    string Reason,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    int ApprovalsNeeded,
    IReadOnlyList<ErasureApproval> Approvals,
    string? RefusedBy,
    DateTimeOffset? RefusedAt,
    string? Refusal,
    bool MayDecide,
    IReadOnlyList<ErasedCase> UseCases,
    ErasurePreview? Preview,
    IReadOnlyList<ForgettingService> ForgottenBy)
{
    public static ErasureView Of(
        Erasure erasure,
        Caller caller,
        IReadOnlyList<ErasedCase>? useCases = null,
        ErasurePreview? preview = null,
        IReadOnlyList<ForgettingService>? forgottenBy = null) => new(
        erasure.Id,
        (erasure.Progress, useCases) switch
        {
            (ErasureProgress.Requested, _) => ErasureState.Requested,
            (ErasureProgress.Refused, _) => ErasureState.Refused,
            (ErasureProgress.Executed, { } all) when all.All(useCase => useCase.Services.All(service => service.Done)) && (forgottenBy ?? []).All(service => service.Done) => ErasureState.Erased,
            _ => ErasureState.Erasing,
        },
        erasure.Subject,
        erasure.UseCaseId,
        erasure.Account,
        erasure.Ground,
        erasure.Reason,
        erasure.RequestedBy,
        erasure.RequestedAt,
        erasure.ApprovalsNeeded,
        erasure.Approvals,
        erasure.RefusedBy,
        erasure.RefusedAt,
        erasure.Refusal,
        DecideErasure.May(erasure, caller),
        useCases ?? [],
        preview,
        forgottenBy ?? []);
}

/// <summary>What was erased of a case, and how far the services are.</summary>
public sealed record ErasedCase(Guid UseCaseId, int Facts, int Values, IReadOnlyList<ErasedService> Services);

/// <param name="Events">How many of its events the service has blanked.</param>
/// <param name="FailedMessages">Failed messages it has blanked, by id.</param>
public sealed record ErasedService(string Service, bool Done, DateTimeOffset? At, int Events, IReadOnlyList<Guid> FailedMessages);

/// <summary>A service that keeps something about people besides texts, and whether it still does about the person behind an erased account.</summary>
public sealed record ForgettingService(string Service, bool Done, DateTimeOffset? At);

internal static class FindErasures
{
    private static readonly string[] KnowPeople = ["compliance"];

    private static readonly string[] Services = ["intake", "data-readiness", "costs", "strategy", "compliance"];

    public static async Task<Ok<Page<ErasureView>>> Many(
        string? state, int? page, int? pageSize, Caller caller, IQuerySession session, ErasureTables tables, CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        var wanted = Choice.Of<ErasureState>("state", state);
        var views = new List<ErasureView>();

        foreach (var erasure in await session.Query<Erasure>().OrderByDescending(e => e.RequestedAt).ToListAsync(ct))
        {
            var view = ErasureView.Of(
                erasure, caller, await UseCases(erasure, session, tables, ct), forgottenBy: await ForgottenBy(erasure, session, tables, ct));

            if (wanted is null || view.State == wanted)
            {
                views.Add(view);
            }
        }

        return TypedResults.Ok(new Page<ErasureView>([.. views.Skip(window.Skip).Take(window.Size)], views.Count, window.Page, window.Size));
    }

    public static Expression<Func<Erasure, bool>> InProgress(ErasureProgress progress)
    {
        var name = Choice.NameOf(progress);

        return erasure => erasure.MatchesSql("d.data ->> 'progress' = ?", name);
    }

    public static async Task<Ok<ErasureView>> One(Guid erasure, Caller caller, IQuerySession session, ErasureDesk desk, CancellationToken ct)
    {
        var found = await desk.Load(erasure, ct);
        var preview = found.Progress is ErasureProgress.Requested ? await desk.Preview(await desk.Find(found, ct), ct) : null;

        return TypedResults.Ok(ErasureView.Of(
            found, caller, await UseCases(found, session, desk.Tables, ct), preview, await ForgottenBy(found, session, desk.Tables, ct)));
    }

    /// <summary>None where no account is erased, or where that was before services were told of it.</summary>
    private static async Task<IReadOnlyList<ForgettingService>> ForgottenBy(Erasure erasure, IQuerySession session, ErasureTables tables, CancellationToken ct)
    {
        if (erasure is not { Subject: ErasureSubject.Account, Progress: ErasureProgress.Executed }
            || (await session.Events.FetchStreamAsync(erasure.Id, token: ct)).FirstOrDefault(e => e.Data is Executed { Account: not null }) is not { } told)
        {
            return [];
        }

        var done = await tables.Forgotten(told.Id, ct);

        return [.. KnowPeople.Select(service => new ForgettingService(service, done.ContainsKey(service), done.TryGetValue(service, out var at) ? at : null))];
    }

    private static async Task<IReadOnlyList<ErasedCase>> UseCases(Erasure erasure, IQuerySession session, ErasureTables tables, CancellationToken ct)
    {
        if (erasure.Progress is not (ErasureProgress.Approved or ErasureProgress.Executed))
        {
            return [];
        }

        var cases = new List<ErasedCase>();

        foreach (var part in await session.Query<CaseErasure>().Where(c => c.ErasureId == erasure.Id).ToListAsync(ct))
        {
            var events = await session.Events.FetchStreamAsync(part.Id, token: ct);
            var erased = events.Select(e => e.Data).OfType<Erased>().SelectMany(e => e.Facts).ToList();
            var reports = await tables.Reports(part.UseCaseId, erasure.Id, ct);

            cases.Add(new(
                part.UseCaseId,
                erased.Select(fact => fact.EventId).Distinct().Count(),
                erased.Sum(fact => fact.Paths.Count),
                [
                    .. Services.Select(service =>
                    {
                        var own = reports.Where(report => report.Report.Service == service).ToList();
                        var done = events.All(e => own.Any(report => report.CausedBy == e.Id));

                        return new ErasedService(
                            service, done, done ? own.Max(report => report.At) : null, own.Sum(report => report.Report.Events),
                            [.. own.SelectMany(report => report.Report.FailedMessages).Distinct()]);
                    }),
                ]));
        }

        return cases;
    }
}
