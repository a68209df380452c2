using System.Globalization;
using System.Text.Json;
using CsCheck;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Strategy.Tests;

public sealed class PropertyTests
{
    [Fact]
    public void More_labelled_examples_never_move_away_from_tuning() =>
        Gen.Select(UseCases.Any, UseCases.Costs, Gen.Int[0, 15_000]).Sample((facts, costs, more) =>
        {
            var few = Engine.Assess(facts, costs);
            var many = Engine.Assess(facts.LabelledExamples(facts.Data.LabelledExamples + more), costs);

            return Distance(many.Recommendation) >= Distance(few.Recommendation);
        });

    [Fact]
    public void Requirements_that_change_more_often_never_move_towards_tuning() =>
        Gen.Select(UseCases.Any, UseCases.Costs, Gen.Int[0, 5], Gen.Int[0, 5]).Sample((facts, costs, one, other) =>
        {
            var often = Engine.Assess(facts with { RequirementsChange = (ChangeRate)Math.Min(one, other) }, costs);
            var seldom = Engine.Assess(facts with { RequirementsChange = (ChangeRate)Math.Max(one, other) }, costs);

            return Tuning(often) <= Tuning(seldom);
        });

    [Fact]
    public void The_order_in_which_lists_are_given_changes_nothing() =>
        Gen.Select(UseCases.Any, UseCases.Costs, Gen.Shuffle(Enum.GetValues<TaskKind>(), 3, 3), Gen.Shuffle(Enum.GetValues<DataCategory>(), 3, 3))
            .Sample((facts, costs, kinds, categories) =>
        {
            var given = facts with { Task = (facts.Task ?? new()) with { Kinds = kinds }, Data = facts.Data with { Categories = categories } };
            var turned = given with { Task = given.Task with { Kinds = [.. kinds.Reverse()] }, Data = given.Data with { Categories = [.. categories.Reverse()] } };

            return Hash(given, costs) == Hash(turned, costs);
        }, iter: 200);

    [Fact]
    public void An_unknown_fact_never_raises_confidence_and_is_named() =>
        Gen.Select(UseCases.Any, UseCases.Costs, Gen.Int[0, UseCases.Optional.Count - 1]).Sample((facts, costs, index) =>
        {
            var path = UseCases.Optional[index];
            var known = Engine.Assess(facts, costs);
            var unknown = Engine.Assess(facts.With(path, null), costs);

            return unknown.Unknowns.Contains(path)
                && (known.Unknowns.Contains(path)
                    ? unknown.Confidence == known.Confidence
                    : unknown.Confidence < known.Confidence);
        }, iter: 2_000);

    [Fact]
    public void Every_flip_really_flips() =>
        Gen.Select(UseCases.Any, UseCases.Costs).Sample((facts, costs) =>
        {
            var assessment = Engine.Assess(facts, costs, withFlips: true);

            return assessment.Flips.All(flip =>
            {
                var (changed, changedCosts) = flip.Apply(facts, costs);

                return flip.To != assessment.Recommendation && Engine.Assess(changed, changedCosts).Recommendation == flip.To;
            });
        }, iter: 400);

    [Fact]
    public void A_flip_by_number_names_the_exact_threshold() =>
        Gen.Select(UseCases.Any, UseCases.Costs).Sample((facts, costs) =>
        {
            var assessment = Engine.Assess(facts, costs, withFlips: true);

            return assessment.Flips.Where(f => f.Change.Contains(">=") || f.Change.Contains("<=")).All(flip =>
            {
                var words = flip.Change.Split(' ');
                var value = long.Parse(words[2], CultureInfo.InvariantCulture) + (words[1] is ">=" ? -1 : 1);
                var (changed, changedCosts) = new Flip($"{words[0]} = {value}", flip.To).Apply(facts, costs);

                return Engine.Assess(changed, changedCosts).Recommendation == assessment.Recommendation;
            });
        }, iter: 400);

    [Fact]
    public void A_blocked_case_is_never_tuned_and_the_recommendation_leads_the_ranking() =>
        Gen.Select(UseCases.Any, UseCases.Costs).Sample((facts, costs) =>
        {
            var assessment = Engine.Assess(facts, costs);
            var blocked = assessment.Gates.Any(g => g.Outcome is CheckOutcome.Failed);

            return (!blocked || assessment.Recommendation is StrategyKind.PromptEngineering)
                && assessment.Ranking[0].Strategy == assessment.Recommendation
                && assessment.Ranking[0].Score >= assessment.Ranking[1].Score
                && assessment.Ranking[1].Score >= assessment.Ranking[2].Score
                && assessment.Confidence is > 0 and <= 1;
        });

    [Fact]
    public void The_same_case_gives_the_same_bytes_in_every_culture_and_after_every_journey_G29()
    {
        var cases = GoldenCase.All.Values.Select(c => (c.UseCase, c.Costs, Hash: Hash(c.UseCase, c.Costs))).ToList();
        var before = CultureInfo.CurrentCulture;

        try
        {
            foreach (var culture in (string[])["tr-TR", "de-DE", "ar-SA", "hi-IN"])
            {
                CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);

                foreach (var (facts, costs, hash) in cases)
                {
                    var copy = JsonSerializer.Deserialize<UseCaseFacts>(JsonSerializer.Serialize(facts, Json.Options), Json.Options)!;

                    Hash(copy, costs).ShouldBe(hash);
                }
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }
    }

    private static string Hash(UseCaseFacts facts, Strategy.Engine.CostOutlook costs) =>
        Canonical.Hash(Engine.Assess(facts, costs, withFlips: true));

    private static decimal Tuning(StrategyAssessment assessment) => assessment.Ranking.Single(r => r.Strategy == StrategyKind.FineTuning).Score;

    private static int Distance(StrategyKind strategy) => strategy switch
    {
        StrategyKind.PromptEngineering => 0,
        StrategyKind.Hybrid => 1,
        _ => 2,
    };
}
