using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.Forecasts;

public sealed class ForecastEngineTests
{
    /// <summary>100,000 x (1,000 x (0.7 x 0.40 + 0.3 x 0.10) + 200 x 1.60) / 1,000,000 = 100,000 x 0.00063 = 63.00.</summary>
    [Fact]
    public void A_prompted_request_costs_its_tokens_part_of_them_at_the_cached_price() =>
        Forecast(UseCase).Line(StrategyKind.PromptEngineering, "prompt-inference").Monthly.ShouldAllBe(m => m == 63.00m);

    /// <summary>nova-pro has no cached price in the book: 100,000 x (1,000 x 0.80 + 200 x 3.20) / 1,000,000 = 144.00.</summary>
    [Fact]
    public void Without_a_cached_price_the_whole_prompt_costs_the_full_price() =>
        Forecast(UseCase with { Model = new() { Base = "nova-pro" } })
            .Line(StrategyKind.PromptEngineering, "prompt-inference").Monthly[0].ShouldBe(144.00m);

    /// <summary>Prompt cut to 400 tokens: 100,000 x (400 x (0.7 x 0.80 + 0.3 x 0.20) + 200 x 3.20) / 1,000,000 = 88.80.</summary>
    [Fact]
    public void A_tuned_request_has_a_shorter_prompt_at_the_tuned_price() =>
        Forecast(UseCase).Line(StrategyKind.FineTuning, "tuned-inference").Monthly[0].ShouldBe(88.80m);

    /// <summary>5 days + 4 x 0.5 days, of 8 hours at 95 = 5,320; and a tenth of it at risk.</summary>
    [Fact]
    public void Prompting_costs_little_up_front() =>
        Forecast(UseCase)[StrategyKind.PromptEngineering].Upfront.ShouldBe(5_320m + 532m);

    /// <summary>
    /// Prompts: a fifth of 5,320. Compute: 2,000 examples x 600 tokens x 3 passes x 5 runs = 18 million tokens at 5 = 90, raised
    /// to 10,000 (T15). Data: 2,000 x 0.50. Talent: 3 x 14,000. Validation: 12,000. Iteration: 2 x (3,000 + 7,000). A quarter of
    /// all that at risk.
    /// </summary>
    [Fact]
    public void Tuning_costs_six_figures_up_front()
    {
        var tuned = Forecast(UseCase)[StrategyKind.FineTuning];
        decimal[] spent = [1_064m, 10_000m, 1_000m, 42_000m, 12_000m, 20_000m];

        tuned.Lines.Where(l => l.Upfront > 0 && l.Id != "failure-reserve").Select(l => l.Upfront).ShouldBe(spent);
        tuned.Upfront.ShouldBe(spent.Sum() * 1.25m); // 107,580
    }

    /// <summary>10,000 examples x 15 passes x (0.4 x prompt + 200) tokens at 5 a million: 10,000 at 32,833.3 prompt tokens.</summary>
    [Theory]
    [InlineData(32_833, 10_000)]
    [InlineData(32_834, 10_000.2)]
    [InlineData(332_833, 99_999.9)]
    [InlineData(332_834, 100_000)]
    public void T15_training_compute_stays_between_ten_and_a_hundred_thousand(int prompt, double compute) =>
        Forecast(UseCase with
        {
            Data = new() { LabelledExamples = 10_000 },
            Volume = UseCase.Volume with { PromptTokensPerRequest = prompt },
        }).Line(StrategyKind.FineTuning, "tuning-compute").Upfront.ShouldBe((decimal)compute);

    /// <summary>15 % of 10,000 + 1,000 + 42,000 + 12,000 = 9,750, after 12 and 24 months; at the end it is of no use.</summary>
    [Fact]
    public void A_tuned_model_is_retrained_at_the_cadence_of_its_requirements()
    {
        var retraining = Forecast(UseCase).Line(StrategyKind.FineTuning, "tuning-retraining");

        retraining.Monthly.Index().Where(m => m.Item > 0).ShouldBe([(11, 9_750m), (23, 9_750m)]);
        retraining.Total.ShouldBe(19_500m);
    }

    [Theory]
    [InlineData(null, "gpt-4.1-mini", "tuned-inference")]
    [InlineData(true, "gpt-4.1-mini", "tuned-inference")]
    [InlineData(false, "mistral-small-3.1", "tuned-hosting")]
    public void Data_that_may_not_leave_is_tuned_on_our_own_hosting(bool? mayLeave, string model, string line)
    {
        var facts = UseCase with { Data = UseCase.Data with { ThirdPartyTrainingAllowed = mayLeave } };
        var tuned = Forecast(facts)[StrategyKind.FineTuning];

        tuned.Model.ShouldBe(model);
        tuned.Lines.Select(l => l.Id).ShouldContain(line);
    }

    /// <summary>24 billion parameters fit the tier of 2,900 per replica, of which two are kept.</summary>
    [Fact]
    public void Hosting_is_a_fixed_cost_until_the_replicas_are_full()
    {
        var closed = UseCase with { Data = UseCase.Data with { ThirdPartyTrainingAllowed = false } };

        decimal Hosting(decimal requests) =>
            Forecast(closed with { Volume = closed.Volume with { RequestsPerMonth = requests } })
                .Line(StrategyKind.FineTuning, "tuned-hosting").Monthly[0];

        Hosting(0).ShouldBe(5_800m);
        Hosting(26_666_666).ShouldBe(5_800m); // 600 tokens each: two replicas of 8 billion, all but full
        Hosting(26_666_667).ShouldBe(8_700m);
    }

    [Fact]
    public void Data_that_may_neither_leave_nor_be_hosted_is_priced_with_a_warning() =>
        Forecast(UseCase with { Data = UseCase.Data with { ThirdPartyTrainingAllowed = false, SelfHostingAvailable = false } })
            .Warnings.Select(w => w.Id).ShouldContain("C03");

    [Theory]
    [InlineData(null)]
    [InlineData("gpt-99")]
    public void A_model_that_is_not_in_the_price_book_is_replaced_and_said_so(string? model)
    {
        var forecast = Forecast(UseCase with { Domain = Domain.Legal, Model = new() { Base = model } });

        forecast[StrategyKind.PromptEngineering].Model.ShouldBe("gpt-4.1");
        forecast.Assumptions.ShouldContain(a => a.Name.StartsWith("Base model:", StringComparison.Ordinal));
    }

    [Fact]
    public void Volume_grows_every_month_by_the_stated_rate() // 63.00 x 1.1 x 1.1
    {
        var growing = Forecast(UseCase with { Volume = UseCase.Volume with { MonthlyGrowthPercent = 10 } });

        growing.Line(StrategyKind.PromptEngineering, "prompt-inference").Monthly.Take(3).ShouldBe([63.00m, 69.30m, 76.23m]);
    }

    [Fact]
    public void Refining_prompts_costs_more_than_in_proportion_to_their_number()
    {
        decimal Refinement(int prompts) =>
            Forecast(UseCase with { PromptCount = prompts }).Line(StrategyKind.PromptEngineering, "prompt-refinement").Total;

        Refinement(20).ShouldBeGreaterThan(Refinement(10) * 2);
        Forecast(UseCase).Line(StrategyKind.PromptEngineering, "prompt-refinement").Monthly.ShouldBeInOrder();
        Refinement(0).ShouldBe(0);
    }

    /// <summary>Golden case G03: the components that are sensitive or specialised are tuned, 30 % of the requests.</summary>
    [Fact]
    public void G03_a_hybrid_tunes_the_components_that_need_it()
    {
        var components = UseCase with
        {
            Task = new()
            {
                Components =
                [
                    new() { Name = "Questions", RequestShare = 0.7m },
                    new() { Name = "Summaries", RequestShare = 0.3m, Sensitive = true },
                ],
            },
        };

        var hybrid = Forecast(components)[StrategyKind.Hybrid];

        hybrid.TunedRequestShare.ShouldBe(0.3m);
        hybrid.Lines.Single(l => l.Id == "prompt-inference").Monthly[0].ShouldBe(44.10m); // 0.7 x 63.00
        hybrid.Lines.Single(l => l.Id == "tuned-inference").Monthly[0].ShouldBe(26.64m); // 0.3 x 88.80
    }

    [Fact]
    public void A_hybrid_without_components_is_mixed_as_the_policy_says() =>
        Forecast(UseCase)[StrategyKind.Hybrid].TunedRequestShare.ShouldBe(0.5m);

    /// <summary>100 hours at 50 for 36 months are 180,000.</summary>
    [Fact]
    public void The_return_compares_the_benefit_with_the_cost_over_the_horizon()
    {
        var benefit = new Benefit { Basis = BenefitBasis.HoursSaved, HoursPerMonth = 100, HourlyRate = Usd(50) };
        var forecast = Forecast(UseCase with { Benefit = benefit });

        forecast.MonthlyBenefit.ShouldBe(5_000m);
        forecast.Strategies.ShouldAllBe(s => s.RoiPercent == Math.Round((180_000m - s.Total) / s.Total * 100, 2));
    }

    [Fact]
    public void Without_a_stated_benefit_there_is_no_return()
    {
        var forecast = Forecast(UseCase with { Benefit = new() { Basis = BenefitBasis.Revenue, HoursPerMonth = 10 } });

        forecast.Strategies.ShouldAllBe(s => s.RoiPercent == null);
        forecast.Warnings.ShouldContain(w => w.Id == "benefit");
    }

    [Fact]
    public void The_currency_is_that_of_the_budget_else_of_the_benefit_else_of_the_policy()
    {
        var benefit = new Benefit { Basis = BenefitBasis.Revenue, MonthlyValue = Eur(1_000) };

        Forecast(UseCase).Currency.ShouldBe("USD");
        Forecast(UseCase with { Benefit = benefit }).Currency.ShouldBe("EUR");
        Forecast(UseCase with { Benefit = benefit, Budget = new() { Amount = 1, Currency = "CHF" } }).Currency.ShouldBe("CHF");
    }

    /// <summary>1 EUR = 1.1720 USD on the day of the rates: 63.00 / 1.1720 = 53.754... and 1,172 USD are 1,000 EUR.</summary>
    [Fact]
    public void Amounts_are_converted_at_the_dated_rate()
    {
        var benefit = new Benefit { Basis = BenefitBasis.Revenue, MonthlyValue = Usd(1_172) };
        var forecast = Forecast(UseCase with { Budget = Eur(1_000_000), Benefit = benefit });

        forecast.Line(StrategyKind.PromptEngineering, "prompt-inference").Monthly[0].ShouldBe(53.75m);
        forecast.MonthlyBenefit.ShouldBe(1_000m);
        forecast.Assumptions.ShouldContain(a => a.Name == "Exchange rate of 2025-06-30");
    }

    [Theory]
    [InlineData("XYZ")]
    [InlineData("eur")]
    public void A_currency_without_a_rate_is_refused_with_its_field_and_a_remedy(string currency)
    {
        var refusal = Should.Throw<MissingExchangeRateException>(() =>
            Forecast(UseCase with { Budget = new() { Amount = 1_000, Currency = currency } }));

        refusal.Field.ShouldBe("budget.currency");
        refusal.Message.ShouldContain("EUR");
    }

    [Fact]
    public void An_amount_beyond_the_limit_is_refused_with_its_field() =>
        Should.Throw<ForecastRefusedException>(() =>
                Forecast(UseCase with { Benefit = new() { Basis = BenefitBasis.Revenue, MonthlyValue = Usd(decimal.MaxValue) } }))
            .Field.ShouldBe("benefit.monthlyValue.amount");

    [Fact]
    public void The_break_even_follows_from_the_totals()
    {
        var forecast = Forecast(PaysOff);
        var (prompted, tuned) = (forecast[StrategyKind.PromptEngineering], forecast[StrategyKind.FineTuning]);
        var saving = (prompted.Total - prompted.Upfront - tuned.Total + tuned.Upfront) / (36 * 3_000_000m);

        forecast.BreakEven.Requests.ShouldBe((tuned.Upfront - prompted.Upfront) / saving);
        forecast.BreakEven.Month.ShouldBe(forecast.BreakEven.Requests / 3_000_000m);
        forecast.BreakEven.WithinHorizon.ShouldBeTrue();
        tuned.Total.ShouldBeLessThan(prompted.Total);
    }

    /// <summary>Tuned tokens of this model cost twice the base price, more than the shorter prompt saves.</summary>
    [Fact]
    public void Tuned_tokens_dearer_than_the_prompts_they_save_never_break_even()
    {
        var forecast = Forecast(UseCase);

        forecast.SavingPerRequest!.Value.ShouldBeLessThan(0);
        forecast.BreakEven.Requests.ShouldBeNull();
        forecast.BreakEven.WithinHorizon.ShouldBeFalse();
    }

    [Fact]
    public void Without_requests_there_is_no_break_even_and_no_token_cost()
    {
        var idle = Forecast(UseCase with { Volume = UseCase.Volume with { RequestsPerMonth = 0 } });

        idle.BreakEven.Explanation.ShouldContain("no requests");
        idle.SavingPerRequest.ShouldBeNull();
        idle.Line(StrategyKind.PromptEngineering, "prompt-inference").Total.ShouldBe(0);
    }

    [Fact]
    public void G18_a_medical_device_is_validated_more_strictly() // 12,000 x 2.5
    {
        var device = UseCase with { Compliance = UseCase.Compliance with { MedicalDevice = true } };

        Forecast(device).Line(StrategyKind.FineTuning, "tuning-validation").Upfront.ShouldBe(30_000m);
    }

    [Fact]
    public void Every_strategy_covers_the_horizon_of_three_years() =>
        Forecast(UseCase).Strategies.ShouldAllBe(s => s.Lines.All(l => l.Monthly.Count == 36));
}
