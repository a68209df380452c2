using System.Globalization;
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

    /// <summary>Whether tuning exceeds the budget under a changed fact; null where the upfront costs and the budget tell.</summary>
    internal bool? TuningOverBudget { get; init; }

    public static CostOutlook From(CostForecast forecast) =>
        new(forecast.Currency, forecast.HorizonMonths, forecast.Strategies, forecast.BreakEven);

    /// <summary>
    /// The break-even at another volume: whether it comes in time as the forecast says for that volume; when, by the requests it takes,
    /// which are served sooner or later. A forecast that says nothing of other volumes is taken to need as many requests at each, and what
    /// never pays back not to pay by volume alone. Totals stay, since nothing is decided on them.
    /// </summary>
    public CostOutlook AtVolume(Volume volume, Volume insteadOf)
    {
        if (volume.RequestsPerMonth == insteadOf.RequestsPerMonth)
        {
            return this;
        }

        var reached = BreakEven.Requests is { } requests ? Reach(requests, volume) : BreakEven;

        return this with { BreakEven = BreakEven.ByVolume is { } bands ? Forecast(reached, bands, volume.RequestsPerMonth) : reached };
    }

    /// <summary>
    /// The break-even if one fact were another, as the forecast says. What it does not list leaves it as it is; a forecast that says
    /// nothing of other facts is taken to hold for all.
    /// </summary>
    internal CostOutlook If(string fact, string value)
    {
        for (var i = 0; i < BreakEven.ByFact?.Count; i++)
        {
            if (BreakEven.ByFact[i] is var then && then.Fact == fact && then.Value == value)
            {
                return Under(then);
            }
        }

        return this;
    }

    /// <summary>The same for a number, of which the forecast says from where on an answer holds.</summary>
    internal CostOutlook If(string fact, long value)
    {
        BreakEvenIf? holds = null;

        for (var i = 0; i < BreakEven.ByFact?.Count; i++)
        {
            if (BreakEven.ByFact[i] is var then && then.Fact == fact && long.Parse(then.Value, NumberStyles.None, CultureInfo.InvariantCulture) <= value)
            {
                holds = then;
            }
        }

        return holds is null ? this : Under(holds);
    }

    /// <summary>The fewest requests in the first month at which tuning pays back within the horizon; null where it never does.</summary>
    public decimal? VolumeInTime(Volume volume)
    {
        if (BreakEven.ByVolume is { } bands)
        {
            return bands.FirstOrDefault(band => band.Outcome is BreakEvenOutcome.WithinHorizon && band.FromRequestsPerMonth > volume.RequestsPerMonth)
                ?.FromRequestsPerMonth;
        }

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

    private BreakEven Forecast(BreakEven reached, IReadOnlyList<BreakEvenBand> bands, decimal requestsPerMonth)
    {
        var outcome = BreakEvenOutcome.Never;

        for (var i = 0; i < bands.Count && bands[i].FromRequestsPerMonth <= requestsPerMonth; i++)
        {
            outcome = bands[i].Outcome;
        }

        return Told(reached, outcome);
    }

    private CostOutlook Under(BreakEvenIf then) => this with
    {
        BreakEven = Told(BreakEven with { ByVolume = then.ByVolume ?? BreakEven.ByVolume }, then.Outcome),
        TuningOverBudget = then.TuningOverBudget,
    };

    private BreakEven Told(BreakEven reached, BreakEvenOutcome outcome) => outcome switch
    {
        BreakEvenOutcome.WithinHorizon => reached with { Month = Math.Min(reached.Month ?? HorizonMonths, HorizonMonths), WithinHorizon = true },
        BreakEvenOutcome.BeyondHorizon => reached with { Month = Math.Max(reached.Month ?? 0, HorizonMonths + 1), WithinHorizon = false },
        _ => reached with { Requests = null, Month = null, WithinHorizon = false },
    };

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
