using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// What each variant costs month by month, in one currency. Every amount is rounded to cents, half to even, and every total is
/// the sum of the rounded amounts, so that a reader who adds the lines up arrives at the same figure. The first variant of each
/// strategy is the plain one: tuned parameter-efficiently if at all, without retrieval.
/// </summary>
public sealed record Forecast(
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyForecast> Strategies,
    BreakEven BreakEven,
    decimal ExtraUpfront,
    decimal? SavingPerRequest,
    BenefitBasis BenefitBasis,
    decimal? MonthlyBenefit,
    ServingComparison Serving,
    IReadOnlyList<ClaimCheck> Claims,
    IReadOnlyList<Assumption> Assumptions,
    IReadOnlyList<ForecastWarning> Warnings)
{
    /// <summary>The plain variant of a strategy.</summary>
    public StrategyForecast this[StrategyKind strategy] => Strategies.First(s => s.Strategy == strategy);

    public StrategyForecast this[StrategyKind strategy, Tuning tuning, bool retrieval = false] =>
        Strategies.Single(s => s.Strategy == strategy && s.Tuning == tuning && s.Retrieval == retrieval);

    public ForecastFigures Figures() => new(Currency, HorizonMonths, [.. Strategies.Select(s => s.Figures())], BreakEven);
}

/// <summary>What the rest of the platform is told of a forecast.</summary>
public sealed record ForecastFigures(
    string Currency, int HorizonMonths, IReadOnlyList<StrategyCost> Strategies, BreakEven BreakEven);

/// <summary>
/// One variant: a strategy, how it is tuned, and whether it retrieves. The cost of today is discounted at the policy's rate; the
/// range is that of the policy's drivers. What compares with the benefit is null where the benefit is not stated, and the payback
/// also where the horizon ends before it; the break-even, against prompting alike, is null for prompting itself. Whatever the rest
/// of the platform is told stands here under the same name.
/// </summary>
public sealed record StrategyForecast(
    StrategyKind Strategy,
    Tuning Tuning,
    bool Retrieval,
    string Model,
    decimal TunedRequestShare,
    decimal Upfront,
    decimal Total,
    decimal PresentCost,
    decimal? RoiPercent,
    decimal? NetPresentValue,
    int? PaybackMonth,
    CostRange Range,
    BreakEven? BreakEven,
    IReadOnlyList<CostLine> Lines)
{
    public decimal TotalP10 => Range.P10;

    public decimal TotalP50 => Range.P50;

    public decimal TotalP90 => Range.P90;

    public decimal? BreakEvenRequests => Rounded(BreakEven?.Requests, 2);

    public decimal? BreakEvenMonth => Rounded(BreakEven?.Month, 4);

    internal decimal Running => Total - Upfront;

    /// <summary>As it is called in texts for people.</summary>
    internal string Name
    {
        get
        {
            var strategy = Strategy switch
            {
                StrategyKind.PromptEngineering => "Prompt engineering",
                StrategyKind.FineTuning => "Fine-tuning",
                _ => "A hybrid",
            };
            var tuning = Tuning is Tuning.Full ? " of all weights" : "";

            return $"{strategy}{tuning}{(Retrieval ? " with retrieval" : "")}";
        }
    }

    public StrategyCost Figures() => new(
        Strategy,
        Upfront,
        Total,
        RoiPercent,
        Tuning,
        Retrieval,
        NetPresentValue,
        PaybackMonth,
        TotalP10,
        TotalP50,
        TotalP90,
        BreakEvenRequests,
        BreakEvenMonth);

    private static decimal? Rounded(decimal? value, int digits) =>
        value is { } exact ? Math.Round(exact, digits, MidpointRounding.ToEven) : null;
}

public sealed record CostLine(string Id, string Name, decimal Upfront, IReadOnlyList<decimal> Monthly, decimal Total);

/// <summary>Totals that one in ten, one in two and nine in ten of the drawn outcomes stay within.</summary>
public sealed record CostRange(decimal P10, decimal P50, decimal P90);

/// <summary>
/// The tuned model served by replicas of one's own against the same tokens bought from the provider: from so many requests per
/// month on, the fixed price of the fewest replicas is the lower one; null where requests are empty.
/// </summary>
public sealed record ServingComparison(
    string HostedModel, decimal HostedPerMonth, string TokenModel, decimal TokenCostPerRequest, decimal? RequestsPerMonth);

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

    public string Reason => message;
}

public sealed class MissingExchangeRateException(string member, string currency, IEnumerable<string> known)
    : ForecastRefusedException(
        member,
        $"There is no exchange rate for '{currency}'. Use one of {string.Join(", ", known)}, or have the rate published.")
{
    public string Currency => currency;
}
