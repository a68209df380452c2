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

    /// <summary>By input, policy and the flips that are known already, null where they are to be found.</summary>
    public static EngineVersions<Func<AssessmentInput, Versioned<StrategyPolicy>, IReadOnlyList<Flip>?, StrategyAssessment>> Versions { get; } =
        new((EngineVersion, Assess));

    public static StrategyAssessment Assess(AssessmentInput input, Versioned<StrategyPolicy> policy) => Assess(input, policy, flips: null);

    /// <summary>The strategy alone, without a word of why.</summary>
    public static StrategyKind Recommend(AssessmentInput input, Versioned<StrategyPolicy> policy) =>
        Rulebook.Of(policy.Content).Weigh(new(input.Facts, input.Readiness, input.Costs, policy.Content)).Recommendation;

    /// <summary>Finding flips takes most of the time: those that are known already, or not wanted, are handed in.</summary>
    public static StrategyAssessment Assess(AssessmentInput input, Versioned<StrategyPolicy> policy, IReadOnlyList<Flip>? flips)
    {
        var rulebook = Rulebook.Of(policy.Content);
        var declared = new Evidence(input.Facts, input.Readiness, input.Costs, policy.Content);
        var weighing = rulebook.Weigh(declared);
        var weighed = declared with { Weighing = weighing, Tuning = rulebook.Tuning(declared, weighing) };

        return new Explanation(rulebook, weighed, weighing).Tell(flips ?? Flips.Find(rulebook, declared, weighing));
    }
}

/// <summary>All that a recommendation is computed from, besides the policy.</summary>
public sealed record AssessmentInput(UseCaseFacts Facts, Readiness Readiness, CostOutlook Costs);
