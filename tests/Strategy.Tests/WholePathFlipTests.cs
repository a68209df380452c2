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

/// <summary>Flips, tried on the whole way: readiness, a forecast and a recommendation on the changed facts.</summary>
public sealed class WholePathFlipTests
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

    private static readonly Gen<UseCaseFacts> Everybody =
        from facts in Gen.OneOf(Undecided, UseCases.Any)
        from money in Gen.Int[0, 400]
        from growth in Gen.Int[-2, 8]
        from model in Gen.Int[0, Prices.Content.Models.Count]
        from engineers in Gen.Int[0, 3]
        from care in Gen.Select(Gen.Bool.Nullable(), Gen.Bool)
        select facts with
        {
            Budget = money < 100 ? null : new() { Amount = 1_000 * money, Currency = money % 2 == 0 ? "EUR" : "USD" },
            Model = model == Prices.Content.Models.Count ? null : new() { Base = Prices.Content.Models[model].Id },
            Volume = facts.Volume with { MonthlyGrowthPercent = growth == 0 ? null : growth },
            Team = (facts.Team ?? new()) with { MlEngineers = engineers == 3 ? null : engineers },
            Compliance = facts.Compliance with { MedicalDevice = care.Item1, RegulatedSectors = care.Item2 ? [RegulatedSector.Finance] : [] },
        };

    [Fact]
    public void Every_change_that_is_named_comes_true_and_the_number_before_a_named_one_does_not()
    {
        var told = 0;

        Everybody.Sample(facts =>
        {
            var assessment = StrategyEngine.Assess(Input(facts), Engine.Policy);

            foreach (var flip in assessment.Flips)
            {
                Recommend(Changed(facts, flip)).ShouldBe(flip.To, flip.Change);
                Interlocked.Increment(ref told);

                if (flip.Change.Split(' ') is [var fact, (">=" or "<=") and var comparison, var number])
                {
                    var before = long.Parse(number, CultureInfo.InvariantCulture) + (comparison is ">=" ? -1 : 1);
                    Recommend(Changed(facts, new($"{fact} = {before}", flip.To))).ShouldBe(assessment.Recommendation, $"one before {flip.Change}");
                }
            }
        }, iter: 300);

        told.ShouldBeGreaterThan(300, "else nothing was tried");
    }

    [Fact]
    public void No_change_that_would_come_true_is_passed_over() =>
        Everybody.Sample(facts =>
        {
            var assessment = StrategyEngine.Assess(Input(facts), Engine.Policy);
            var policy = Engine.Policy.Content.Flips;

            foreach (var (fact, values) in policy.Numbers)
            {
                foreach (var value in values.Where(value => Recommend(Changed(facts, new($"{fact} = {value}", default))) != assessment.Recommendation))
                {
                    var comparison = value > (fact == Volume ? facts.Volume.RequestsPerMonth : facts.Data.LabelledExamples) ? ">=" : "<=";
                    assessment.Flips.ShouldContain(f => f.Change.StartsWith($"{fact} {comparison}", StringComparison.Ordinal), $"{fact} at {value}");
                }
            }

            foreach (var flag in (string[])["data.thirdPartyTrainingAllowed", "data.selfHostingAvailable", "compliance.medicalDevice"])
            {
                foreach (var change in (string[])[$"{flag} = true", $"{flag} = false"])
                {
                    if (Recommend(Changed(facts, new(change, default))) is var to && to != assessment.Recommendation)
                    {
                        assessment.Flips.ShouldContain(new Flip(change, to));
                    }
                }
            }
        }, iter: 100);

    private static UseCaseFacts Changed(UseCaseFacts facts, Flip flip) => flip.Apply(facts, Engine.PaysBack).Facts;

    private static StrategyKind Recommend(UseCaseFacts facts) => StrategyEngine.Recommend(Input(facts), Engine.Policy);

    private static AssessmentInput Input(UseCaseFacts facts)
    {
        var figures = ForecastEngine.Forecast(facts, Prices, Costs).Figures();

        return new(facts, ReadinessEngine.Assess(facts, Engine.ReadinessPolicy), new(figures.Currency, figures.HorizonMonths, figures.Strategies, figures.BreakEven));
    }
}
