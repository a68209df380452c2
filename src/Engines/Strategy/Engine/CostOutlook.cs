using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>What a recommendation needs to know of the cost forecast.</summary>
public sealed record CostOutlook(
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyCost> Strategies,
    BreakEven BreakEven)
{
    private const int MostMonths = 1_200;
    private const decimal MostRequests = 100_000_000_000m;
    private const decimal OutOfReach = 1_000_000_000m;

    public static CostOutlook From(CostForecast forecast) =>
        new(forecast.Currency, forecast.HorizonMonths, forecast.Strategies, forecast.BreakEven);

    /// <summary>
    /// The break-even at another volume: it takes as many requests, which are served sooner or later. What never pays back is not
    /// made to pay by volume alone; totals stay, since nothing is decided on them.
    /// </summary>
    public CostOutlook AtVolume(Volume volume, Volume insteadOf) =>
        BreakEven.Requests is { } requests && volume.RequestsPerMonth != insteadOf.RequestsPerMonth
            ? this with { BreakEven = Reach(requests, volume) }
            : this;

    /// <summary>The fewest requests in the first month at which tuning pays back within the horizon; null where it never does.</summary>
    public decimal? VolumeInTime(Volume volume)
    {
        if (BreakEven.Requests is not { } requests)
        {
            return null;
        }

        var growth = 1 + ((volume.MonthlyGrowthPercent ?? 0) / 100);
        var (months, inMonth) = (0m, 1m);

        for (var month = 0; month < HorizonMonths; month++)
        {
            months += inMonth;
            inMonth = Math.Min(inMonth * growth, MostRequests);
        }

        return Math.Ceiling(requests / months);
    }

    private BreakEven Reach(decimal requests, Volume volume)
    {
        var inMonth = volume.RequestsPerMonth;

        if (inMonth <= 0 || requests / OutOfReach >= inMonth)
        {
            return BreakEven with { Requests = null, Month = null, WithinHorizon = false };
        }

        if (volume.MonthlyGrowthPercent is null or 0)
        {
            return BreakEven with { Month = requests / inMonth, WithinHorizon = inMonth * HorizonMonths >= requests };
        }

        var growth = 1 + (volume.MonthlyGrowthPercent.Value / 100);
        var served = 0m;

        for (var month = 0; month < MostMonths && inMonth > 0; month++)
        {
            if (served + inMonth >= requests)
            {
                return BreakEven with { Month = month + ((requests - served) / inMonth), WithinHorizon = month < HorizonMonths };
            }

            served += inMonth;
            inMonth = Math.Min(Math.Round(inMonth * growth, 3, MidpointRounding.ToEven), MostRequests);
        }

        return BreakEven with { Requests = null, Month = null, WithinHorizon = false };
    }

    internal decimal? Total(StrategyKind strategy) => Find(strategy)?.Total;

    /// <summary>Of the plainest variant with or without retrieval; without regard to retrieval where a forecast does not tell.</summary>
    public decimal? Total(StrategyKind strategy, bool retrieval) =>
        Strategies.FirstOrDefault(cost => cost.Strategy == strategy && cost.Retrieval == retrieval)?.Total ?? Total(strategy);

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
