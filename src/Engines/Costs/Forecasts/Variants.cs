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

        var plainly = new decimal[write.Months];
        write.AddUp(plain, plainly);
        decimal[] retrieving = [.. plainly];
        CostLine[] added = [.. retrieval.Lines(model, share)];
        write.AddUp(added, retrieving);

        return (
            Price(variant, plain, plainly),
            Price(variant with { Retrieval = true }, [.. plain, .. added], retrieving));
    }

    private StrategyForecast Price(Variant variant, CostLine[] lines, decimal[] monthly)
    {
        var probability = notes.Use(variant.FailureProbability);
        var (upfront, running, lost) = Cost(lines, probability);
        var reserve = write.UpfrontConverted("failure-reserve", "Upfront cost lost if it fails, weighted by the probability", lost);
        var total = upfront + running;
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
            [.. lines, reserve]);
    }

    /// <summary>What lines cost upfront, the reserve for a failure included, and after that.</summary>
    public static (decimal Upfront, decimal Running, decimal Reserve) Cost(IEnumerable<CostLine> lines, decimal failureProbability)
    {
        var (atRisk, running) = (0m, 0m);

        foreach (var line in lines)
        {
            atRisk += line.Upfront;
            running += line.Total - line.Upfront;
        }

        var reserve = LineWriter.Cents(atRisk * failureProbability);

        return (atRisk + reserve, running, reserve);
    }

    private CostLine Routing() => write.Steady(
        "routing",
        "Routing between the tuned and the prompted model",
        notes.Use(policy.Hybrid.RoutingPerMonth),
        notes.Use(policy.Hybrid.RoutingUpfront));
}
