using Governance.Contracts;
using Governance.Testing;

namespace Governance.Strategy.Tests;

public sealed class GoldenCaseTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases =>
        GoldenCase.All.Values.Select(c => new TheoryDataRow<string>(c.Id) { TestDisplayName = $"{c.Id} {c.Story}" });

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_sources_and_the_engine_agree(string id)
    {
        var golden = GoldenCase.All[id];

        var assessment = Engine.Assess(golden.UseCase, golden.Costs);

        golden.Expected.ShouldContain(assessment.Recommendation);
        assessment.Ranking[0].Strategy.ShouldBe(assessment.Recommendation);
        assessment.Ranking.Select(r => r.Score).ShouldBeInOrder(SortDirection.Descending);
        assessment.Gates.Where(g => g.Outcome is CheckOutcome.Failed).Select(g => g.Id).ShouldBe(golden.FailedGates);
        golden.Rules.ShouldBeSubsetOf(assessment.Rules.Select(r => r.Id));
        golden.Warnings.ShouldBeSubsetOf(assessment.Warnings.Select(w => w.Id));
        golden.Conflicts.ShouldBeSubsetOf(assessment.Conflicts.Select(c => c.Id));
        assessment.Tuning.ShouldBe(golden.Tuning ?? assessment.Tuning);
        assessment.Retrieval.ShouldBe(golden.Retrieval ?? assessment.Retrieval);
        assessment.Framework.Select(s => s.Step).ShouldBe([1, 2, 3, 4, 5, 6]);
        assessment.Framework.ShouldAllBe(s => s.Finding.Length > 0);
        assessment.Checklist.Count.ShouldBe(7);
        (assessment.Tuning is Tuning.None).ShouldBe(assessment.Recommendation is StrategyKind.PromptEngineering);
    }

    [Fact]
    public void G01_expects_fifteen_percent_more_accuracy() =>
        Factor("G01", "F05").Reason.ShouldContain("15 percent");

    [Fact]
    public void G02_needs_no_retraining_and_little_deployment()
    {
        var assessment = Assess("G02");

        assessment.Warnings.ShouldNotContain(w => w.Id == "O05");
        assessment.Framework[2].Finding.ShouldContain("No training and little deployment work");
    }

    [Fact]
    public void G03_gives_each_part_its_own_strategy()
    {
        var parts = Assess("G03").Components;

        parts.Select(p => p.Recommendation).ShouldBe([StrategyKind.PromptEngineering, StrategyKind.FineTuning]);
        parts.Select(p => p.Tuning).ShouldBe([Tuning.None, Tuning.ParameterEfficient]);
        parts.ShouldAllBe(p => p.Reason.Length > 0);
    }

    [Fact]
    public void G05_becomes_a_hybrid_once_the_core_is_stable() =>
        Assess("G05").Migration.ShouldContain(m => m.To == StrategyKind.Hybrid && m.Id == "R14");

    [Fact]
    public void G07_is_a_yardstick_for_benefits_and_says_nothing_on_strategy()
    {
        var facts = GoldenCase.All["G05"].UseCase;
        var chat = facts with { Task = facts.Task! with { Kinds = [TaskKind.Conversation] } };

        Engine.Assess(chat).Framework[0].Finding.ShouldContain("30 percent more efficiency, 25 percent faster responses and 50 percent");
    }

    [Fact]
    public void G08_trusts_the_declared_domain_and_not_the_heading() =>
        Factor("G08", "F26").Contribution.ShouldBe(0);

    [Fact]
    public void G09_shows_what_the_claim_should_have_been() =>
        Assess("G09").Warnings.Single(w => w.Id == "X8").Message.ShouldContain("99.44");

    [Fact]
    public void G13_says_that_the_examples_are_the_reason()
    {
        var gate = Assess("G13").Gates.Single(g => g.Id == "D01");

        gate.Message.ShouldContain("400");
        gate.Citations.ShouldNotBeEmpty();
    }

    [Fact]
    public void G18_allows_tuning_only_with_validation_and_more_time()
    {
        var assessment = Assess("G18");

        var warning = assessment.Warnings.Single(w => w.Id == "C04").Message;
        warning.ShouldContain("validation stage");
        warning.ShouldContain("longer time to value");
        assessment.Framework[3].Finding.ShouldContain("lengthens");
    }

    [Fact]
    public void G22_keeps_retrieval_even_where_tuning_wins()
    {
        var assessment = Engine.Assess(GoldenCase.All["G25"].UseCase with { KnowledgeFreshness = KnowledgeFreshness.Daily }, Engine.PaysBack);

        assessment.Recommendation.ShouldBe(StrategyKind.FineTuning);
        assessment.Retrieval.ShouldBeTrue();
    }

    [Fact]
    public void G27_is_not_confident_and_asks_for_the_objective()
    {
        var vague = Assess("G27");

        vague.Confidence.ShouldBeLessThan(0.35m);
        vague.Confidence.ShouldBeLessThan(Assess("G25").Confidence / 2);
        vague.Gates.Single(g => g.Id == "F36").Message.ShouldContain("prompt pilot only");
    }

    [Fact]
    public void A_hybrid_of_parts_that_differ_scores_above_either_strategy_for_all_G03()
    {
        var ranking = Assess("G03").Ranking;

        ranking[0].Score.ShouldBeGreaterThan(ranking[1].Score);
    }

    [Fact]
    public void Withholding_a_fact_that_speaks_the_other_way_does_not_look_more_certain()
    {
        var told = Close.Task(t => t with { LanguagesOrDepartments = 12 }).Objective(o => o with { Differentiating = true });
        var confidence = Engine.Assess(told, Engine.PaysBack).Confidence;

        Engine.Assess(told.Task(t => t with { LanguagesOrDepartments = null }), Engine.PaysBack).Confidence.ShouldBeLessThan(confidence);
        Engine.Assess(told.Objective(o => o with { Differentiating = null }), Engine.PaysBack).Confidence.ShouldBeLessThan(confidence);
    }

    [Fact]
    public void A_close_call_is_less_certain_than_a_clear_one()
    {
        var close = Engine.Assess(Close, Engine.PaysBack);

        close.Unknowns.ShouldBeEmpty();
        close.Confidence.ShouldBeLessThan(Engine.Assess(Facts.Example, Engine.PaysBack).Confidence);
    }

    /// <summary>Everything is known, and about as much speaks for tuning as against it.</summary>
    private static UseCaseFacts Close =>
        GoldenCase.All["G24-known"].UseCase with { RequirementsChange = ChangeRate.Monthly, HumanReview = HumanReview.Most };

    private static StrategyAssessment Assess(string id) => Engine.Assess(GoldenCase.All[id].UseCase, GoldenCase.All[id].Costs);

    private static FactorContribution Factor(string id, string factor) => Assess(id).Factors.Single(f => f.Id == factor);
}
