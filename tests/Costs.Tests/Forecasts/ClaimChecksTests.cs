using Governance.Contracts;
using Governance.Costs.Forecasts;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.Forecasts;

public sealed class ClaimChecksTests
{
    /// <summary>Conflict X8: 95 % is claimed for 30 minutes to 10 seconds, which is 1 - 10 / 1,800 = 99.4 %.</summary>
    [Fact]
    public void X8_a_claim_that_contradicts_its_own_figures_is_flagged_and_both_are_kept()
    {
        var claim = Check(before: 1_800, after: 10, claimed: 95);

        claim.Consistent.ShouldBeFalse();
        claim.ClaimedImprovementPercent.ShouldBe(95);
        claim.ActualImprovementPercent.ShouldBe(99.4m);
    }

    [Fact]
    public void The_forecast_warns_of_such_a_claim() =>
        Forecast(UseCase with { Benefit = With(before: 1_800, after: 10, claimed: 95) })
            .Warnings.ShouldContain(w => w.Id == "X8" && w.Message.Contains("99.4"));

    [Fact]
    public void A_rounded_claim_is_accepted() => // 1 - 3 / 22 = 86.36 %
        Check(before: 22, after: 3, claimed: 86.4m).Consistent.ShouldBeTrue();

    [Theory]
    [InlineData(49, true)] // the policy accepts a difference of one percentage point
    [InlineData(48.9, false)]
    [InlineData(51, true)]
    [InlineData(51.1, false)]
    public void The_tolerance_ends_at_one_percentage_point(double claimed, bool consistent) =>
        Check(before: 100, after: 50, (decimal)claimed).Consistent.ShouldBe(consistent);

    [Fact]
    public void An_increase_is_an_improvement_too() =>
        Check(before: 40, after: 50, claimed: 25).Consistent.ShouldBeTrue();

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0.0000000000001, 5)]
    public void From_zero_nothing_can_be_computed(double before, double after)
    {
        var claim = Check((decimal)before, (decimal)after, claimed: 100);

        claim.ActualImprovementPercent.ShouldBeNull();
        claim.Consistent.ShouldBeTrue();
    }

    [Fact]
    public void Figures_of_any_size_are_no_overflow() =>
        Check(decimal.MaxValue, decimal.MinValue, decimal.MaxValue).ActualImprovementPercent.ShouldBeNull();

    [Fact]
    public void Without_a_claimed_percentage_the_computed_one_is_given()
    {
        var claim = Check(before: 10, after: 4, claimed: null);

        claim.ActualImprovementPercent.ShouldBe(60);
        claim.Consistent.ShouldBeTrue();
    }

    private static ClaimCheck Check(decimal before, decimal after, decimal? claimed) =>
        ClaimChecks.Of(With(before, after, claimed), Policy.Content.ClaimTolerance.Value).Single();

    private static Benefit With(decimal before, decimal after, decimal? claimed) => new()
    {
        Basis = BenefitBasis.HoursSaved,
        Claims = [new() { Measure = "seconds per call", Before = before, After = after, ClaimedImprovementPercent = claimed }],
    };
}
