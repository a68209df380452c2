using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;

namespace Governance.Strategy.Tests;

/// <summary>Assesses facts the way the platform does: readiness first, then strategy, under the shipped policies.</summary>
internal static class Engine
{
    public static Versioned<StrategyPolicy> Policy { get; } =
        VersionedData.FromResources<StrategyPolicy>(typeof(StrategyEngine).Assembly, "Policies").Get("2026-11");

    public static Versioned<ReadinessPolicy> ReadinessPolicy { get; } =
        VersionedData.FromResources<ReadinessPolicy>(typeof(ReadinessEngine).Assembly, "Checks/Policies").Get("2026-11");

    /// <summary>Tuning is paid back in month 9 of 36.</summary>
    public static CostOutlook PaysBack { get; } = Outlook(9);

    /// <summary>Tuning is paid back in month 50 only.</summary>
    public static CostOutlook PaysLate { get; } = Outlook(50);

    public static CostOutlook NeverPays { get; } = Outlook(null);

    public static StrategyAssessment Assess(UseCaseFacts facts, CostOutlook? costs = null, bool withFlips = false) =>
        StrategyEngine.Assess(new(facts, ReadinessEngine.Assess(facts, ReadinessPolicy), costs ?? PaysLate), Policy, withFlips ? null : []);

    private static CostOutlook Outlook(decimal? month) => new(
        "EUR",
        36,
        [
            new(StrategyKind.PromptEngineering, 0, 400_000, null),
            new(StrategyKind.FineTuning, 120_000, 300_000, null),
            new(StrategyKind.Hybrid, 90_000, 350_000, null),
        ],
        new(month * 100_000, month, month <= 36, "for tests"));
}
