using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Policies;

namespace Governance.Strategy.Engine;

/// <summary>
/// Recommends how to build a use case: gates first, then factors and checklist, with the computed break-even standing above any
/// volume zone. A pure function: the same facts, readiness, costs and policy give the same result on any machine.
/// </summary>
public static class StrategyEngine
{
    public const string EngineVersion = "strategy-1";

    public static StrategyAssessment Assess(
        UseCaseFacts facts, Readiness readiness, CostOutlook costs, Versioned<StrategyPolicy> policy) =>
        Assess(facts, readiness, costs, policy, withFlips: true);

    /// <summary>Flips take most of the time; a run over many cases can leave them out.</summary>
    public static StrategyAssessment Assess(
        UseCaseFacts facts, Readiness readiness, CostOutlook costs, Versioned<StrategyPolicy> policy, bool withFlips)
    {
        var rulebook = Rulebook.Of(policy.Content);
        var declared = new Evidence(facts, readiness, costs, policy.Content);
        var weighing = rulebook.Weigh(declared);
        var weighed = declared with { Weighing = weighing, Tuning = rulebook.Tuning(declared, weighing) };

        return new Explanation(rulebook, weighed, weighing).Tell(withFlips ? Flips.Find(rulebook, declared, weighing) : []);
    }
}
