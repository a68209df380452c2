using Governance.Contracts;
using Governance.Costs.Forecasts;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.Forecasts;

public sealed class ReturnsTests
{
    private static readonly UseCaseFacts Beneficial = UseCase with
    {
        Benefit = new() { Basis = BenefitBasis.HoursSaved, HoursPerMonth = 100, HourlyRate = Usd(50) },
    };

    /// <summary>36 payments of 5,000 at 1 % a month are worth 5,000 x 30.1075 = 150,537.53 today, by the annuity table.</summary>
    [Fact]
    public void Benefits_and_costs_are_discounted_month_by_month()
    {
        var prompted = Forecast(Beneficial, At(12))[StrategyKind.PromptEngineering];

        (prompted.NetPresentValue!.Value + prompted.PresentCost).ShouldBe(150_537.53m);
        prompted.PresentCost.ShouldBeLessThan(prompted.Total);
    }

    [Fact]
    public void At_a_rate_of_zero_nothing_is_discounted() =>
        Forecast(Beneficial, At(0)).Strategies.ShouldAllBe(s => s.PresentCost == s.Total && s.NetPresentValue == 180_000m - s.Total);

    /// <summary>5,852 up front and 1,405.03, then 1,415.20 a month, against 5,000 a month.</summary>
    [Fact]
    public void It_is_paid_back_in_the_first_month_that_ends_without_a_loss()
    {
        Forecast(Beneficial)[StrategyKind.PromptEngineering].PaybackMonth.ShouldBe(2);
        Forecast(With(5_852m + 1_405.03m))[StrategyKind.PromptEngineering].PaybackMonth.ShouldBe(1);
        Forecast(With(5_852m + 1_405.02m))[StrategyKind.PromptEngineering].PaybackMonth.ShouldBe(2);
    }

    [Fact]
    public void A_benefit_that_never_covers_the_costs_is_never_paid_back() =>
        Forecast(With(1m)).Strategies.ShouldAllBe(s => s.PaybackMonth == null && s.NetPresentValue < 0 && s.RoiPercent < 0);

    [Fact]
    public void Without_a_stated_benefit_there_is_nothing_to_compare_with() =>
        Forecast(UseCase).Strategies.ShouldAllBe(s => s.PaybackMonth == null && s.NetPresentValue == null && s.RoiPercent == null);

    [Theory]
    [InlineData(BenefitBasis.Revenue)]
    [InlineData(BenefitBasis.CostAvoided)]
    [InlineData(BenefitBasis.RiskReduced)]
    public void Every_basis_of_a_benefit_counts_and_is_named(BenefitBasis basis)
    {
        var forecast = Forecast(With(5_000m, basis));

        (forecast.BenefitBasis, forecast.MonthlyBenefit).ShouldBe((basis, 5_000m));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("Head of Claims", null, true)]
    [InlineData(null, "Time sheets of the pilot", true)]
    [InlineData("Head of Claims", "Time sheets of the pilot", false)]
    public void A_benefit_is_called_a_claim_until_it_has_an_owner_and_evidence(string? owner, string? evidence, bool isClaim)
    {
        var facts = With(5_000m);

        Forecast(facts with { Benefit = facts.Benefit with { Owner = owner, Evidence = evidence } })
            .Warnings.Any(w => w.Id == "benefit").ShouldBe(isClaim);
    }

    private static UseCaseFacts With(decimal monthly, BenefitBasis basis = BenefitBasis.Revenue) =>
        UseCase with { Benefit = new() { Basis = basis, MonthlyValue = Usd(monthly) } };

    private static CostPolicy At(decimal percent) =>
        Policy.Content with { DiscountRatePercent = Policy.Content.DiscountRatePercent with { Value = percent } };
}
