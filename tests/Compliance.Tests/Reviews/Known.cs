using System.Collections.Immutable;
using Governance.Compliance.Calendars;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

/// <summary>One case that needs all four queues, and what may have happened to its review.</summary>
internal static class Known
{
    public const string Number = "UC-2026-0042";

    public static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Tuesday = Monday.AddDays(1);

    public static readonly Versioned<PolicyPack> Pack =
        VersionedData.FromResources<PolicyPack>(typeof(Classification).Assembly, "Packs").Get("2026-11");

    public static readonly UseCaseFacts AllQueues = Facts.Example;
    public static readonly UseCaseFacts RiskOnly = Facts.Bare with
    {
        Data = new() { LabelledExamples = 0, Categories = [] },
        Compliance = new()
        {
            Jurisdictions = ["CH"], RegulatedSectors = [], EuAiActArea = EuAiActArea.None, MedicalDevice = false,
            AffectsIndividuals = false, AutomatedDecision = false, InteractsWithPublic = false,
        },
    };

    public static readonly StrategyAssessment Assessment = new(
        StrategyKind.FineTuning, false, Tuning.ParameterEfficient, 0.8m, [], [], [], [], [], [], [], [], [], [], [], []);

    public static StrategyRecommended Recommended(
        UseCaseFacts? facts = null, int revision = 1, StrategyAssessment? assessment = null, params string[] editors) => new(
        Guid.Empty, revision, Number, facts ?? AllQueues, editors is [] ? ["mona"] : editors, assessment ?? Assessment,
        new("2026-11", "policy", "strategy-1", "input", "result"));

    public static OpenReview Open(
        UseCaseFacts? facts = null, int revision = 1, StrategyAssessment? assessment = null, params string[] editors) =>
        new(Recommended(facts, revision, assessment, editors), Pack, ServiceCalendar.Default, Monday);

    /// <summary>What the first revision opens.</summary>
    public static readonly Opened Opened = Open().Decide(new Review()).OfType<Opened>().Single();

    public static readonly Opened OpenedForRiskOnly =
        Open(RiskOnly, assessment: Assessment with { Recommendation = StrategyKind.PromptEngineering })
            .Decide(new Review()).OfType<Opened>().Single();

    public static ReviewAction Acting(ReviewQueue queue, string by, string? ifMatch = null) => new(queue, by, ifMatch, Tuesday);

    public static SignedOff SignedOff(ReviewQueue queue, string by, params string[] conditions) =>
        new(1, queue, by, conditions, Opened.FactsHash, Tuesday);

    /// <summary>Everything that can end or rest a review.</summary>
    public static readonly ImmutableArray<object> Endings =
    [
        new ChangesAsked(1, ReviewQueue.Legal, "lara", "Say more.", Tuesday),
        new Approved(1, StrategyKind.FineTuning, "gpt-4.1-mini", [], Opened.FactsHash, Tuesday.AddDays(180)),
        new Rejected(1, ReviewQueue.Legal, "lara", "No.", Tuesday),
        new Closed(1, Tuesday),
    ];
}
