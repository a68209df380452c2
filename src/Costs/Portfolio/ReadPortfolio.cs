using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

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

public sealed class ReadPortfolio(NpgsqlDataSource database, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim reading = new(1);
    private PortfolioView? last;

    public static async Task<Ok<PortfolioView>> Handle(ReadPortfolio portfolio, CancellationToken ct) => TypedResults.Ok(await portfolio.Read(ct));

    public void Dispose() => reading.Dispose();

    /// <summary>Everybody who asks within a moment gets the same answer.</summary>
    private async Task<PortfolioView> Read(CancellationToken ct)
    {
        await reading.WaitAsync(ct);

        try
        {
            return last is { } known && clock.GetUtcNow() - known.AsOf is var age && age >= TimeSpan.Zero && age < Moment ? known : last = await Ask(ct);
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task<PortfolioView> Ask(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        var groups = await Groups(connection, now, ct);
        var live = groups.Where(group => group.Stage is not ("rejected" or "withdrawn" or "expired") && group.Currency is not null).ToList();

        return new(
            now,
            Sums(live, _ => "all"),
            Sums(live, group => group.BusinessUnit ?? "?"),
            Sums(live, group => group.Strategy ?? "?"),
            Sums(live, group => group.Month),
            PortfolioFunnel.Count(groups.Select(group => (group.Stage, group.Cases))),
            await Times(connection, ct),
            [
                .. groups.Where(group => group.Tier is not null).GroupBy(group => (group.Tier, group.Stage))
                    .Select(tier => new TierCount(tier.Key.Tier!, tier.Key.Stage, tier.Sum(group => group.Cases)))
                    .OrderBy(tier => tier.Tier, StringComparer.Ordinal).ThenBy(tier => tier.Stage, StringComparer.Ordinal),
            ],
            await Expiring(connection, now, ct));
    }

    private static IReadOnlyList<PortfolioSum> Sums(IEnumerable<Group> groups, Func<Group, string> name) =>
    [
        .. from @group in groups
           group @group by (Name: name(@group), Currency: @group.Currency!) into same
           orderby same.Key.Name, same.Key.Currency
           let costWithBenefit = same.Sum(g => g.CostWithBenefit)
           let value = same.Sum(g => g.Value)
           let paying = same.Sum(g => g.Paying)
           select new PortfolioSum(
               same.Key.Name,
               same.Key.Currency,
               same.Sum(g => g.Cases),
               same.Sum(g => g.CasesWithBenefit),
               same.Sum(g => g.Cost),
               value,
               costWithBenefit > 0 ? Math.Round(100 * (value - costWithBenefit) / costWithBenefit, 1) : null,
               paying > 0 ? Math.Round((decimal)same.Sum(g => g.PaybackMonths) / paying, 1) : null),
    ];

    /// <summary>One pass over all cases; what is asked for is folded from at most a few thousand groups.</summary>
    private static async Task<List<Group>> Groups(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select business_unit, strategy, to_char(first_at at time zone 'UTC', 'YYYY-MM'), tier, currency,
                case when withdrawn_at is not null then 'withdrawn'
                    when rejected_at is not null then 'rejected'
                    when approved_at is not null then case when valid_until <= $1 then 'expired' else 'approved' end
                    when changes_at is not null then 'changes-requested'
                    when review_at is not null then 'in-review'
                    when assessed_at is not null then 'assessing'
                    else 'submitted' end,
                count(*), coalesce(sum(cost), 0), count(roi_percent), coalesce(sum(cost) filter (where roi_percent is not null), 0),
                coalesce(round(sum(cost * (1 + roi_percent / 100)), 2), 0), count(payback_month), coalesce(sum(payback_month), 0)
            from portfolio_case
            group by 1, 2, 3, 4, 5, 6
            """,
            connection)
        { Parameters = { new() { Value = now } } };
        await using var rows = await command.ExecuteReaderAsync(ct);
        var groups = new List<Group>();

        while (await rows.ReadAsync(ct))
        {
            groups.Add(new(
                Text(0), Text(1), rows.GetString(2), Text(3), Text(4), rows.GetString(5), rows.GetInt64(6), rows.GetDecimal(7), rows.GetInt64(8),
                rows.GetDecimal(9), rows.GetDecimal(10), rows.GetInt64(11), rows.GetInt64(12)));
        }

        return groups;

        string? Text(int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
    }

    private static async Task<List<StageTime>> Times(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select count(assessing), percentile_cont(array[0.5, 0.9]) within group (order by assessing),
                count(deciding), percentile_cont(array[0.5, 0.9]) within group (order by deciding)
            from (select extract(epoch from review_at - forecast_at)::float8 / 3600 as assessing,
                    extract(epoch from coalesce(approved_at, rejected_at, changes_at) - review_at)::float8 / 3600 as deciding
                from portfolio_case) taken
            """,
            connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);

        return [.. Time(0, "submitted", "in-review"), .. Time(2, "in-review", "decided")];

        IEnumerable<StageTime> Time(int column, string from, string to) => rows.GetInt64(column) is > 0 and var cases
            ? [new(from, to, cases, Hours(rows.GetFieldValue<double[]>(column + 1)[0]), Hours(rows.GetFieldValue<double[]>(column + 1)[1]))]
            : [];

        static decimal Hours(double value) => Math.Round((decimal)Math.Max(0, value), 4);
    }

    private static async Task<List<ExpiryCount>> Expiring(NpgsqlConnection connection, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select days, (select count(*) from portfolio_case
                where approved_at is not null and withdrawn_at is null and rejected_at is null
                    and valid_until > $1 + make_interval(days => lag) and valid_until <= $1 + make_interval(days => days))
            from (values (0, 30), (30, 60), (60, 90), (90, 180), (180, 365)) as span(lag, days)
            """,
            connection)
        { Parameters = { new() { Value = now } } };
        await using var rows = await command.ExecuteReaderAsync(ct);
        var spans = new List<ExpiryCount>();

        while (await rows.ReadAsync(ct))
        {
            spans.Add(new(rows.GetInt32(0), rows.GetInt64(1)));
        }

        return spans;
    }

    private sealed record Group(
        string? BusinessUnit,
        string? Strategy,
        string Month,
        string? Tier,
        string? Currency,
        string Stage,
        long Cases,
        decimal Cost,
        long CasesWithBenefit,
        decimal CostWithBenefit,
        decimal Value,
        long Paying,
        long PaybackMonths);
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
