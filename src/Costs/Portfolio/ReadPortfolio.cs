using System.Collections.Concurrent;
using System.Globalization;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Costs.Portfolio;

/// <summary>
/// The portfolio in sums, never a single case. Money counts cases that are not rejected, withdrawn or expired; the value is what
/// the recommended variants return over the horizon as forecast, where a benefit was stated.
/// </summary>
public sealed record PortfolioView(
    DateTimeOffset AsOf,
    IReadOnlyList<PortfolioSum> Totals,
    IReadOnlyList<PortfolioSum> ByBusinessUnit,
    IReadOnlyList<PortfolioSum> ByStrategy,
    IReadOnlyList<PortfolioSum> ByMonth,
    IReadOnlyList<StageCount> Stages,
    IReadOnlyList<StageTime> Times,
    IReadOnlyList<TierCount> Tiers,
    IReadOnlyList<ExpiryCount> Expiring);

/// <summary>
/// One currency of one group; the return compares value and cost of those cases that state a benefit, the payback is the mean
/// over those that pay back in time.
/// </summary>
public sealed record PortfolioSum(
    string Name, string Currency, long Cases, long CasesWithBenefit, decimal Cost, decimal Value, decimal? RoiPercent, decimal? PaybackMonth);

/// <summary>How many cases stand at a stage now, and how many have come at least that far.</summary>
public sealed record StageCount(string Stage, long Now, long Reached);

/// <summary>Hours from one stage to the next: half of the cases took no longer than the median, nine in ten no longer than P90.</summary>
public sealed record StageTime(string From, string To, long Cases, decimal MedianHours, decimal P90Hours);

public sealed record TierCount(string Tier, string Stage, long Cases);

/// <summary>Approvals that end within so many days, those that end sooner not counted again.</summary>
public sealed record ExpiryCount(int WithinDays, long Cases);

/// <summary>A part of the portfolio: the cases that agree with all that is named.</summary>
public sealed record PortfolioFilter(string? BusinessUnit, string? Strategy, string? Month, string? Tier)
{
    public bool Holds(PortfolioCase of) =>
        (BusinessUnit is null || of.BusinessUnit == BusinessUnit)
        && (Strategy is null || of.Strategy == Strategy)
        && (Tier is null || of.Tier == Tier)
        && (Month is null || of.Month == Month);

    /// <exception cref="InvalidRequestException">A name that no case can have.</exception>
    public PortfolioFilter Require() => new(
        Parameter.Text("businessUnit", BusinessUnit),
        Choice.Of<StrategyKind>("strategy", Strategy) is { } strategy ? Choice.NameOf(strategy) : null,
        Month is null || DateOnly.TryParseExact(Month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? Month
            : throw new InvalidRequestException("month", "must be a year and a month, such as 2026-11."),
        Choice.Of<RiskTier>("tier", Tier) is { } tier ? Choice.NameOf(tier) : null);
}

/// <summary>Everybody who asks the same within a moment gets the same answer.</summary>
public sealed class ReadPortfolio(PortfolioCases cases, TimeProvider clock)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private volatile Answers last = new(DateTimeOffset.MinValue, new());

    public static async Task<Ok<PortfolioView>> Handle([AsParameters] PortfolioFilter filter, ReadPortfolio portfolio, CancellationToken ct) =>
        TypedResults.Ok(await portfolio.Read(filter.Require(), ct));

    private async Task<PortfolioView> Read(PortfolioFilter filter, CancellationToken ct)
    {
        var now = clock.GetUtcNow();

        if (now - last.Since is var age && (age < TimeSpan.Zero || age >= Moment))
        {
            last = new(now, new());
        }

        var answers = last.Known;

        return answers.TryGetValue(filter, out var answer)
            ? answer
            : answers.GetOrAdd(filter, PortfolioSums.Of([.. (await cases.Read(ct)).Where(filter.Holds)], now));
    }

    private sealed record Answers(DateTimeOffset Since, ConcurrentDictionary<PortfolioFilter, PortfolioView> Known);
}

/// <summary>The figures of some cases at a moment; a pure function.</summary>
public static class PortfolioSums
{
    private static readonly int[] Spans = [30, 60, 90, 180, 365];

    public static PortfolioView Of(IReadOnlyList<PortfolioCase> cases, DateTimeOffset now)
    {
        var staged = cases.Select(of => (Case: of, Stage: of.StageAt(now))).ToList();
        var live = staged.Where(of => of.Stage is not ("rejected" or "withdrawn" or "expired") && of.Case.Currency is not null).Select(of => of.Case).ToList();

        return new(
            now,
            Sums(live, _ => "all"),
            Sums(live, of => of.BusinessUnit ?? "?"),
            Sums(live, of => of.Strategy ?? "?"),
            Sums(live, of => of.Month),
            PortfolioFunnel.Count(staged.CountBy(of => of.Stage).Select(stage => (stage.Key, (long)stage.Value))),
            [
                .. Time("submitted", "in-review", cases.Select(of => of.ReviewAt - of.ForecastAt)),
                .. Time("in-review", "decided", cases.Select(of => (of.ApprovedAt ?? of.RejectedAt ?? of.ChangesAt) - of.ReviewAt)),
            ],
            [
                .. staged.Where(of => of.Case.Tier is not null).CountBy(of => (of.Case.Tier, of.Stage))
                    .Select(tier => new TierCount(tier.Key.Tier!, tier.Key.Stage, tier.Value))
                    .OrderBy(tier => tier.Tier, StringComparer.Ordinal).ThenBy(tier => tier.Stage, StringComparer.Ordinal),
            ],
            Expiring(staged.Where(of => of.Stage is "approved").Select(of => of.Case.ValidUntil - now)));
    }

    private static IReadOnlyList<PortfolioSum> Sums(IEnumerable<PortfolioCase> cases, Func<PortfolioCase, string> name)
    {
        var sums = new Dictionary<(string Name, string Currency), Sum>();

        foreach (var of in cases)
        {
            var key = (name(of), of.Currency!);

            if (!sums.TryGetValue(key, out var sum))
            {
                sums.Add(key, sum = new());
            }

            sum.Add(of);
        }

        return [.. sums.OrderBy(sum => sum.Key.Name, StringComparer.Ordinal).ThenBy(sum => sum.Key.Currency, StringComparer.Ordinal).Select(sum => sum.Value.Of(sum.Key))];
    }

    private static IEnumerable<StageTime> Time(string from, string to, IEnumerable<TimeSpan?> taken)
    {
        var hours = taken.OfType<TimeSpan>().Select(time => Math.Max(0, time.TotalHours)).ToArray();
        Array.Sort(hours);

        return hours.Length == 0 ? [] : [new(from, to, hours.Length, At(hours, 0.5), At(hours, 0.9))];
    }

    /// <summary>Between the two nearest, where the part falls between two.</summary>
    private static decimal At(double[] sorted, double part)
    {
        var place = part * (sorted.Length - 1);
        var (below, above) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);

        return Math.Round((decimal)(below + ((above - below) * (place - Math.Floor(place)))), 4);
    }

    private static IReadOnlyList<ExpiryCount> Expiring(IEnumerable<TimeSpan?> left)
    {
        var counts = left.OfType<TimeSpan>().CountBy(time => Array.FindIndex(Spans, days => time <= TimeSpan.FromDays(days))).ToDictionary();

        return [.. Spans.Select((days, i) => new ExpiryCount(days, counts.GetValueOrDefault(i)))];
    }

    private sealed class Sum
    {
        private long cases, withBenefit, paying, paybackMonths;
        private decimal cost, costWithBenefit, value;

        public void Add(PortfolioCase of)
        {
            cases++;
            cost += of.Cost ?? 0;

            if (of is { RoiPercent: { } roi, Cost: { } spent })
            {
                withBenefit++;
                costWithBenefit += spent;
                value += spent * (1 + (roi / 100));
            }

            if (of.PaybackMonth is { } month)
            {
                paying++;
                paybackMonths += month;
            }
        }

        public PortfolioSum Of((string Name, string Currency) group) => new(
            group.Name,
            group.Currency,
            cases,
            withBenefit,
            cost,
            Math.Round(value, 2),
            costWithBenefit > 0 ? Math.Round(100 * (value - costWithBenefit) / costWithBenefit, 1) : null,
            paying > 0 ? Math.Round((decimal)paybackMonths / paying, 1) : null);
    }
}

/// <summary>The usual way in order; a case that left it has come at least as far as a review, as only reviews end one.</summary>
public static class PortfolioFunnel
{
    private static readonly string[] Way = ["submitted", "assessing", "in-review", "approved"];

    public static IReadOnlyList<StageCount> Count(IEnumerable<(string Stage, long Cases)> cases)
    {
        var now = cases.GroupBy(stage => stage.Stage).ToDictionary(stage => stage.Key, stage => stage.Sum(part => part.Cases));

        return
        [
            .. Way.Select((stage, step) => new StageCount(stage, now.GetValueOrDefault(stage), now.Where(other => Reach(other.Key) >= step).Sum(other => other.Value))),
            .. now.Where(stage => !Way.Contains(stage.Key)).OrderBy(stage => stage.Key, StringComparer.Ordinal).Select(stage => new StageCount(stage.Key, stage.Value, stage.Value)),
        ];
    }

    /// <summary>A withdrawn case may have been withdrawn at once, so it counts as submitted alone.</summary>
    private static int Reach(string stage) => stage switch
    {
        "withdrawn" => 0,
        "changes-requested" or "rejected" => 2,
        "expired" => 3,
        _ => Array.IndexOf(Way, stage),
    };
}
