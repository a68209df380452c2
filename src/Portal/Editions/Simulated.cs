using System.Text.Json;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Portal.Editions;

/// <summary>A recorded case that would come out otherwise, in the words and figures a table shows.</summary>
internal sealed record SimulatedCase(
    string Number, string BusinessUnit, string Before, string After, string? Currency = null, decimal? CostBefore = null, decimal? CostAfter = null)
{
    public decimal? Difference => CostAfter - CostBefore;
}

/// <summary>What another version would change, as far as it has been gone through.</summary>
internal sealed class SimulatedPortfolio
{
    private readonly SortedDictionary<string, (decimal Before, decimal After)> forecasts = new(StringComparer.Ordinal);

    public List<SimulatedCase> Cases { get; } = [];

    public SortedDictionary<string, (long Cases, SortedDictionary<string, decimal> Difference)> Units { get; } = new(StringComparer.Ordinal);

    /// <summary>How many recorded decisions were looked at; null while that is not known.</summary>
    public long? Decisions { get; private set; }

    /// <summary>How many recorded decisions there are to look at; null where the service does not say.</summary>
    public long? Recorded { get; set; }

    /// <summary>How many of them one line of the answer stands for.</summary>
    public long PerLine { get; set; }

    /// <summary>How many have been looked at so far.</summary>
    public long Done { get; private set; }

    /// <summary>Of each currency the cheapest strategy of every case, before and after.</summary>
    public IReadOnlyDictionary<string, (decimal Before, decimal After)> Forecasts => forecasts;

    public long Forecast { get; private set; }

    public long Repriced { get; private set; }

    public void Add(SimulatedCase of)
    {
        Cases.Add(of);
        var (cases, difference) = Units.GetValueOrDefault(of.BusinessUnit, (0, new(StringComparer.Ordinal)));
        Units[of.BusinessUnit] = (cases + 1, difference);

        if (of is { Currency: { } currency, Difference: { } more })
        {
            difference[currency] = difference.GetValueOrDefault(currency) + more;
        }
    }

    /// <summary>Those of them of which nobody can tell, because their texts are erased.</summary>
    public long Erased { get; private set; }

    public void Total(JsonElement totals, string member)
    {
        Decisions = totals.GetProperty(member).GetInt64();
        Erased = totals.TryGetProperty("erased", out var erased) ? erased.GetInt64() : 0;
    }

    public void Lines(long ended) => Done = Math.Min(ended * PerLine, Recorded ?? long.MaxValue);

    /// <summary>One recorded forecast with its figures under both price books.</summary>
    public void AddForecast(string line)
    {
        var forecast = JsonSerializer.Deserialize<RepricedView>(line, Json.Tolerant)!;
        var (before, after) = (forecast.Before.Cheapest, forecast.After.Cheapest);
        var sums = forecasts.GetValueOrDefault(forecast.After.Currency);
        forecasts[forecast.After.Currency] = (sums.Before + before, sums.After + after);
        Forecast++;
        Repriced += before == after ? 0 : 1;
    }

    private sealed record RepricedView(FiguresView Before, FiguresView After);

    private sealed record FiguresView(string Currency, IReadOnlyList<TotalView> Strategies)
    {
        public decimal Cheapest => Strategies.Count == 0 ? 0 : Strategies.Min(strategy => strategy.Total);
    }

    private sealed record TotalView(decimal Total);
}

/// <summary>A decision of strategy that flips, as the API tells it.</summary>
internal sealed record FlippedView(
    string Number, string BusinessUnit, StrategyKind Before, StrategyKind After, string Currency, decimal? CostBefore, decimal? CostAfter);

/// <summary>A review that would get another tier or other sign-offs, as the API tells it.</summary>
internal sealed record ReclassifiedView(
    string Number, string BusinessUnit, RiskTier TierBefore, RiskTier TierAfter, IReadOnlyList<RequiredView> SignOffsBefore, IReadOnlyList<RequiredView> SignOffsAfter);

internal sealed record RequiredView(string Id, int Quorum, int Stage)
{
    public override string ToString() => Quorum == 1 ? Id : $"{Quorum} × {Id}";
}
