using CsCheck;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.Forecasts;

public sealed class RangeTests
{
    /// <summary>Drawn again by a program in another language from this hash, the policy's drivers and the totals of the lines.</summary>
    [Fact]
    public void The_range_is_drawn_from_the_hash_of_the_facts_and_nothing_else()
    {
        Canonical.Hash(UseCase).ShouldBe("e91b2b5235876513b774c908b6fda457cadba6399027d22ce943936ade545c7c");

        Forecast(UseCase)[StrategyKind.PromptEngineering].Range.ShouldBe(new CostRange(52601.84m, 61683.88m, 86520.18m));
    }

    [Fact]
    public void Where_nothing_is_uncertain_the_range_is_the_total()
    {
        var certain = Certain with { Prompting = Certain.Prompting with { FailureProbability = Chance(0) } };
        var prompted = Forecast(UseCase, certain)[StrategyKind.PromptEngineering];

        prompted.Range.ShouldBe(new CostRange(prompted.Total, prompted.Total, prompted.Total));
    }

    [Fact]
    public void What_fails_for_certain_loses_its_upfront_cost_in_every_draw()
    {
        var failing = Certain with { Prompting = Certain.Prompting with { FailureProbability = Chance(1) } };
        var prompted = Forecast(UseCase, failing)[StrategyKind.PromptEngineering];

        prompted.Range.ShouldBe(new CostRange(prompted.Total, prompted.Total, prompted.Total));
    }

    [Fact]
    public void Other_facts_draw_other_outcomes() =>
        Forecast(UseCase with { Title = "Another title" })[StrategyKind.PromptEngineering].Range
            .ShouldNotBe(Forecast(UseCase)[StrategyKind.PromptEngineering].Range);

    [Fact]
    public void A_tenth_half_and_nine_tenths_come_in_this_order_and_within_the_widest_bounds() =>
        Gen.Decimal[0, 100_000_000].Sample(requests =>
        {
            foreach (var s in Forecast(UseCase with { Volume = UseCase.Volume with { RequestsPerMonth = requests } }).Strategies)
            {
                s.Range.P10.ShouldBeLessThanOrEqualTo(s.Range.P50);
                s.Range.P50.ShouldBeLessThanOrEqualTo(s.Range.P90);
                s.Range.P10.ShouldBeGreaterThan((s.Total - s.Upfront) * 0.6m * 0.5m);
                s.Range.P90.ShouldBeLessThan((s.Total + s.Upfront) * 2m);
            }
        }, iter: 100);

    private static CostPolicy Certain { get; } = Policy.Content with
    {
        Range = Policy.Content.Range with { Drivers = [.. Policy.Content.Range.Drivers.Select(d => d with { Low = 1, High = 1 })] },
    };

    private static Costs.Forecasts.Parameter Chance(decimal probability) => Policy.Content.Prompting.FailureProbability with { Value = probability };
}
