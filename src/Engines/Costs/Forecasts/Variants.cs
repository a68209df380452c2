using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>One way to build a use case, and what decides its costs: which model is tuned and how many of the requests go to it.</summary>
internal sealed record Variant(
    StrategyKind Strategy, Tuning Tuning, bool Retrieval, TunedModelPrice? TunedModel, decimal TunedShare, Parameter FailureProbability);

/// <summary>Prices variants in full. Lines that several of them share are written once.</summary>
internal sealed class Variants(Pricing pricing, Notes notes, Returns returns, CostRanges ranges)
{
    private readonly LineWriter write = pricing.Write;

    /// <summary>A variant and the same one with retrieval.</summary>
    public (StrategyForecast Plain, StrategyForecast Retrieving) Price(Variant variant)
    {
        var plain = pricing.Lines(variant);
        var plainly = new decimal[write.Months];
        write.AddUp(plain, plainly);
        decimal[] retrieving = [.. plainly];
        var added = pricing.RetrievalLines(variant);
        write.AddUp(added, retrieving);

        return (
            Price(variant, plain, plainly),
            Price(variant with { Retrieval = true }, [.. plain, .. added], retrieving));
    }

    private StrategyForecast Price(Variant variant, CostLine[] lines, decimal[] monthly)
    {
        var probability = notes.Use(variant.FailureProbability);
        var (upfront, running, lost) = Pricing.Cost(lines, probability);
        var reserve = write.UpfrontConverted("failure-reserve", "Upfront cost lost if it fails, weighted by the probability", lost);
        var total = upfront + running;
        var presentCost = returns.PresentCost(upfront, monthly);

        return new StrategyForecast(
            variant.Strategy,
            variant.Tuning,
            variant.Retrieval,
            Model: variant.TunedModel switch
            {
                null => pricing.Prompted.Id,
                { } tuned when variant.TunedShare == 1 => tuned.Price.Id,
                { } tuned => $"{pricing.Prompted.Id} + {tuned.Price.Id}",
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
}
