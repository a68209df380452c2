using Governance.Audit.Holds;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;

namespace Governance.Audit.Erasures;

/// <summary>What the endpoints of erasures have in common.</summary>
internal sealed class ErasureDesk(IDocumentStore store, ErasureTables tables, FindHolds holds, TimeProvider clock)
{
    public static readonly string[] Deciders = [Roles.PrivacyReviewer, Roles.Administrator];

    public static readonly string[] Readers = [.. Deciders, Roles.Auditor];

    public ErasureTables Tables => tables;

    public FindHolds Holds => holds;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The role of the caller's that lets them have a say.</summary>
    public static string RoleOf(Caller caller) => caller.Roles.First(Deciders.Contains);

    public static Erasure After(Erasure erasure, IReadOnlyList<object> events) => events.Aggregate(erasure, (state, e) => e switch
    {
        Requested x => state.Apply(x),
        ApprovedBy x => state.Apply(x),
        RefusedBy x => state.Apply(x),
        _ => throw new ArgumentException($"{e.GetType().Name} is no decision on an erasure."),
    });

    public static void RequireReason(string reason)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > RequestErasureEndpoint.LongestReason)
        {
            throw new InvalidRequestException("reason", $"must be a text of 1 to {RequestErasureEndpoint.LongestReason} characters.");
        }
    }

    /// <exception cref="NotFoundException">There is none.</exception>
    public async Task<Erasure> Load(Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession();

        return await session.LoadAsync<Erasure>(id, ct) ?? throw new NotFoundException("There is no such erasure.");
    }

    /// <summary>What an erasure that is not executed yet would take now.</summary>
    public async Task<IReadOnlyList<CaseScope>> Find(Erasure erasure, CancellationToken ct)
    {
        var before = erasure.Progress is ErasureProgress.Approved ? erasure.Approvals[^1].At : Now;
        var name = erasure.Subject is ErasureSubject.NamedPerson ? await tables.NameFor(erasure.Id, ct) : null;

        return erasure.Subject is ErasureSubject.NamedPerson && name is null
            ? []
            : await tables.Find(erasure.Subject, erasure.UseCaseId, erasure.Account, name, before, ct);
    }

    public async Task<ActingFor> ActingFor(Erasure erasure, Caller caller, CancellationToken ct) =>
        new(await tables.ActsFor([caller.Subject, .. erasure.People], erasure.RequestedAt, Now, ct));

    /// <summary>An open erasure of the same subject; names are compared by nobody, since they are not kept.</summary>
    public async Task<Guid?> AskedFor(ErasureInput input, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var open = await session.Query<Erasure>().Where(FindErasures.InProgress(ErasureProgress.Requested)).ToListAsync(ct);

        return input.Subject is ErasureSubject.NamedPerson
            ? null
            : open.FirstOrDefault(e => e.Subject == input.Subject && e.UseCaseId == input.UseCaseId && e.Account == input.Account)?.Id;
    }

    public async Task<ErasurePreview> Preview(IReadOnlyList<CaseScope> found, CancellationToken ct)
    {
        var active = await holds.Active(ct);

        return new(
            found.Sum(scope => scope.Values.Count),
            [
                .. found.Select(scope => new PreviewedCase(
                    scope.UseCaseId,
                    scope.Number,
                    scope.BusinessUnits.Count > 0 ? scope.BusinessUnits[^1] : null,
                    scope.Rule.Revision,
                    [.. active.Where(hold => hold.Covers(scope.UseCaseId, scope.BusinessUnits)).Select(hold => hold.Id)],
                    [
                        .. scope.Values.GroupBy(value => value.EventId).Select(fact => fact.ToList()).Select(values => new PreviewedFact(
                            values[0].EventId, values[0].Position, values[0].Contract, values[0].Revision, values[0].RecordedAt, [.. values.Select(value => value.Path)])),
                    ])),
            ]);
    }
}

/// <summary>The refusal of whatever a legal hold forbids.</summary>
internal static class HeldCases
{
    /// <exception cref="RuleViolationException">There is a hold; it is named.</exception>
    public static void Require(IReadOnlyList<Guid> held)
    {
        if (held.Count > 0)
        {
            throw new RuleViolationException($"Legal hold {held[0]}{(held.Count > 1 ? $" and {held.Count - 1} more" : "")} forbids it; nothing is erased until it is released.");
        }
    }
}

/// <summary>What an erasure would take, fact by fact; the values themselves are not shown.</summary>
public sealed record ErasurePreview(int Values, IReadOnlyList<PreviewedCase> UseCases);

public sealed record PreviewedCase(
    Guid UseCaseId, string? Number, string? BusinessUnit, int Revision, IReadOnlyList<Guid> Holds, IReadOnlyList<PreviewedFact> Facts);

public sealed record PreviewedFact(
    Guid EventId, long? Position, string Contract, int? Revision, DateTimeOffset RecordedAt, IReadOnlyList<string> Paths);
