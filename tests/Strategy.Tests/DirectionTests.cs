using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Testing;

namespace Governance.Strategy.Tests;

/// <summary>
/// Both sides of every factor, question and rule that no other test looks at: a bare submission with the named facts, and which way the
/// sources say it then pulls (-1 to prompting, 1 to tuning).
/// </summary>
public sealed class DirectionTests
{
    public static TheoryData<string, string, int> Factors => new()
    {
        { "F01", """{"budget":{"amount":119999,"currency":"EUR"},"volume.requestsPerMonth":30000}""", -1 },
        { "F01", """{"budget":{"amount":120000,"currency":"EUR"},"volume.requestsPerMonth":30000}""", 0 },
        { "F01", """{"volume.requestsPerMonth":29999}""", -1 },
        { "F03", """{"timeToMarketFirst":true}""", -1 },
        { "F03", """{"timeToMarketFirst":false}""", 0 },
        { "F04", """{"timeToMarketFirst":true}""", -1 },
        { "F04", """{"timeToMarketFirst":false}""", 1 },
        { "F05", """{"specialisedKnowledge":true}""", 1 },
        { "F05", """{"specialisedKnowledge":false}""", 0 },
        { "F06", """{"specialisedKnowledge":false}""", -1 },
        { "F06", """{"specialisedKnowledge":true}""", 0 },
        { "F07", """{"task.languagesOrDepartments":3}""", -1 },
        { "F07", """{"task.languagesOrDepartments":2}""", 0 },
        { "F09", """{"requirementsChange":"monthly"}""", -1 },
        { "F09", """{"requirementsChange":"quarterly","promptCount":9}""", 0 },
        { "F09", """{"requirementsChange":"quarterly","promptCount":10}""", 1 },
        { "F10", """{"data.labelledExamples":499}""", -1 },
        { "F10", """{"data.labelledExamples":500}""", 1 },
        { "F11", """{"task.strictOutputFormat":true}""", 1 },
        { "F11", """{"task.strictOutputFormat":false}""", 0 },
        { "F12", """{"requirementsChange":"daily"}""", -1 },
        { "F12", """{"requirementsChange":"quarterly"}""", -1 },
        { "F12", """{"requirementsChange":"yearly"}""", 1 },
        { "F12", """{"requirementsChange":"stable"}""", 1 },
        { "F13", """{"inconsistencyRisk":"low"}""", -1 },
        { "F13", """{"inconsistencyRisk":"high"}""", 1 },
        { "F14", """{"inconsistencyRisk":"low"}""", -1 },
        { "F14", """{"inconsistencyRisk":"high"}""", 1 },
        { "F15", """{"humanReview":"most"}""", -1 },
        { "F15", """{"humanReview":"some","task.consumedBySystems":true}""", 1 },
        { "F16", """{"task.shape":"exploratory"}""", -1 },
        { "F16", """{"task.shape":"standardised"}""", 1 },
        { "F17", """{"task.strictOutputFormat":true}""", 1 },
        { "F17", """{"task.strictOutputFormat":false}""", 0 },
        { "F18", """{"humanReview":"all"}""", -1 },
        { "F18", """{"humanReview":"none","task.strictOutputFormat":true}""", 1 },
        { "F19", """{"latencyP95Milliseconds":1000,"volume.requestsPerMonth":100000}""", 1 },
        { "F19", """{"latencyP95Milliseconds":1001,"volume.requestsPerMonth":100000}""", 0 },
        { "F19", """{"latencyP95Milliseconds":1000,"volume.requestsPerMonth":99999}""", 0 },
        { "F20", """{"task.distinctTasks":3}""", -1 },
        { "F20", """{"task.distinctTasks":2}""", 0 },
        { "F20", """{"task.distinctTasks":1}""", 1 },
        { "F21", """{"team.mlEngineers":0}""", -1 },
        { "F21", """{"team.mlEngineers":2}""", 1 },
        { "F22", """{"team.mlOpsMaturity":"basic"}""", -1 },
        { "F22", """{"team.mlOpsMaturity":"established"}""", 1 },
        { "F23", """{"data.categories":["personal"]}""", -1 },
        { "F23", """{"data.categories":[]}""", 0 },
        { "F24", """{"repeatableBehaviourRequired":false}""", -1 },
        { "F24", """{"repeatableBehaviourRequired":true}""", 1 },
        { "F25", """{"compliance.regulatedSectors":["finance"],"timeToMarketFirst":true,"repeatableBehaviourRequired":false,"compliance.medicalDevice":false}""", -1 },
        { "F25", """{"compliance.regulatedSectors":["finance"],"repeatableBehaviourRequired":true,"compliance.medicalDevice":false}""", 1 },
        { "F25", """{"compliance.medicalDevice":true}""", -1 },
        { "F26", """{"domain":"legal","specialisedKnowledge":true}""", 1 },
        { "F26", """{"domain":"general"}""", -1 },
        { "F27", """{"objective.primaryOutcome":"speed"}""", -1 },
        { "F27", """{"requirementsChange":"weekly","lifecycle":"pilot"}""", -1 },
        { "F27", """{"requirementsChange":"weekly","lifecycle":"validated","objective.primaryOutcome":"cost"}""", 0 },
        { "F28", """{"lifecycle":"pilot"}""", -1 },
        { "F28", """{"lifecycle":"validated"}""", 1 },
        { "F29", """{"objective.differentiating":true}""", 1 },
        { "F30", """{"data.selfHostingAvailable":true,"data.thirdPartyTrainingAllowed":false}""", -1 },
        { "F30", """{"data.selfHostingAvailable":true,"data.thirdPartyTrainingAllowed":true}""", 0 },
        { "F31", """{"promptMaintenanceIsBottleneck":true}""", 1 },
        { "F31", """{"promptMaintenanceIsBottleneck":false}""", 0 },
        { "F32", """{"data.evaluationSet":false}""", -1 },
        { "F32", """{"data.evaluationSet":true}""", 0 },
        { "F33", """{"knowledgeFreshness":"monthly"}""", -1 },
        { "F33", """{"knowledgeFreshness":"static"}""", 0 },
        { "F34", """{"timeToMarketFirst":true,"objective.differentiating":true}""", -1 },
        { "F34", """{"timeToMarketFirst":true,"objective.differentiating":false}""", 0 },
        { "F35", """{"objective.primaryOutcome":"adaptability"}""", -1 },
        { "F35", """{"objective.primaryOutcome":"accuracy","inconsistencyRisk":"high"}""", 1 },
        { "F36", """{"objective.statement":"Use AI"}""", -1 },
        { "F36", """{"objective.statement":"Halve the time to answer a letter","objective.primaryOutcome":"speed"}""", 0 },
    };

    public static TheoryData<string, string, StrategyKind?> Questions => new()
    {
        { "Q1", """{"requirementsChange":"monthly"}""", StrategyKind.PromptEngineering },
        { "Q1", """{"requirementsChange":"quarterly"}""", StrategyKind.FineTuning },
        { "Q2", """{"humanReview":"most"}""", StrategyKind.PromptEngineering },
        { "Q2", """{"humanReview":"some"}""", StrategyKind.FineTuning },
        { "Q3", """{"inconsistencyRisk":"low"}""", StrategyKind.PromptEngineering },
        { "Q3", """{"inconsistencyRisk":"medium"}""", StrategyKind.FineTuning },
        { "Q4", """{"task.shape":"exploratory"}""", StrategyKind.PromptEngineering },
        { "Q4", """{"task.shape":"standardised"}""", StrategyKind.FineTuning },
        { "Q5", """{"volume.requestsPerMonth":29999}""", StrategyKind.PromptEngineering },
        { "Q5", """{"volume.requestsPerMonth":30000}""", StrategyKind.FineTuning },
        { "Q6", """{"repeatableBehaviourRequired":false}""", StrategyKind.PromptEngineering },
        { "Q6", """{"repeatableBehaviourRequired":true}""", StrategyKind.FineTuning },
        { "Q7", """{"timeToMarketFirst":true}""", StrategyKind.PromptEngineering },
        { "Q7", """{"timeToMarketFirst":false}""", StrategyKind.FineTuning },
        { "Q1", "{}", null },
        { "Q7", "{}", null },
    };

    public static TheoryData<string, string, bool> Rules => new()
    {
        { "R02", """{"requirementsChange":"monthly","timeToMarketFirst":true,"humanReview":"most"}""", true },
        { "R02", """{"requirementsChange":"monthly","timeToMarketFirst":true}""", false },
        { "R03", """{"task.shape":"standardised","repeatableBehaviourRequired":true,"task.strictOutputFormat":true}""", true },
        { "R03", """{"task.shape":"standardised","repeatableBehaviourRequired":true}""", false },
        { "R06", """{"objective.missionCritical":true,"objective.differentiating":true}""", true },
        { "R06", """{"objective.missionCritical":true}""", false },
        { "R07", """{"timeToMarketFirst":true,"team.mlEngineers":0,"data.labelledExamples":500,"data.proprietary":true}""", true },
        { "R07", """{"timeToMarketFirst":true,"team.mlEngineers":1,"data.labelledExamples":500,"data.proprietary":true}""", false },
        { "R15", "{}", true },
        { "R16", """{"objective.primaryOutcome":"speed"}""", true },
        { "R16", "{}", false },
    };

    public static TheoryData<string, string, bool> Conflicts => new()
    {
        { "X6", """{"team.mlOpsMaturity":"none"}""", true },
        { "X6", """{"lifecycle":"idea"}""", false },
        { "X7", """{"repeatableBehaviourRequired":true}""", true },
        { "X7", "{}", false },
        { "X10", """{"summary":"We compare prompt tuning with training."}""", true },
        { "X10", """{"summary":"We compare prompts with training."}""", false },
        { "X11", "{}", false },
    };

    [Theory]
    [MemberData(nameof(Factors))]
    public void A_factor_pulls_the_way_its_sources_say(string factor, string facts, int sign) =>
        Math.Sign(Assess(facts).Factors.Single(f => f.Id == factor).Contribution).ShouldBe(sign);

    [Theory]
    [MemberData(nameof(Questions))]
    public void An_answer_points_the_way_the_checklist_says(string question, string facts, StrategyKind? pointsTo) =>
        Assess(facts).Checklist.Single(q => q.Id == question).PointsTo.ShouldBe(pointsTo);

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_fires_where_its_sources_say(string rule, string facts, bool fires) =>
        Assess(facts).Rules.Any(r => r.Id == rule).ShouldBe(fires);

    [Theory]
    [MemberData(nameof(Conflicts))]
    public void A_conflict_is_shown_with_both_sides_where_it_matters(string conflict, string facts, bool shown)
    {
        var found = Assess(facts).Conflicts.SingleOrDefault(c => c.Id == conflict);

        (found is not null).ShouldBe(shown);
        found?.Sources.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_tuning_project_is_told_both_upfront_figures_X11() =>
        Engine.Assess(Facts.Example, Engine.PaysBack).Conflicts.Single(c => c.Id == "X11").Stand.ShouldContain("100,000");

    private static StrategyAssessment Assess(string facts) =>
        Engine.Assess(JsonNode.Parse(facts)!.AsObject().Aggregate(Facts.Bare, (f, change) => f.With(change.Key, change.Value?.DeepClone())));
}
