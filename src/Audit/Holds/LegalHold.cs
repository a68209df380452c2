using Governance.Audit.Erasures;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Audit.Holds;

/// <summary>While it is in force, nothing of a case, or of all cases of a business unit, is erased.</summary>
public sealed record LegalHold
{
    public Guid Id { get; init; }

    public HoldState State { get; init; }

    public Guid? UseCaseId { get; init; }

    public string? BusinessUnit { get; init; }

    public string Reason { get; init; } = "";

    public string SetBy { get; init; } = "";

    public DateTimeOffset SetAt { get; init; }

    public string? ReleaseRequestedBy { get; init; }

    public DateTimeOffset? ReleaseRequestedAt { get; init; }

    public string? ReleaseReason { get; init; }

    public string? ReleasedBy { get; init; }

    public DateTimeOffset? ReleasedAt { get; init; }

    public bool Exists => SetBy.Length > 0;

    /// <param name="units">Every business unit the case has belonged to.</param>
    public bool Covers(Guid useCase, IReadOnlyList<string> units) => UseCaseId == useCase || (BusinessUnit is { } unit && units.Contains(unit));

    public LegalHold Apply(HoldSet e) => this with
    {
        State = HoldState.Active, UseCaseId = e.UseCaseId, BusinessUnit = e.BusinessUnit, Reason = e.Reason, SetBy = e.By, SetAt = e.At,
    };

    public LegalHold Apply(ReleaseAsked e) => this with
    {
        State = HoldState.ReleaseRequested, ReleaseRequestedBy = e.By, ReleaseRequestedAt = e.At, ReleaseReason = e.Reason,
    };

    public LegalHold Apply(Released e) => this with { State = HoldState.Released, ReleasedBy = e.By, ReleasedAt = e.At };

    public LegalHold After(object e) => e switch
    {
        HoldSet x => Apply(x),
        ReleaseAsked x => Apply(x),
        Released x => Apply(x),
        _ => throw new ArgumentException($"{e.GetType().Name} is no event of a hold."),
    };
}

public enum HoldState { Active, ReleaseRequested, Released }

public sealed record HoldSet(Guid? UseCaseId, string? BusinessUnit, string Reason, string By, DateTimeOffset At);

public sealed record ReleaseAsked(string By, string Reason, DateTimeOffset At);

public sealed record Released(string AskedBy, string By, DateTimeOffset At);

public sealed record HoldView(
    Guid Id,
    HoldState State,
    Guid? UseCaseId,
    string? BusinessUnit,
    string Reason,
    string SetBy,
    DateTimeOffset SetAt,
    string? ReleaseRequestedBy,
    DateTimeOffset? ReleaseRequestedAt,
    string? ReleaseReason,
    string? ReleasedBy,
    DateTimeOffset? ReleasedAt,
    bool MayRelease)
{
    public static HoldView Of(LegalHold hold, Caller caller) => new(
        hold.Id,
        hold.State,
        hold.UseCaseId,
        hold.BusinessUnit,
        hold.Reason,
        hold.SetBy,
        hold.SetAt,
        hold.ReleaseRequestedBy,
        hold.ReleaseRequestedAt,
        hold.ReleaseReason,
        hold.ReleasedBy,
        hold.ReleasedAt,
        caller.Is(Roles.Administrator) && hold.State is not HoldState.Released && hold.ReleaseRequestedBy != caller.Subject);
}

/// <summary>Reads holds.</summary>
internal sealed class FindHolds(IDocumentStore store)
{
    public static async Task<Ok<Page<HoldView>>> Many(
        bool? active, int? page, int? pageSize, Caller caller, IQuerySession session, CancellationToken ct)
    {
        var all = session.Query<LegalHold>().AsQueryable();
        all = active switch
        {
            null => all,
            true => all.Where(hold => hold.ReleasedAt == null),
            false => all.Where(hold => hold.ReleasedAt != null),
        };

        return TypedResults.Ok(await Window.Of(page, pageSize).Of(all.OrderByDescending(hold => hold.SetAt), hold => HoldView.Of(hold, caller), ct));
    }

    public async Task<IReadOnlyList<LegalHold>> Active(CancellationToken ct)
    {
        await using var session = store.QuerySession();

        return await session.Query<LegalHold>().Where(hold => hold.ReleasedAt == null).ToListAsync(ct);
    }

    /// <summary>The holds on any of these cases.</summary>
    public async Task<IReadOnlyList<LegalHold>> On(IReadOnlyList<CaseScope> cases, CancellationToken ct) =>
        [.. (await Active(ct)).Where(hold => cases.Any(scope => hold.Covers(scope.UseCaseId, scope.BusinessUnits)))];
}
