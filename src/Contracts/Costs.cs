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

/// <summary>Totals over the horizon; the return on investment is null where the benefit is not stated.</summary>
public sealed record StrategyCost(StrategyKind Strategy, decimal Upfront, decimal Total, decimal? RoiPercent);

/// <summary>
/// When the running saving of fine-tuning has paid back its extra upfront cost: the number of requests and the month they are
/// reached, both null when that never happens; <paramref name="WithinHorizon"/> says whether it happens in time.
/// </summary>
public sealed record BreakEven(decimal? Requests, decimal? Month, bool WithinHorizon, string Explanation);
