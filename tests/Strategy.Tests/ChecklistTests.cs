using Governance.Contracts;
using Governance.Testing;

namespace Governance.Strategy.Tests;

public sealed class ChecklistTests
{
    /// <summary>All 128 ways to answer; everything else is good data or unknown.</summary>
    public static IEnumerable<TheoryDataRow<int>> Answers => Enumerable.Range(0, 128).Select(answers =>
        new TheoryDataRow<int>(answers)
        {
            TestDisplayName = $"{Golden(answers)}: {7 - int.PopCount(answers)} answers for prompting, {int.PopCount(answers)} for tuning ({answers:b7})",
        });

    [Theory]
    [MemberData(nameof(Answers))]
    public void Four_of_seven_answers_decide(int answers)
    {
        foreach (var costs in (Strategy.Engine.CostOutlook[])[Engine.PaysBack, Engine.PaysLate, Engine.NeverPays])
        {
            Decides(answers, Engine.Assess(Answered(answers), costs));
        }
    }

    private static void Decides(int answers, StrategyAssessment assessment)
    {
        var forTuning = int.PopCount(answers);
        assessment.Checklist.Count(a => a.PointsTo is StrategyKind.FineTuning).ShouldBe(forTuning);
        assessment.Checklist.Count(a => a.PointsTo is StrategyKind.PromptEngineering).ShouldBe(7 - forTuning);
        assessment.Recommendation.ShouldBe(forTuning >= 4 ? StrategyKind.FineTuning : StrategyKind.PromptEngineering);
    }

    [Fact]
    public void An_unanswered_question_points_nowhere()
    {
        var answers = Engine.Assess(Facts.Bare).Checklist;

        answers.Where(a => a.Id != "Q5").ShouldAllBe(a => a.PointsTo == null && a.Answer == "not stated");
    }

    private static string Golden(int answers) => int.PopCount(answers) switch { 0 => "G10", 7 => "G11", _ => "G12" };

    private static UseCaseFacts Answered(int answers)
    {
        return GoldenCase.GoodData(Facts.Bare, 20_000) with
        {
            RequirementsChange = Tunes(0) ? ChangeRate.Yearly : ChangeRate.Monthly,
            HumanReview = Tunes(1) ? HumanReview.Some : HumanReview.Most,
            InconsistencyRisk = Tunes(2) ? Level.High : Level.Low,
            Task = new() { Shape = Tunes(3) ? TaskShape.Standardised : TaskShape.Exploratory },
            Volume = Facts.Bare.Volume with { RequestsPerMonth = Tunes(4) ? 30_000 : 29_970 },
            RepeatableBehaviourRequired = Tunes(5),
            TimeToMarketFirst = !Tunes(6),
        };

        bool Tunes(int question) => (answers & (1 << question)) is not 0;
    }
}
