using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// What each strategy costs month by month, in one currency. Every amount is rounded to cents, half to even, and every total is
/// the sum of the rounded amounts, so that a reader who adds the lines up arrives at the same figure.
/// </summary>
public sealed record Forecast(
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyForecast> Strategies,
    BreakEven BreakEven,
    decimal ExtraUpfront,
    decimal? SavingPerRequest,
    decimal? MonthlyBenefit,
    IReadOnlyList<ClaimCheck> Claims,
    IReadOnlyList<Assumption> Assumptions,
    IReadOnlyList<ForecastWarning> Warnings)
{
    public StrategyForecast this[StrategyKind strategy] => Strategies.Single(s => s.Strategy == strategy);

    public ForecastFigures Figures() => new(
        Currency,
        HorizonMonths,
        [.. Strategies.Select(s => new StrategyCost(s.Strategy, s.Upfront, s.Total, s.RoiPercent))],
        BreakEven);
}

/// <summary>The return on investment is null where the benefit is not stated.</summary>
public sealed record StrategyForecast(
    StrategyKind Strategy,
    string Model,
    decimal TunedRequestShare,
    decimal Upfront,
    decimal Total,
    decimal? RoiPercent,
    IReadOnlyList<CostLine> Lines)
{
    internal decimal Running => Total - Upfront;
}

public sealed record CostLine(string Id, string Name, decimal Upfront, IReadOnlyList<decimal> Monthly, decimal Total);

/// <summary>A figure the forecast rests on that the business unit did not state, and where it comes from.</summary>
public sealed record Assumption(string Name, decimal? Value, string Unit, string Source);

public sealed record ForecastWarning(string Id, string Message);

/// <summary>A claimed improvement beside the one that its own before and after give; both are kept.</summary>
public sealed record ClaimCheck(
    string Measure,
    decimal Before,
    decimal After,
    decimal? ClaimedImprovementPercent,
    decimal? ActualImprovementPercent,
    bool Consistent,
    string Message);

/// <summary>Facts no forecast can be made from, with the member at fault and what would help.</summary>
public class ForecastRefusedException(string member, string message) : Exception($"{member}: {message}")
{
    public string Field => member;
}

public sealed class MissingExchangeRateException(string member, string currency, IEnumerable<string> known)
    : ForecastRefusedException(
        member,
        $"There is no exchange rate for '{currency}'. Use one of {string.Join(", ", known)}, or have the rate published.")
{
    public string Currency => currency;
}
