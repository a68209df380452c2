using Governance.Strategy.Engine;
using Governance.Testing;

namespace Governance.Strategy.Tests;

public sealed class PolicyTests
{
    [Fact]
    public void Every_rule_of_the_rulebook_is_in_the_policy()
    {
        var policy = Engine.Policy.Content;

        policy.Factors.Select(f => f.Id).ShouldBe(Ids("F", 36));
        policy.Rules.Select(r => r.Id).ShouldBe([.. Ids("R", 17), .. Ids("O", 12).Where(id => id is not "O05")], "O05 warns");
        policy.Checklist.Questions.Select(q => q.Id).ShouldBe(Enumerable.Range(1, 7).Select(n => $"Q{n}"));
        policy.Conflicts.Select(c => c.Id).ShouldBe(Enumerable.Range(1, 11).Select(n => $"X{n}"));
        Ids("T", 26).ShouldBeSubsetOf(policy.Thresholds.Select(t => t.Id));
        Engine.ReadinessPolicy.Content.Checks.Select(c => c.Id).ShouldBe(Ids("D", 15));
        policy.Framework.Select(s => s.Step).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void Everything_from_a_source_names_it()
    {
        var policy = Engine.Policy.Content;
        IEnumerable<(string Id, IReadOnlyList<string> Sources)> cited =
        [
            .. policy.Factors.Select(f => (f.Id, f.Citations)),
            .. policy.Rules.Select(r => (r.Id, r.Citations)),
            .. policy.Gates.Select(g => (g.Id, g.Citations)),
            .. policy.Conflicts.Select(c => (c.Id, c.Sources)),
            .. policy.Warnings.Select(w => (w.Id, w.Citations)),
            .. policy.Framework.Select(s => ($"step {s.Step}", s.Citations)),
            .. policy.Migration.Select(m => (m.Id, m.Citations)),
            .. policy.Thresholds.Where(t => t.Id[0] == 'T').Select(t => (t.Id, t.Citations)),
            .. Engine.ReadinessPolicy.Content.Checks.Select(c => (c.Id, c.Citations)),
        ];

        foreach (var (id, sources) in cited)
        {
            sources.ShouldNotBeEmpty(id);
            sources.ShouldAllBe(s => s.Length == 2 && s[0] == 'S' && s[1] >= '0' && s[1] <= '4', id);
        }
    }

    [Fact]
    public void Every_gate_named_like_a_readiness_check_is_a_gate_there_too()
    {
        var gates = Engine.ReadinessPolicy.Content.Checks.Where(c => c.Gate).Select(c => c.Id);

        Engine.Policy.Content.Gates.Select(g => g.Id).Where(id => id[0] == 'D').ShouldBe(gates);
    }

    [Fact]
    public void Both_policies_draw_the_same_lines_through_the_example_counts()
    {
        var examples = Engine.ReadinessPolicy.Content.Examples;
        var thresholds = Engine.Policy.Content.Thresholds.ToDictionary(t => t.Id, t => t.Value);

        thresholds["T06"].ShouldBe(examples.Tuning);
        thresholds["T07"].ShouldBe(examples.FullTuning);
        thresholds["T08"].ShouldBe(examples.Prompting);
    }

    [Fact]
    public void A_bare_submission_names_every_fact_that_would_help() =>
        Engine.Assess(Facts.Bare).Unknowns.ShouldBe(UseCases.Optional, ignoreOrder: true);

    [Fact]
    public void The_complete_example_leaves_nothing_unknown() =>
        Engine.Assess(Facts.Example).Unknowns.ShouldBeEmpty();

    [Fact]
    public void Factors_add_up_to_the_score()
    {
        var policy = Engine.Policy.Content;
        var assessment = Engine.Assess(Facts.Example, Engine.PaysBack);
        var atStake = policy.Factors.Sum(f => f.Weight) + policy.Checklist.Weight;
        var margin = (assessment.Factors.Sum(f => f.Contribution) - policy.Decision.PointsForTuning) / atStake;

        assessment.Ranking.Single(r => r.Strategy == Contracts.StrategyKind.FineTuning).Score.ShouldBe(decimal.Round(margin, 6));
    }

    [Theory]
    [InlineData("volume.requestsPerMonth < T99", "T99 is neither a number nor a threshold of the policy")]
    [InlineData("lifecycle = done", "done is none of idea, prototype, pilot, validated, production")]
    [InlineData("requestsPerFortnight > 3", "names requestsPerFortnight")]
    [InlineData("data.clean and", "it ends too early")]
    [InlineData("(data.clean", ") is expected")]
    [InlineData("data.clean data.clean", "data.clean is not expected")]
    [InlineData("costs.currency = EUR", "cannot be tested")]
    public void A_condition_that_makes_no_sense_is_refused_with_the_reason(string condition, string reason)
    {
        var policy = Engine.Policy with
        {
            Content = Engine.Policy.Content with { Decision = Engine.Policy.Content.Decision with { RetrievalWhen = condition } },
        };

        Should.Throw<InvalidDataException>(() => StrategyEngine.Assess(
                new(Facts.Example, DataReadiness.Checks.ReadinessEngine.Assess(Facts.Example, Engine.ReadinessPolicy), Engine.PaysBack), policy))
            .Message.ShouldContain(reason);
    }

    private static IEnumerable<string> Ids(string letter, int count) => Enumerable.Range(1, count).Select(n => $"{letter}{n:00}");
}
