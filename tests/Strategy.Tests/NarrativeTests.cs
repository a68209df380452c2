using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Strategy.Engine;
using Governance.Testing;

namespace Governance.Strategy.Tests;

public sealed class NarrativeTests
{
    private static readonly StrategyAssessment Assessment = Engine.Assess(Facts.Example.LabelledExamples(400), Engine.PaysBack, withFlips: true);

    [Fact]
    public void The_paragraph_names_the_recommendation_what_blocks_what_pulls_and_what_would_change_it()
    {
        var summary = Narrative.Of(Assessment).Summary;

        summary.ShouldStartWith("Prompt engineering is recommended");
        summary.ShouldContain("Tuning is blocked by D01");
        summary.ShouldContain("Running cost at volume (F02, +5)");
        summary.ShouldContain("data.labelledExamples >= 500 (fine-tuning)");
        summary.ShouldNotContain("\n");
    }

    [Fact]
    public void The_paragraph_names_what_is_not_known() =>
        Narrative.Of(Engine.Assess(Facts.Bare)).Summary.ShouldContain("Not known, which lowers the confidence: objective.primaryOutcome");

    [Fact]
    public void The_table_holds_everything_that_counted_with_its_sources()
    {
        var table = Narrative.Of(Assessment).Table;

        table.Where(r => r.Kind == "factor").Select(r => r.Id)
            .ShouldBe(Assessment.Factors.Where(f => f.Contribution != 0).Select(f => f.Id), ignoreOrder: true);
        table.Count(r => r.Kind == "checklist").ShouldBe(7);
        table.Single(r => r.Kind == "gate" && r.Id == "D01").Effect.ShouldBe("blocks tuning");
        table.Where(r => r.Kind == "factor").ShouldAllBe(r => r.Citations.Count > 0 && (r.Effect[0] == '+' || r.Effect[0] == '-'));
        table.Count(r => r.Kind == "flip").ShouldBe(Assessment.Flips.Count);
    }

    [Fact]
    public void The_same_result_is_told_in_the_same_words() =>
        Canonical.Hash(Narrative.Of(Assessment)).ShouldBe(Canonical.Hash(Narrative.Of(Engine.Assess(Facts.Example.LabelledExamples(400), Engine.PaysBack, withFlips: true))));

    [Fact]
    public void What_a_person_typed_becomes_no_markup()
    {
        var part = new ComponentAssessment(
            "<script>alert(1)</script> | [click](https://evil.example) ![x](y) **bold** `code`\n# head", 0.5m, StrategyKind.FineTuning, Tuning.Full, "why");
        var markdown = AssessmentMarkdown.Write("UC-2026-0042", 1, Narrative.Of(Assessment with { Components = [part] }), "2026-11", "abc");
        var line = markdown.Split('\n').Single(l => l.StartsWith("| part", StringComparison.Ordinal));

        line.ShouldNotContain("<script>");
        line.ShouldNotContain("https://");
        line.ShouldContain(@"\[click\]");
        line.ShouldContain(@"\*\*bold\*\*");
        line.Replace(@"\|", "", StringComparison.Ordinal).Count(c => c == '|').ShouldBe(6);
    }
}
