using System.Net;
using Governance.Contracts;
using Governance.Costs.Portfolio;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Costs.Tests.Portfolio;

public sealed class PortfolioTests(CostsService costs) : IClassFixture<CostsService>
{
    private readonly Guid id = Guid.CreateVersion7();
    private readonly string unit = $"Unit {Guid.CreateVersion7()}";
    private int version;

    [Fact]
    public async Task A_case_counts_with_the_cost_and_the_return_of_what_is_recommended()
    {
        await Publish(Forecast(1, total: 200_000, roi: 50, payback: 7));
        await Publish(Recommended(1));

        var sum = (await Portfolio()).ByBusinessUnit.Single(group => group.Name == unit);

        sum.ShouldBe(new PortfolioSum(unit, "EUR", Cases: 1, CasesWithBenefit: 1, Cost: 200_000, Value: 300_000, RoiPercent: 50, PaybackMonth: 7));
    }

    [Fact]
    public async Task The_order_in_which_facts_arrive_does_not_matter()
    {
        await Publish(Messages.Approved(id));
        await Publish(Recommended(1));
        await Publish(Messages.ReviewOpened(id));
        await Publish(Forecast(1, total: 100, roi: 10, payback: 2));

        var sum = (await Portfolio()).ByBusinessUnit.Single(group => group.Name == unit);

        (sum.Cases, sum.Cost, sum.Value).ShouldBe((1, 100m, 110m));
    }

    [Fact]
    public async Task A_later_revision_takes_the_place_of_the_earlier_one_and_late_news_of_that_changes_nothing()
    {
        await Publish(Forecast(1, total: 100, roi: 10, payback: 2));
        await Publish(Recommended(1));
        await Publish(Forecast(2, total: 300, roi: null, payback: null));
        await Publish(Recommended(2));
        await Publish(Messages.Approved(id, revision: 1));
        await Publish(Messages.Rejected(id, revision: 1));

        var sum = (await Portfolio()).ByBusinessUnit.Single(group => group.Name == unit);

        sum.ShouldBe(new PortfolioSum(unit, "EUR", Cases: 1, CasesWithBenefit: 0, Cost: 300, Value: 0, RoiPercent: null, PaybackMonth: null));
    }

    [Fact]
    public async Task What_was_rejected_or_withdrawn_brings_no_money_but_stays_in_the_funnel()
    {
        var before = await Portfolio();
        await Publish(Forecast(1, total: 100, roi: 10, payback: 2));
        await Publish(Recommended(1));
        await Publish(Messages.ReviewOpened(id));
        await Publish(Messages.Rejected(id));
        var after = await Portfolio();

        after.ByBusinessUnit.ShouldNotContain(group => group.Name == unit);
        Reached(after, "in-review").ShouldBe(Reached(before, "in-review") + 1);
        Reached(after, "approved").ShouldBe(Reached(before, "approved"));
    }

    [Fact]
    public async Task Approvals_that_end_soon_are_counted_once_in_the_nearest_span()
    {
        var before = await Portfolio();
        await Publish(Recommended(1));
        await Publish(Messages.Approved(id) with { ValidUntil = costs.Clock.GetUtcNow().AddDays(45) });
        var after = await Portfolio();

        after.Expiring.Sum(span => span.Cases).ShouldBe(before.Expiring.Sum(span => span.Cases) + 1);
        after.Expiring.Single(span => span.WithinDays == 60).Cases.ShouldBe(before.Expiring.Single(span => span.WithinDays == 60).Cases + 1);
    }

    [Fact]
    public async Task Time_in_review_runs_from_its_opening_to_the_first_decision()
    {
        await Publish(Forecast(1, total: 1, roi: null, payback: null), minutes: 0);
        await Publish(Messages.ReviewOpened(id), minutes: 60);
        await Publish(Messages.ChangesRequested(id), minutes: 240);

        (await Portfolio()).Times.ShouldContain(time => time.From == "in-review" && time.Cases > 0 && time.P90Hours > 0);
    }

    [Fact]
    public async Task A_part_of_the_portfolio_holds_what_agrees_with_all_that_is_named()
    {
        await Publish(Forecast(1, total: 100, roi: 10, payback: 2));
        await Publish(Recommended(1));
        await Publish(Messages.ReviewOpened(id));
        var month = (await Portfolio()).ByMonth[0].Name;
        var tier = Choice.NameOf(Messages.ReviewOpened(id).Tier);
        var named = $"businessUnit={Uri.EscapeDataString(unit)}&strategy=fine-tuning&month={month}&tier={tier}";

        (await Portfolio($"?{named}")).Totals.ShouldHaveSingleItem().Cases.ShouldBe(1);
        (await Portfolio($"?{named}")).Times.ShouldContain(time => time.To == "in-review" && time.Cases == 1);
        (await Portfolio($"?{named.Replace("fine-tuning", "hybrid", StringComparison.Ordinal)}")).Stages.ShouldAllBe(stage => stage.Reached == 0);
        (await Portfolio("?businessUnit=Nowhere")).Totals.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("month=2026-13", "month")]
    [InlineData("month=November", "month")]
    [InlineData("strategy=guessing", "strategy")]
    [InlineData("tier=none", "tier")]
    public async Task A_part_no_case_can_be_in_is_refused_by_name(string query, string member) =>
        (await costs.As(Roles.Executive).Get($"/api/dashboard/portfolio?{query}")).ExpectProblem(HttpStatusCode.BadRequest, member, member);

    [Fact]
    public void Half_and_nine_in_ten_fall_between_two_cases_where_they_must()
    {
        PortfolioCase After(int hours) => new(
            null, null, null, null, "2026-11", null, null, Origin.Moment, null, Origin.Moment.AddHours(hours), Origin.Moment.AddDays(400), null, null, null, null, null);

        PortfolioSums.Of([After(1), After(2), After(4), After(8)], Origin.Moment).Times.ShouldHaveSingleItem()
            .ShouldBe(new StageTime("in-review", "decided", 4, MedianHours: 3, P90Hours: 6.8m));
    }

    [Fact]
    public void A_withdrawn_case_counts_as_submitted_and_one_sent_back_as_reviewed() =>
        PortfolioFunnel.Count([("submitted", 1), ("in-review", 2), ("approved", 3), ("changes-requested", 4), ("withdrawn", 5), ("expired", 6)]).ShouldBe(
        [
            new("submitted", 1, 21), new("assessing", 0, 15), new("in-review", 2, 15), new("approved", 3, 9),
            new("changes-requested", 4, 4), new("expired", 6, 6), new("withdrawn", 5, 5),
        ]);

    private static long Reached(PortfolioView portfolio, string stage) => portfolio.Stages.Where(count => count.Stage == stage).Sum(count => count.Reached);

    /// <summary>The portfolio as it is now, not as it was shown a moment ago.</summary>
    private async Task<PortfolioView> Portfolio(string query = "")
    {
        costs.Clock.Advance(TimeSpan.FromSeconds(3));

        return (await costs.As(Roles.Executive).Get($"/api/dashboard/portfolio{query}")).Expect(HttpStatusCode.OK).Read<PortfolioView>();
    }

    private CostForecast Forecast(int revision, decimal total, decimal? roi, int? payback) => Messages.Forecast(id, revision) with
    {
        Strategies =
        [
            new(StrategyKind.PromptEngineering, 0, total * 2, null),
            new(StrategyKind.FineTuning, 0, total, roi, Messages.Assessment.Tuning, Messages.Assessment.Retrieval, PaybackMonth: payback),
        ],
    };

    private StrategyRecommended Recommended(int revision) => Messages.Recommended(id, revision, Facts.Example with { BusinessUnit = unit });

    private async Task Publish(IGovernanceEvent fact, int minutes = 0) =>
        await costs.Publish(fact, new(RecordedAt: Origin.Moment.AddMinutes(minutes), Version: ++version));
}
