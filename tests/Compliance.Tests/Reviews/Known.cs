using System.Collections.Immutable;
using Governance.Compliance.Calendars;
using Governance.Compliance.Packs;
using Governance.Compliance.People;
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

    public static ReviewAction Acting(
        ReviewQueue queue, string by, string? ifMatch = null, Mandate? mandate = null, IReadOnlyList<string>? actsFor = null) =>
        new(queue, by, QueueRoles.RoleOf(queue), mandate, actsFor ?? (mandate is null ? [] : [mandate.From]), ifMatch, Tuesday);

    public static ApproveReview Approving(ReviewAction action, params ConditionInput[] conditions) =>
        new(action, conditions, ReviewDesk.FactsHashOf(action.Queue, Pack));

    public static SignedOff SignedOff(ReviewQueue queue, string by, params string[] conditions) => new(
        1, IdOf(queue), queue, by, OnBehalfOf: null, DelegationId: null,
        [.. conditions.Select(text => new ConditionTerms($"{IdOf(queue)}-1", text, Owner: null, DueAt: null, Evidence: null))],
        MaterialFacts.Hash(AllQueues, RecommendedStrategy.Of(Assessment), Pack, queue), Precedent: null, Tuesday);

    public static Claimed Claimed(ReviewQueue queue, string by, DateTimeOffset? at = null) =>
        new(1, IdOf(queue), queue, by, OnBehalfOf: null, DelegationId: null, (at ?? Tuesday).AddHours(8), at ?? Tuesday);

    public static Approved Approved(params string[] conditions) => new(
        new(1, Opened.Terms, Opened.FactsHash, Tuesday, Tuesday.AddDays(Opened.Terms.ValidDays - Opened.Terms.ReviewAgainDays), Tuesday.AddDays(Opened.Terms.ValidDays)),
        conditions);

    public static string IdOf(ReviewQueue queue) => SignOffRequirement.IdOf([queue]);

    /// <summary>Everything that can end or rest a review.</summary>
    public static readonly ImmutableArray<object> Endings =
    [
        new ChangesAsked(1, ReviewQueue.Legal, "lara", null, null, "Say more.", Tuesday),
        Approved(),
        new Rejected(1, ReviewQueue.Legal, "lara", null, null, "No.", Tuesday),
        new Closed(1, Tuesday),
    ];
}
