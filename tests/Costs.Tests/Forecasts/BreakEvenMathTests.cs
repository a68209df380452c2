using Governance.Costs.Forecasts;

namespace Governance.Costs.Tests.Forecasts;

public sealed class BreakEvenMathTests
{
    private const int Horizon = 36;
    private const decimal TwoCents = 0.02m;

    /// <summary>Golden case G28: table 1.4 of the rulebook, two cents saved per request.</summary>
    [Theory]
    [InlineData(30_000, 10_000, 500_000, 16.7, true)]
    [InlineData(30_000, 100_000, 5_000_000, 166.7, false)]
    [InlineData(100_000, 10_000, 500_000, 5.0, true)]
    [InlineData(100_000, 100_000, 5_000_000, 50.0, false)]
    [InlineData(138_889, 10_000, 500_000, 3.6, true)]
    [InlineData(138_889, 100_000, 5_000_000, 36.0, true)]
    [InlineData(1_000_000, 10_000, 500_000, 0.5, true)]
    [InlineData(1_000_000, 100_000, 5_000_000, 5.0, true)]
    public void G28_the_table_of_the_rulebook_is_reproduced(int volume, int upfront, int requests, double month, bool pays)
    {
        var result = BreakEvenMath.Compute(upfront, TwoCents, volume, Horizon);

        result.Requests.ShouldBe(requests);
        Math.Round(result.Month!.Value, 1).ShouldBe((decimal)month);
        result.WithinHorizon.ShouldBe(pays);
    }

    [Fact]
    public void G28_one_request_a_month_below_the_boundary_no_longer_pays() // 36 x 138,888 = 4,999,968 < 5,000,000
    {
        BreakEvenMath.Compute(100_000, TwoCents, 138_889, Horizon).WithinHorizon.ShouldBeTrue();
        BreakEvenMath.Compute(100_000, TwoCents, 138_888, Horizon).WithinHorizon.ShouldBeFalse();
    }

    [Fact]
    public void Exactly_at_the_horizon_still_pays() =>
        BreakEvenMath.Compute(720, TwoCents, 1_000, Horizon).WithinHorizon.ShouldBeTrue(); // 36,000 requests in 36 months

    [Theory]
    [InlineData(0)]
    [InlineData(-0.01)]
    public void Without_a_saving_nothing_is_ever_paid_back(double saving)
    {
        var result = BreakEvenMath.Compute(10_000, (decimal)saving, 1_000_000, Horizon);

        result.Requests.ShouldBeNull();
        result.Month.ShouldBeNull();
        result.WithinHorizon.ShouldBeFalse();
        result.Explanation.ShouldContain("nothing is paid back");
    }

    [Fact]
    public void Without_requests_nothing_is_ever_paid_back()
    {
        var result = BreakEvenMath.Compute(10_000, TwoCents, 0, Horizon);

        result.Month.ShouldBeNull();
        result.Explanation.ShouldContain("no requests");
    }

    [Theory]
    [InlineData("0.0000000000000000000000000001", "1000")]
    [InlineData("0.02", "0.0000000000000000000000000001")]
    public void A_saving_or_volume_too_small_to_count_is_no_overflow(string saving, string volume) =>
        BreakEvenMath.Compute(1_000_000, Number(saving), Number(volume), Horizon).Month.ShouldBeNull();

    [Fact]
    public void Nothing_to_pay_back_is_paid_back_at_once()
    {
        var result = BreakEvenMath.Compute(-500, TwoCents, 1_000, Horizon);

        result.Requests.ShouldBe(0);
        result.Month.ShouldBe(0);
        result.WithinHorizon.ShouldBeTrue();
    }

    /// <summary>100, then 200, then 400 requests: 500 are reached half way through the third month.</summary>
    [Fact]
    public void A_growing_volume_pays_back_when_the_requests_are_reached()
    {
        var result = BreakEvenMath.Compute(10, TwoCents, new VolumeRamp(100, growthPercent: 100, ceiling: 1_000_000), Horizon);

        result.Requests.ShouldBe(500);
        result.Month.ShouldBe(2.5m);
    }

    /// <summary>100 + 50 + 25 + ... never exceeds 200.</summary>
    [Fact]
    public void A_shrinking_volume_may_never_pay_back()
    {
        var shrinking = new VolumeRamp(100, growthPercent: -50, ceiling: 1_000_000);

        BreakEvenMath.Compute(10, TwoCents, shrinking, Horizon).Month.ShouldBeNull();
        BreakEvenMath.Compute(3, TwoCents, shrinking, Horizon).Month.ShouldBe(2); // 150 requests
    }

    [Fact]
    public void Growth_stops_at_the_ceiling() =>
        new VolumeRamp(100, growthPercent: 1_000, ceiling: 5_000).Take(4).ShouldBe([100, 1_100, 5_000, 5_000]);

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
