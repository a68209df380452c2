using Governance.Contracts;
using Governance.Costs.Forecasts;

namespace Governance.Costs.Tests.Forecasts;

public sealed class ForecastCostsTests
{
    [Fact]
    public void A_currency_without_a_rate_leaves_its_amounts_out_instead_of_holding_the_case_up()
    {
        var facts = Given.UseCase with { Budget = new() { Amount = 1_000_000, Currency = "XPF" } };

        var made = Decide(facts, new ForecastFile()).ShouldHaveSingleItem().ShouldBeOfType<CostsForecast>();
        var forecast = made.Again(Given.Prices, Given.Policy);

        made.Facts.ShouldBe(facts);
        made.Figures.Currency.ShouldBe("USD", "the policy's own currency");
        forecast.MonthlyBenefit.ShouldBeNull();
        forecast.Warnings.ShouldContain(w => w.Id == "currency" && w.Message.Contains("XPF"));
    }

    [Fact]
    public void Facts_that_are_not_newer_than_the_latest_forecast_change_nothing() =>
        Decide(Given.UseCase, new ForecastFile { Revision = 1 }).ShouldBeEmpty();

    private static IEnumerable<object> Decide(UseCaseFacts facts, ForecastFile file) =>
        new ForecastCosts(1, "UC-2026-0001", facts, Given.Prices, Given.Policy).Decide(file);
}
