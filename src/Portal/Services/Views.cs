using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;

namespace Governance.Portal.Services;

// What the services answer, as far as pages show it.

public sealed record Paged<T>(IReadOnlyList<T> Items, long Total, int Page, int PageSize);

public sealed record CaseView(
    Guid Id, string Number, int Revision, string Status, DateTimeOffset SubmittedAt, DateTimeOffset UpdatedAt, JsonObject Facts)
{
    public string Title => Text("title");

    public string BusinessUnit => Text("businessUnit");

    private string Text(string name) => Facts[name]?.GetValue<string>() ?? "";
}

public sealed record Accepted(Guid Id, string Number, int Revision, string Status);

public sealed record SignOffView(
    ReviewQueue Queue,
    string Why,
    DateTimeOffset DueAt,
    string RequirementId = "",
    int Stage = 1,
    IReadOnlyList<ReviewQueue>? AnyOf = null,
    bool Waiting = true,
    bool Escalated = false,
    string? ClaimedBy = null,
    DateTimeOffset? ClaimedUntil = null,
    string? SignedOffBy = null,
    string? OnBehalfOf = null,
    DateTimeOffset? SignedOffAt = null,
    IReadOnlyList<string>? Conditions = null)
{
    /// <summary>Whose turn it is: a later stage waits for the earlier ones.</summary>
    public IEnumerable<ReviewQueue> Open => SignedOffAt is null && Waiting ? Called : [];

    public IReadOnlyList<ReviewQueue> Called => AnyOf ?? [Queue];
}

public sealed record MaterialChangeView(string Path, IReadOnlyList<ReviewQueue> Voids);

public sealed record FactChangesView(IReadOnlyList<MaterialChangeView> Material, IReadOnlyList<string> Immaterial);

/// <summary>A sign-off that counts no longer, because of these facts.</summary>
public sealed record VoidedView(ReviewQueue Queue, string By, IReadOnlyList<string> Because);

public sealed record ConditionTermsView(string Id, string Text, string? Owner = null, DateTimeOffset? DueAt = null, string? Evidence = null);

/// <summary>A condition on its way: the terms say what is wanted, the rest what has come of it.</summary>
public sealed record ConditionView(
    ConditionTermsView Terms, ReviewQueue Queue, string SetBy, string State, string? Evidence = null, string? EvidenceBy = null, string? Refusal = null)
{
    public bool IsMet => State is "met";

    public bool HasEvidence => State is "evidence-given";
}

public sealed record ApprovalView(int Revision, DateTimeOffset ValidUntil, DateTimeOffset ReviewAgainAt, IReadOnlyList<string> SuspendedFor);

/// <summary>Facts and changes are left out of lists.</summary>
public sealed record ReviewView(
    Guid Id,
    string Number,
    string Title,
    string BusinessUnit,
    int Revision,
    string State,
    RiskTier Tier,
    StrategyKind Recommendation,
    IReadOnlyList<string> Obligations,
    IReadOnlyList<SignOffView> SignOffs,
    DateTimeOffset? DueAt,
    DateTimeOffset OpenedAt,
    string? Reason,
    string FactsHash,
    ReviewPriority Priority = ReviewPriority.Normal,
    bool Renewal = false,
    IReadOnlyList<ConditionView>? Conditions = null,
    ApprovalView? Approval = null,
    IReadOnlyList<VoidedView>? Voided = null,
    FactChangesView? Changes = null,
    JsonObject? Facts = null)
{
    /// <summary>The queues whose turn it is.</summary>
    public IEnumerable<ReviewQueue> OpenQueues => SignOffs.SelectMany(signOff => signOff.Open).Distinct();
}

/// <summary>Where a ruling stands in the ledger; the checkpoint that covers it has this many facts.</summary>
public sealed record SealView(long Position, long Size);

public sealed record SealedRulingView(Guid EventId, string Contract, DateTimeOffset RecordedAt, SealView? Seal);

public sealed record QueueCountView(ReviewQueue Queue, long Open, long Overdue, long Escalated, long Mine);

/// <summary>The right to review for somebody else.</summary>
public sealed record DelegationView(
    Guid Id,
    string From,
    string To,
    string GivenBy,
    IReadOnlyList<ReviewQueue> Queues,
    IReadOnlyList<string> BusinessUnits,
    Guid? OnlyUseCase,
    DateTimeOffset Start,
    DateTimeOffset End,
    DateTimeOffset? RevokedAt,
    string Reason,
    bool InForce)
{
    public bool Covers(ReviewView review) =>
        (OnlyUseCase is null || OnlyUseCase == review.Id) && (BusinessUnits.Count == 0 || BusinessUnits.Contains(review.BusinessUnit));
}

public sealed record PersonView(string Subject, string Name, bool Manages = false, IReadOnlyList<ReviewQueue>? Queues = null);

public sealed record NarrativeView(string Summary, IReadOnlyList<NarrativeRow> Table);

public sealed record NarrativeRow(string Kind, string Id, string Finding, string Effect, IReadOnlyList<string> Citations);

public sealed record AssessmentView(
    int? Revision,
    StrategyKind Recommendation,
    bool Retrieval,
    Tuning Tuning,
    decimal Confidence,
    IReadOnlyList<RankedStrategy> Ranking,
    IReadOnlyList<Gate> Gates,
    IReadOnlyList<FactorContribution> Factors,
    IReadOnlyList<ChecklistAnswer> Checklist,
    IReadOnlyList<FrameworkSection> Framework,
    IReadOnlyList<SourceConflict> Conflicts,
    IReadOnlyList<AssessmentWarning> Warnings,
    IReadOnlyList<Flip> Flips,
    IReadOnlyList<ComponentAssessment> Components,
    IReadOnlyList<MigrationTrigger> Migration,
    IReadOnlyList<string> Unknowns,
    NarrativeView Explanation,
    string PolicyVersion,
    string ResultHash);

public sealed record ReadinessView(ReadinessVerdict Verdict, int Score, IReadOnlyList<ReadinessCheck> Checks);

public sealed record CostLineView(string Id, string Name, decimal Upfront, IReadOnlyList<decimal> Monthly, decimal Total);

public sealed record StrategyForecastView(
    StrategyKind Strategy,
    Tuning Tuning,
    bool Retrieval,
    string Model,
    decimal Upfront,
    decimal Total,
    decimal? RoiPercent,
    decimal? NetPresentValue,
    int? PaybackMonth,
    decimal TotalP10,
    decimal TotalP90,
    decimal? BreakEvenMonth,
    IReadOnlyList<CostLineView> Lines)
{
    /// <summary>What has been spent by the end of each month, the upfront cost before the first.</summary>
    public IReadOnlyList<decimal> Cumulated(int months)
    {
        var spent = Upfront;
        List<decimal> all = [spent];

        for (var month = 0; month < months; month++)
        {
            spent += Lines.Sum(line => month < line.Monthly.Count ? line.Monthly[month] : 0);
            all.Add(spent);
        }

        return all;
    }
}

public sealed record AssumptionView(string Name, decimal? Value, string Unit, string Source);

public sealed record ForecastWarningView(string Id, string Message);

public sealed record ForecastView(
    int? Revision,
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyForecastView> Strategies,
    BreakEven BreakEven,
    decimal? MonthlyBenefit,
    IReadOnlyList<AssumptionView> Assumptions,
    IReadOnlyList<ForecastWarningView> Warnings,
    string PriceBookVersion)
{
    /// <summary>Each strategy in the variant nearest to the recommendation: with or without retrieval, and tuned as recommended.</summary>
    public IReadOnlyList<StrategyForecastView> Near(bool retrieval, Tuning tuning) =>
    [
        .. Strategies.Where(variant => variant.Retrieval == retrieval)
            .GroupBy(variant => variant.Strategy)
            .Select(strategy => strategy.FirstOrDefault(variant => variant.Tuning == tuning) ?? strategy.First())
            .OrderBy(variant => variant.Strategy),
    ];
}

public sealed record FactView(
    long? Position,
    Guid EventId,
    string Contract,
    int? Revision,
    string Service,
    long Version,
    string Actor,
    string ActorRole,
    DateTimeOffset EffectiveAt,
    DateTimeOffset RecordedAt,
    JsonElement Data,
    string? LeafHash = null)
{
    /// <summary>The contract as people call it: without the prefix and the version of the wire.</summary>
    public string Name => Trail.ContractNames.Short(Contract);
}
