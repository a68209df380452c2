using Governance.Contracts;
using Governance.Strategy.Engine;
using Governance.Testing;

namespace Governance.Strategy.Tests;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData(999, "no", StrategyKind.PromptEngineering)]
    [InlineData(1_000, "yes", StrategyKind.FineTuning)]
    public void A_thousand_requests_a_day_count_as_scale_G16(int perDay, string answer, StrategyKind pointsTo)
    {
        var question = Engine.Assess(Facts.Example.RequestsPerMonth(perDay * 30)).Checklist.Single(q => q.Id == "Q5");

        question.Answer.ShouldBe(answer);
        question.PointsTo.ShouldBe(pointsTo);
    }

    [Fact]
    public void A_fraction_below_a_thousand_a_day_is_not_scale_G16() =>
        Engine.Assess(Facts.Example.RequestsPerMonth(29_999.99m)).Checklist.Single(q => q.Id == "Q5").Answer.ShouldBe("no");

    [Theory]
    [InlineData(99_999, true)]
    [InlineData(100_000, false)]
    public void Below_a_hundred_thousand_a_month_the_rule_is_to_start_with_prompting_G15(int perMonth, bool fires) =>
        Engine.Assess(Facts.Example.RequestsPerMonth(perMonth)).Rules.Any(r => r.Id == "R04").ShouldBe(fires);

    [Theory]
    [InlineData(499, StrategyKind.PromptEngineering, Tuning.None)]
    [InlineData(500, StrategyKind.FineTuning, Tuning.ParameterEfficient)]
    [InlineData(9_999, StrategyKind.FineTuning, Tuning.ParameterEfficient)]
    [InlineData(10_000, StrategyKind.FineTuning, Tuning.Full)]
    public void The_number_of_examples_sets_what_may_be_tuned_G14(int examples, StrategyKind strategy, Tuning tuning)
    {
        var assessment = Engine.Assess(
            Facts.Example.LabelledExamples(examples) with { Team = new() { MlEngineers = 5, MlOpsMaturity = MlOpsMaturity.Advanced } },
            Engine.PaysBack);

        assessment.Recommendation.ShouldBe(strategy);
        assessment.Tuning.ShouldBe(tuning);
        assessment.Warnings.Any(w => w.Id == "D01").ShouldBe(tuning is Tuning.ParameterEfficient);
    }

    [Theory]
    [InlineData(29_999, -3)]
    [InlineData(30_000, -1.5)]
    [InlineData(99_999, -1.5)]
    [InlineData(100_000, 0)]
    [InlineData(999_999, 0)]
    [InlineData(1_000_000, 3)]
    public void Volume_is_weighed_by_the_zones_of_the_policy_X1(int perMonth, double points) =>
        Engine.Assess(Facts.Example.RequestsPerMonth(perMonth)).Factors.Single(f => f.Id == "F08").Contribution.ShouldBe((decimal)points);

    [Theory]
    [InlineData(35.99, 5)]
    [InlineData(36d, 5)]
    [InlineData(36.01, -2)]
    [InlineData(null, -3)]
    public void The_computed_break_even_counts_more_than_any_zone_X1(double? month, double points)
    {
        var costs = Engine.PaysBack with { BreakEven = new(1, (decimal?)month, month <= 36, "") };

        Engine.Assess(Facts.Example, costs).Factors.Single(f => f.Id == "F02").Contribution.ShouldBe((decimal)points);
    }

    [Theory]
    [InlineData(KnowledgeFreshness.None, false)]
    [InlineData(KnowledgeFreshness.Static, false)]
    [InlineData(KnowledgeFreshness.Monthly, true)]
    [InlineData(KnowledgeFreshness.Daily, true)]
    [InlineData(KnowledgeFreshness.Realtime, true)]
    [InlineData(null, false)]
    public void Retrieval_is_added_where_answers_need_current_knowledge_R09(KnowledgeFreshness? freshness, bool retrieval) =>
        Engine.Assess(Facts.Example with { KnowledgeFreshness = freshness }).Retrieval.ShouldBe(retrieval);

    [Theory]
    [InlineData(Lifecycle.Production, 100_000, true)]
    [InlineData(Lifecycle.Production, 99_999, false)]
    [InlineData(Lifecycle.Prototype, 100_000, false)]
    public void Prompting_a_large_production_system_is_a_debt_R17(Lifecycle lifecycle, int perMonth, bool warns)
    {
        var prompted = Facts.Example.LabelledExamples(0).RequestsPerMonth(perMonth) with { Lifecycle = lifecycle };

        var assessment = Engine.Assess(prompted);

        assessment.Warnings.Any(w => w.Id == "R17").ShouldBe(warns);
        assessment.Rules.Any(r => r.Id == "R17").ShouldBe(warns);
    }

    [Theory]
    [InlineData(85.36, false)]
    [InlineData(85.35, true)]
    [InlineData(87.36, false)]
    [InlineData(87.37, true)]
    public void A_claim_may_miss_its_own_numbers_by_a_percentage_point_X8(double claimed, bool warns)
    {
        var claim = Facts.Example.Benefit.Claims![0] with { ClaimedImprovementPercent = (decimal)claimed };

        Engine.Assess(Facts.Example with { Benefit = Facts.Example.Benefit with { Claims = [claim] } })
            .Warnings.Any(w => w.Id == "X8").ShouldBe(warns);
    }

    [Fact]
    public void At_another_volume_it_takes_as_many_requests_which_come_sooner_or_later()
    {
        var late = Engine.PaysLate.AtVolume(Monthly(200_000), insteadOf: Monthly(100_000)).BreakEven;

        late.ShouldBe(new(Engine.PaysLate.BreakEven.Requests, 25, true, "for tests"));
        Engine.NeverPays.AtVolume(Monthly(2_000), insteadOf: Monthly(1_000)).ShouldBe(Engine.NeverPays);
        Engine.PaysBack.AtVolume(Monthly(0), insteadOf: Monthly(1_000)).BreakEven.WithinHorizon.ShouldBeFalse();
    }

    /// <summary>5,000,000 requests over 36 months are 138,888.9 a month.</summary>
    [Theory]
    [InlineData(138_888, false)]
    [InlineData(138_889, true)]
    public void Five_million_requests_are_served_within_36_months_from_138_889_a_month_on_G28(int volume, bool within) =>
        Engine.PaysLate.AtVolume(Monthly(volume), insteadOf: Monthly(100_000)).BreakEven.WithinHorizon.ShouldBe(within);

    [Fact]
    public void The_volume_from_which_tuning_pays_in_time_is_named_as_a_trigger_R14_G28() =>
        Engine.Assess(Facts.Example.LabelledExamples(400) with { Volume = Monthly(100_000) }, Engine.PaysLate)
            .Migration.ShouldContain(m => m.Id == "R14" && m.Trigger.Contains("138,889 requests a month"));

    /// <summary>10 percent more every month make 299.1268 times the first month after 36 of them.</summary>
    [Theory]
    [InlineData(16_715, false)]
    [InlineData(16_716, true)]
    public void Growing_volume_is_added_up_month_by_month(int volume, bool within) =>
        Engine.PaysLate.AtVolume(Monthly(volume, growth: 10), insteadOf: Monthly(1, growth: 10)).BreakEven.WithinHorizon.ShouldBe(within);

    private static Volume Monthly(decimal requests, decimal? growth = null) => new()
    {
        RequestsPerMonth = requests, MonthlyGrowthPercent = growth, PromptTokensPerRequest = 1, OutputTokensPerRequest = 1,
    };
}
