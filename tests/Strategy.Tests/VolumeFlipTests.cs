using System.Globalization;
using CsCheck;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Testing;

namespace Governance.Strategy.Tests;

/// <summary>What is said of other volumes, tried on the whole way: a forecast at that volume, and a recommendation on it.</summary>
public sealed class VolumeFlipTests
{
    private const string Volume = "volume.requestsPerMonth";

    private static readonly Versioned<PriceBook> Prices = VersionedData.FromResources<PriceBook>(typeof(PriceBook).Assembly, "PriceBooks").Get("2026-11");
    private static readonly Versioned<CostPolicy> Costs = VersionedData.FromResources<CostPolicy>(typeof(CostPolicy).Assembly, "Forecasts/Policies").Get("2026-11");

    private static readonly Gen<UseCaseFacts> Undecided =
        from requests in Gen.Int[3_000, 3_000_000]
        from growth in Gen.Int[0, 6]
        from prompts in Gen.Int[0, 200]
        from examples in Gen.Int[500, 15_000]
        from tokens in Gen.Int[200, 6_000]
        from model in Gen.Int[0, Prices.Content.Models.Count - 1]
        from change in Gen.Enum<ChangeRate>()
        from shape in Gen.Enum<TaskShape>()
        from specialised in Gen.Bool
        from hosting in Gen.Bool
        from people in Gen.Select(Gen.Enum<Level>(), Gen.Enum<HumanReview>(), Gen.Enum<PrimaryOutcome>(), Gen.Enum<Lifecycle>())
        from wanted in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool)
        select GoldenCase.All["G25"].UseCase with
        {
            SpecialisedKnowledge = specialised,
            RequirementsChange = change,
            PromptCount = prompts,
            InconsistencyRisk = people.Item1,
            HumanReview = people.Item2,
            Objective = GoldenCase.All["G25"].UseCase.Objective with { PrimaryOutcome = people.Item3 },
            Lifecycle = people.Item4,
            RepeatableBehaviourRequired = wanted.Item1,
            TimeToMarketFirst = wanted.Item2,
            Task = GoldenCase.All["G25"].UseCase.Task! with
            {
                Shape = shape, ConsumedBySystems = wanted.Item3, StrictOutputFormat = wanted.Item4, Components = null,
            },
            Model = new() { Base = Prices.Content.Models[model].Id },
            Volume = GoldenCase.All["G25"].UseCase.Volume with
            {
                RequestsPerMonth = requests, MonthlyGrowthPercent = growth == 0 ? null : growth, PromptTokensPerRequest = tokens,
            },
            Data = GoldenCase.All["G25"].UseCase.Data with { LabelledExamples = examples, SelfHostingAvailable = hosting },
        };

    [Fact]
    public void A_volume_that_is_said_to_change_the_recommendation_does_and_the_request_before_it_does_not()
    {
        var told = 0;

        Undecided.Sample(facts =>
        {
            var assessment = StrategyEngine.Assess(Input(facts), Engine.Policy);

            foreach (var flip in assessment.Flips.Where(f => f.Change.StartsWith(Volume, StringComparison.Ordinal)))
            {
                var words = flip.Change.Split(' ');
                var at = long.Parse(words[2], CultureInfo.InvariantCulture);
                var before = words[1] is ">=" ? at - 1 : at + 1;

                Recommend(facts, at).ShouldBe(flip.To, flip.Change);
                Recommend(facts, before).ShouldBe(assessment.Recommendation, $"one before {flip.Change}");
                Interlocked.Increment(ref told);
            }
        }, iter: 300);

        told.ShouldBeGreaterThan(20, "else nothing was tried");
    }

    [Fact]
    public void A_volume_looked_at_that_changes_the_recommendation_is_not_passed_over() =>
        Undecided.Sample(facts =>
        {
            var assessment = StrategyEngine.Assess(Input(facts), Engine.Policy);

            foreach (var volume in Engine.Policy.Content.Flips.Numbers[Volume].Where(v => Recommend(facts, v) != assessment.Recommendation))
            {
                var comparison = volume > facts.Volume.RequestsPerMonth ? ">=" : "<=";
                assessment.Flips.ShouldContain(f => f.Change.StartsWith($"{Volume} {comparison}", StringComparison.Ordinal), $"at {volume}");
            }
        }, iter: 150);

    private static StrategyKind Recommend(UseCaseFacts facts, long requests) =>
        StrategyEngine.Recommend(Input(facts with { Volume = facts.Volume with { RequestsPerMonth = requests } }), Engine.Policy);

    private static AssessmentInput Input(UseCaseFacts facts)
    {
        var figures = ForecastEngine.Forecast(facts, Prices, Costs).Figures();

        return new(facts, ReadinessEngine.Assess(facts, Engine.ReadinessPolicy), new(figures.Currency, figures.HorizonMonths, figures.Strategies, figures.BreakEven));
    }
}
