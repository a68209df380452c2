using CsCheck;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.Forecasts;

public sealed class VariantTests
{
    [Fact]
    public void There_are_eight_variants_and_the_plain_one_of_each_strategy_comes_first() =>
        Forecast(UseCase).Strategies.Select(s => (s.Strategy, s.Tuning, s.Retrieval)).ShouldBe(
        [
            (StrategyKind.PromptEngineering, Tuning.None, false),
            (StrategyKind.FineTuning, Tuning.ParameterEfficient, false),
            (StrategyKind.FineTuning, Tuning.Full, false),
            (StrategyKind.Hybrid, Tuning.ParameterEfficient, false),
            (StrategyKind.PromptEngineering, Tuning.None, true),
            (StrategyKind.FineTuning, Tuning.ParameterEfficient, true),
            (StrategyKind.FineTuning, Tuning.Full, true),
            (StrategyKind.Hybrid, Tuning.ParameterEfficient, true),
        ]);

    /// <summary>
    /// X2: full tuning wants 10,000 examples, 8,000 more than there are: 10,000 x 0.50 + 8,000 x 3. Compute: 90 million tokens at
    /// 1.50 on hosting of one's own, eightfold, raised to 40,000. Iteration: 2 x (0.3 x 40,000 + 7,000). Three tenths at risk.
    /// </summary>
    [Fact]
    public void Tuning_all_weights_takes_more_data_and_compute_than_tuning_a_few()
    {
        var full = Forecast(UseCase)[StrategyKind.FineTuning, Tuning.Full];
        decimal[] spent = [1_064m, 40_000m, 29_000m, 42_000m, 12_000m, 38_000m];

        full.Lines.Where(l => l.Upfront > 0 && l.Id != "failure-reserve").Select(l => l.Upfront).ShouldBe(spent);
        full.Upfront.ShouldBe(spent.Sum() * 1.3m);
        full.Model.ShouldBe("mistral-small-3.1", "no provider tunes all weights of a closed model");
    }

    [Theory]
    [InlineData(Tuning.ParameterEfficient, 499, 253)] // 500 x 0.50 + 1 x 3
    [InlineData(Tuning.ParameterEfficient, 500, 250)]
    [InlineData(Tuning.ParameterEfficient, 10_000, 5_000)]
    [InlineData(Tuning.ParameterEfficient, 10_001, 5_000)]
    [InlineData(Tuning.Full, 9_999, 5_003)]
    [InlineData(Tuning.Full, 10_000, 5_000)]
    [InlineData(Tuning.Full, 50_001, 25_000)]
    public void G14_missing_examples_are_labelled_and_surplus_ones_left_out(Tuning tuning, int labelled, int cost) =>
        Forecast(UseCase with { Data = new() { LabelledExamples = labelled } })[StrategyKind.FineTuning, tuning]
            .Line("tuning-data").Upfront.ShouldBe(cost);

    [Fact]
    public void Tuning_all_weights_without_own_hosting_is_priced_with_a_warning()
    {
        var facts = UseCase with { Data = UseCase.Data with { SelfHostingAvailable = false } };

        Forecast(facts).Warnings.ShouldContain(w => w.Id == "hosting");
        Forecast(UseCase).Warnings.ShouldNotContain(w => w.Id == "hosting");
    }

    /// <summary>
    /// 15 days of 8 hours at 95 and 20 million tokens at 0.13; 100,000 x (0.05 / 1,000 + 50 x 0.13 / 1,000,000) = 5.65 for
    /// searching; 100,000 x 2,000 fresh tokens at 0.40 = 80 to carry what is found, at 0.80 to the tuned model.
    /// </summary>
    [Fact]
    public void Retrieval_adds_the_same_index_to_every_strategy_and_passages_at_its_price()
    {
        var prompted = Forecast(UseCase)[StrategyKind.PromptEngineering, Tuning.None, retrieval: true];

        prompted.Line("retrieval-build").Upfront.ShouldBe(11_402.60m);
        prompted.Line("retrieval-index").Monthly[0].ShouldBe(200m);
        prompted.Line("retrieval-queries").Monthly[0].ShouldBe(5.65m);
        prompted.Line("retrieval-context").Monthly[0].ShouldBe(80.00m);
        prompted.Line("retrieval-upkeep").Monthly[0].ShouldBe(760m);
        Forecast(UseCase)[StrategyKind.FineTuning, Tuning.ParameterEfficient, retrieval: true]
            .Line("retrieval-context").Monthly[0].ShouldBe(160.00m);
        Forecast(UseCase)[StrategyKind.Hybrid, Tuning.ParameterEfficient, retrieval: true]
            .Line("retrieval-context").Monthly[0].ShouldBe(120.00m, "half prompted, half tuned");
    }

    [Theory]
    [InlineData(KnowledgeFreshness.None, 0)]
    [InlineData(KnowledgeFreshness.Monthly, 0.05)] // 0.02 x 2.60
    [InlineData(KnowledgeFreshness.Daily, 1.56)]
    [InlineData(KnowledgeFreshness.Realtime, 37.44)]
    public void The_fresher_the_knowledge_the_more_often_the_index_is_refreshed(KnowledgeFreshness freshness, double monthly) =>
        Forecast(UseCase with { KnowledgeFreshness = freshness })[StrategyKind.PromptEngineering, Tuning.None, retrieval: true]
            .Line("retrieval-refresh").Monthly[0].ShouldBe((decimal)monthly);

    [Fact]
    public void Passages_that_overfill_hosted_replicas_take_further_ones()
    {
        var hosted = UseCase with
        {
            Data = UseCase.Data with { ThirdPartyTrainingAllowed = false },
            Volume = UseCase.Volume with { RequestsPerMonth = 26_000_000 }, // 600 tokens each fill two replicas of 8 billion
        };

        // 2,600 tokens each are 67.6 billion: nine replicas, seven more than without.
        Forecast(hosted)[StrategyKind.FineTuning, Tuning.ParameterEfficient, retrieval: true]
            .Line("retrieval-context").Monthly[0].ShouldBe(7 * 2_900m);

        // Half of them: 33.8 billion in five replicas, three more; the other half are prompted, 13 million x 2,000 tokens at 0.40.
        Forecast(hosted)[StrategyKind.Hybrid, Tuning.ParameterEfficient, retrieval: true]
            .Line("retrieval-context").Monthly[0].ShouldBe((3 * 2_900m) + 10_400m);
    }

    /// <summary>gpt-4.1-mini in batches: 1,000 x 0.20 + 200 x 0.80 = 360 instead of 630 per million requests, for nine tenths.</summary>
    [Theory]
    [InlineData(null, 63.00)]
    [InlineData(3_599_999, 63.00)]
    [InlineData(3_600_000, 38.70)]
    public void Requests_that_may_wait_an_hour_are_sent_in_batches(int? latency, double monthly) =>
        Forecast(UseCase with { LatencyP95Milliseconds = latency }, Newest)
            .Line(StrategyKind.PromptEngineering, "prompt-inference").Monthly[0].ShouldBe((decimal)monthly);

    /// <summary>claude-haiku-4-5: 1,000 x (0.68 x 1 + 0.30 x 0.10 + 0.02 x 1.25) + 200 x 5 = 1,735 per million requests.</summary>
    [Fact]
    public void Writing_to_the_cache_is_charged_where_the_provider_charges_it() =>
        Forecast(UseCase with { Model = new() { Base = "claude-haiku-4-5" } }, Newest)
            .Line(StrategyKind.PromptEngineering, "prompt-inference").Monthly[0].ShouldBe(173.50m);

    [Fact]
    public void A_price_announced_for_later_counts_from_its_month_on()
    {
        var model = Prices.Content.Find("nova-pro")! with { Changes = [new(new(2028, 1, 1), "amazon", 0.4m, 1.6m)] };
        var book = Prices.Content with { Models = [.. Prices.Content.Models.Where(m => m.Id != model.Id), model] };
        var facts = UseCase with { Model = new() { Base = "nova-pro" }, TargetGoLive = new(2027, 1, 1) };

        var tokens = Forecast(facts, new Versioned<PriceBook>(book, "")).Line(StrategyKind.PromptEngineering, "prompt-inference");

        tokens.Monthly[11].ShouldBe(144.00m);
        tokens.Monthly[12].ShouldBe(72.00m);
    }

    /// <summary>Two replicas at 2,900 against 400 x 0.56 + ... = 0.000888 per request of the tuned gpt-4.1-mini.</summary>
    [Fact]
    public void Fixed_hosting_beats_the_price_per_token_from_a_stated_volume_on()
    {
        var serving = Forecast(UseCase).Serving!;

        (serving.HostedModel, serving.HostedPerMonth).ShouldBe(("mistral-small-3.1", 5_800m));
        (serving.TokenModel, serving.TokenCostPerRequest).ShouldBe(("gpt-4.1-mini", 0.000888m));
        serving.RequestsPerMonth.ShouldBe(6_531_532m); // 5,800 / 0.000888 = 6,531,531.5...
    }

    [Fact]
    public void Each_tuned_variant_breaks_even_against_prompting_alike()
    {
        var forecast = Forecast(UseCase);

        forecast.Strategies.ShouldAllBe(s => (s.BreakEven == null) == (s.Strategy == StrategyKind.PromptEngineering));
        forecast[StrategyKind.FineTuning].BreakEven.ShouldBe(forecast.BreakEven with { ByVolume = null, ByFact = null });
    }

    [Fact]
    public void More_requests_never_cost_less() =>
        Gen.Select(Gen.Decimal[0, 50_000_000], Gen.Decimal[0, 50_000_000], Gen.Bool.Nullable()).Sample((some, more, mayLeave) =>
        {
            Forecast At(decimal requests) => Forecast(UseCase with
            {
                Volume = UseCase.Volume with { RequestsPerMonth = requests },
                Data = UseCase.Data with { ThirdPartyTrainingAllowed = mayLeave },
            });

            foreach (var (low, high) in At(some).Strategies.Zip(At(some + more).Strategies))
            {
                high.Total.ShouldBeGreaterThanOrEqualTo(low.Total);
            }
        }, iter: 200);

    [Fact]
    public void Retrieval_never_makes_a_strategy_cheaper() =>
        Gen.Decimal[0, 100_000_000].Sample(requests =>
        {
            var all = Forecast(UseCase with { Volume = UseCase.Volume with { RequestsPerMonth = requests } }).Strategies;

            foreach (var (plain, retrieving) in all.Take(4).Zip(all.Skip(4)))
            {
                retrieving.Total.ShouldBeGreaterThan(plain.Total);
            }
        }, iter: 100);
}
