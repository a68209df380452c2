using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using Governance.Testing;

namespace Governance.Strategy.Tests.Assessments;

public sealed class AssessStrategyDecisionTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly DecisionBasis SomeBasis = new("2026-11", "policy", "engine", "input", "result");

    private static readonly VersionedData<StrategyPolicy> Policies =
        VersionedData.FromResources<StrategyPolicy>(typeof(StrategyEngine).Assembly, "Policies");

    public static TheoryData<int, int, int> Orders => [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)];

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_last_of_the_three_completes_the_assessment_whatever_the_order(int first, int second, int last)
    {
        object[] parts = [TheFacts(), Ready(), Costed()];

        Given().When(Arrive(parts[first])).Then(parts[first]);
        Given(parts[first]).When(Arrive(parts[second])).Then(parts[second]);
        Given(parts[first], parts[second]).When(Arrive(parts[last])).Then(parts[last], Assessed());
    }

    [Fact]
    public void A_part_that_arrives_twice_changes_nothing()
    {
        Given(TheFacts()).When(Arrive(TheFacts())).ThenNothing();
        Given(Ready()).When(Arrive(Ready())).ThenNothing();
        Given(Costed()).When(Arrive(Costed())).ThenNothing();
        Given(TheFacts(), Ready(), Costed(), Assessed()).When(Arrive(Costed())).ThenNothing();
    }

    [Fact]
    public void Parts_of_different_revisions_make_no_assessment()
    {
        Given(TheFacts(), Ready()).When(Arrive(Costed(2))).Then(Costed(2));
        Given(TheFacts(), Ready(), TheFacts(2)).When(Arrive(Costed(2))).Then(Costed(2));
    }

    [Fact]
    public void What_belongs_to_an_older_revision_changes_nothing()
    {
        Given(TheFacts(), TheFacts(2), Ready(2)).When(Arrive(Ready())).ThenNothing();
        Given(TheFacts(), TheFacts(2), Costed(2)).When(Arrive(Costed())).ThenNothing();
    }

    [Fact]
    public void A_new_revision_is_assessed_when_its_own_three_are_there() =>
        Given(TheFacts(), Ready(), Costed(), Assessed(), TheFacts(2, "paul"), Ready(2))
            .When(Arrive(Costed(2)))
            .Then(Costed(2), Assessed(2, "mona", "paul"));

    [Fact]
    public void Everybody_who_edited_is_named_once() =>
        Given(TheFacts(), TheFacts(2, "paul"), TheFacts(3), Ready(3)).When(Arrive(Costed(3))).Then(Costed(3), Assessed(3, "mona", "paul"));

    [Fact]
    public void A_revision_that_overtook_an_older_one_waits_for_it_so_that_no_editor_is_missed()
    {
        Given(TheFacts(2, "paul"), Ready(2)).When(Arrive(Costed(2))).Then(Costed(2));
        Given(TheFacts(2, "paul"), Ready(2), Costed(2))
            .When(Arrive(TheFacts()))
            .Then(TheFacts(), Assessed(2, "paul", "mona"));
    }

    [Fact]
    public void The_policy_in_force_when_the_facts_were_recorded_decides() =>
        Should.Throw<InvalidDataException>(
            () => Given(TheFacts() with { RecordedAt = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Ready()).When(Arrive(Costed())));

    [Fact]
    public void A_recorded_decision_is_told_by_the_engine_that_made_it_and_by_no_other()
    {
        var recorded = Assessed();

        Canonical.Hash(recorded.Tell(Policies)).ShouldBe(recorded.Basis.ResultHash);
        Should.Throw<UnknownEngineException>(() => (recorded with { Basis = recorded.Basis with { EngineVersion = "strategy-99" } }).Tell(Policies))
            .Message.ShouldContain("strategy-99");
    }

    private static FactsReceived TheFacts(int revision = 1, string editor = "mona") =>
        new(revision, "UC-2026-0042", Facts.Example, editor, Monday);

    private static ReadinessReceived Ready(int revision = 1) =>
        new(revision, ReadinessEngine.Assess(Facts.Example, Engine.ReadinessPolicy), SomeBasis);

    private static CostsReceived Costed(int revision = 1) => new(revision, Engine.PaysBack, "2026-11", SomeBasis);

    private static StrategyAssessed Assessed(int revision = 1, params string[] editors)
    {
        var policy = Policies.InForce(Monday);
        var input = new AssessmentInput(Facts.Example, Ready().Readiness, Engine.PaysBack);
        var assessment = StrategyEngine.Assess(input, policy);

        return new(
            revision, "UC-2026-0042", input, editors is [] ? ["mona"] : editors, Outcome.Of(assessment),
            Basis.Of(policy, StrategyEngine.EngineVersion, input, assessment));
    }

    private static Func<AssessmentFile, IEnumerable<object>> Arrive(object part) => new AssessStrategy(part, Policies).Decide;

    private static Scenario<AssessmentFile> Given(params object[] history) => new(history);
}
