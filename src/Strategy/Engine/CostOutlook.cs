using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>What a recommendation needs to know of the cost forecast.</summary>
public sealed record CostOutlook(
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyCost> Strategies,
    BreakEven BreakEven)
{
    public static CostOutlook From(CostForecast forecast) =>
        new(forecast.Currency, forecast.HorizonMonths, forecast.Strategies, forecast.BreakEven);

    /// <summary>
    /// The break-even at another volume, in proportion: twice the requests pay back in half the time. What never pays back is
    /// not made to pay by volume alone; totals stay, since nothing is decided on them.
    /// </summary>
    public CostOutlook AtVolume(decimal requestsPerMonth, decimal insteadOf)
    {
        if (BreakEven.Month is not { } month || requestsPerMonth == insteadOf || insteadOf <= 0)
        {
            return this;
        }

        decimal? scaled = requestsPerMonth > 0 ? month * insteadOf / requestsPerMonth : null;

        return this with { BreakEven = BreakEven with { Month = scaled, WithinHorizon = scaled <= HorizonMonths } };
    }

    internal decimal? Total(StrategyKind strategy) => Find(strategy)?.Total;

    internal decimal? Upfront(StrategyKind strategy) => Find(strategy)?.Upfront;

    private StrategyCost? Find(StrategyKind strategy)
    {
        foreach (var cost in Strategies)
        {
            if (cost.Strategy == strategy)
            {
                return cost;
            }
        }

        return null;
    }
}
