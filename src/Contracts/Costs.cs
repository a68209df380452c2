namespace Governance.Contracts;

/// <summary>What each strategy costs over the horizon, in one currency; the month by month detail stays with Costs.</summary>
[Contract("cost-forecast", 1)]
public sealed record CostForecast(
    Guid UseCaseId,
    int Revision,
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyCost> Strategies,
    BreakEven BreakEven,
    string PriceBookVersion,
    string PriceBookHash,
    DecisionBasis Basis) : IUseCaseEvent;

/// <summary>
/// Totals of one variant over the horizon; the first variant of a strategy is the plain one. Return, net present value and payback
/// are null where the benefit is not stated, the payback also where it comes too late. Of the drawn outcomes one in ten, one in two
/// and nine in ten stay within P10, P50 and P90. The break-even is that against prompting, null where it never comes.
/// </summary>
public sealed record StrategyCost(
    StrategyKind Strategy,
    decimal Upfront,
    decimal Total,
    decimal? RoiPercent,
    Tuning Tuning = Tuning.None,
    bool Retrieval = false,
    decimal? NetPresentValue = null,
    int? PaybackMonth = null,
    decimal? TotalP10 = null,
    decimal? TotalP50 = null,
    decimal? TotalP90 = null,
    decimal? BreakEvenRequests = null,
    decimal? BreakEvenMonth = null);

/// <summary>
/// When the running saving of fine-tuning has paid back its extra upfront cost: the number of requests and the month they are
/// reached, both null when that never happens; <paramref name="WithinHorizon"/> says whether it happens in time. At other volumes of the
/// first month <paramref name="ByVolume"/> holds: each band ends where the next begins, and the first begins at none.
/// <paramref name="ByFact"/> lists the changes of one other fact that change the answer; both are null in older forecasts.
/// </summary>
public sealed record BreakEven(
    decimal? Requests,
    decimal? Month,
    bool WithinHorizon,
    string Explanation,
    IReadOnlyList<BreakEvenBand>? ByVolume = null,
    IReadOnlyList<BreakEvenIf>? ByFact = null);

/// <summary>Whether tuning pays back, forecast at volumes from this one on.</summary>
public sealed record BreakEvenBand(decimal FromRequestsPerMonth, BreakEvenOutcome Outcome);

/// <summary>
/// Whether tuning pays back, and whether its upfront cost exceeds the budget (null without one), if one fact were another. A fact is named
/// by its path in a submission; of a number the value is the one from which on it holds. Where the use case has parts,
/// <paramref name="ByVolume"/> holds at their volumes.
/// </summary>
public sealed record BreakEvenIf(
    string Fact, string Value, BreakEvenOutcome Outcome, bool? TuningOverBudget, IReadOnlyList<BreakEvenBand>? ByVolume = null);

public enum BreakEvenOutcome { WithinHorizon, BeyondHorizon, Never }

/// <summary>
/// An administrator has written or changed a draft of a price book; the hash pins its content, which goes with it as JSON, so that the
/// audit ledger can show what any decision was made under.
/// </summary>
[Contract("price-book-drafted", 1)]
public sealed record PriceBookDrafted(
    string Version, DateTimeOffset EffectiveFrom, string Hash, string DraftedBy, string? Content = null) : IGovernanceEvent;

/// <summary>An administrator has cleared a draft of a price book away; the hash is that of the content it last had.</summary>
[Contract("price-book-draft-discarded", 1)]
public sealed record PriceBookDraftDiscarded(string Version, string Hash, string DiscardedBy) : IGovernanceEvent;

/// <summary>A price book prices all facts recorded from its effective date on; none of its authors has published it.</summary>
[Contract("price-book-published", 1)]
public sealed record PriceBookPublished(
    string Version, DateTimeOffset EffectiveFrom, string Hash, IReadOnlyList<string> Authors, string PublishedBy) : IGovernanceEvent;
