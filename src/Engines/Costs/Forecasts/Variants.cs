using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>One way to build a use case, and what decides its costs: which model is tuned and how many of the requests go to it.</summary>
internal sealed record Variant(
    StrategyKind Strategy, Tuning Tuning, bool Retrieval, TunedModelPrice? TunedModel, decimal TunedShare, Parameter FailureProbability);

/// <summary>Prices variants. Lines that several of them share are written once.</summary>
internal sealed class Variants(
    CostPolicy policy,
    Notes notes,
    LineWriter write,
    ModelPrice prompted,
    PromptingLines prompting,
    TuningLines tuning,
    RetrievalLines retrieval,
    Returns returns,
    CostRanges ranges)
{
    /// <summary>A variant and the same one with retrieval.</summary>
    public (StrategyForecast Plain, StrategyForecast Retrieving) Price(Variant variant)
    {
        var (model, share) = (variant.TunedModel, variant.TunedShare);
        CostLine[] plain =
        [
            .. prompting.Lines(prompted: 1 - share, tuned: share),
            .. model is null ? [] : tuning.Lines(policy.Tuning.Methods[variant.Tuning], model, share),
            .. variant.Strategy is StrategyKind.Hybrid ? new[] { Routing() } : [],
        ];

        return (
            Price(variant, plain),
            Price(variant with { Retrieval = true }, [.. plain, .. retrieval.Lines(model, share)]));
    }

    private StrategyForecast Price(Variant variant, CostLine[] lines)
    {
        var probability = notes.Use(variant.FailureProbability);
        var atRisk = lines.Sum(l => l.Upfront) * probability;
        CostLine[] all = [.. lines, Reserve(LineWriter.Cents(atRisk))];
        var upfront = all.Sum(l => l.Upfront);
        var total = all.Sum(l => l.Total);
        var monthly = MonthlyTotals(all);
        var presentCost = returns.PresentCost(upfront, monthly);

        return new StrategyForecast(
            variant.Strategy,
            variant.Tuning,
            variant.Retrieval,
            Model: variant.TunedModel switch
            {
                null => prompted.Id,
                { } tuned when variant.TunedShare == 1 => tuned.Price.Id,
                { } tuned => $"{prompted.Id} + {tuned.Price.Id}",
            },
            variant.TunedShare,
            upfront,
            total,
            presentCost,
            returns.RoiPercent(total),
            returns.NetPresentValue(presentCost),
            returns.PaybackMonth(upfront, monthly),
            ranges.Of(lines, probability),
            BreakEven: null,
            all);
    }

    private decimal[] MonthlyTotals(CostLine[] lines)
    {
        var totals = new decimal[write.Months];

        foreach (var line in lines)
        {
            for (var month = 0; month < totals.Length; month++)
            {
                totals[month] += line.Monthly[month];
            }
        }

        return totals;
    }

    /// <summary>The upfront cost is in the forecast's currency already.</summary>
    private CostLine Reserve(decimal amount) => new(
        "failure-reserve", "Upfront cost lost if it fails, weighted by the probability", amount, new decimal[write.Months], amount);

    private CostLine Routing() => write.Steady(
        "routing",
        "Routing between the tuned and the prompted model",
        notes.Use(policy.Hybrid.RoutingPerMonth),
        notes.Use(policy.Hybrid.RoutingUpfront));
}
