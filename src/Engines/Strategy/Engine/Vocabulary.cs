using System.Collections.Frozen;
using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>
/// Every name a policy may use: facts under their path in a submission, and what follows from facts, costs and the weighing.
/// </summary>
internal static class Vocabulary
{
    public const string RequestsPerMonth = "volume.requestsPerMonth";
    public const string LabelledExamples = "data.labelledExamples";

    private const decimal DaysPerMonth = 30;

    private static readonly FrozenSet<string> Results =
        ((string[])["recommendation", "tuning", "blocked", "wouldTune", "partsDiffer", "points"]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> DeclaredOnly =
        ((string[])
        [
            "costs.breakEvenMonth", "costs.breakEvenRequests", "costs.breakEvenVolume", "costs.prompting", "costs.fineTuning", "costs.hybrid", "readiness",
        ]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Signal> Signals =
        All().ToFrozenDictionary(signal => signal.Name, StringComparer.Ordinal);

    public static Signal Find(string name) =>
        Signals.TryGetValue(name, out var signal)
            ? signal
            : throw new InvalidDataException($"The policy names {name}, which this engine does not know.");

    public static bool Knows(string name) => Signals.ContainsKey(name);

    /// <summary>Whether a name stands for what is only known once the case is weighed.</summary>
    public static bool IsResult(string name) => Results.Contains(name);

    /// <summary>Whether a name stands for what is only known of the facts as declared: a flip cannot foresee what it would become.</summary>
    public static bool IsOfDeclaredFactsOnly(string name) => DeclaredOnly.Contains(name);

    private static IEnumerable<Signal> All() =>
    [
        // The declared facts.
        Choice("objective.primaryOutcome", f => f.Objective.PrimaryOutcome,
            (f, v) => f with { Objective = f.Objective with { PrimaryOutcome = v } }),
        Flag("objective.missionCritical", f => f.Objective.MissionCritical,
            (f, v) => f with { Objective = f.Objective with { MissionCritical = v } }),
        Flag("objective.differentiating", f => f.Objective.Differentiating,
            (f, v) => f with { Objective = f.Objective with { Differentiating = v } }),
        Choice<Domain>("domain", f => f.Domain),
        Flag("specialisedKnowledge", f => f.SpecialisedKnowledge, (f, v) => f with { SpecialisedKnowledge = v }),
        Choice("lifecycle", f => f.Lifecycle, (f, v) => f with { Lifecycle = v }),
        Set("task.kinds", f => f.Task?.Kinds),
        Choice("task.shape", f => f.Task?.Shape, (f, v) => f with { Task = (f.Task ?? new()) with { Shape = v } }),
        Flag("task.strictOutputFormat", f => f.Task?.StrictOutputFormat,
            (f, v) => f with { Task = (f.Task ?? new()) with { StrictOutputFormat = v } }),
        Flag("task.consumedBySystems", f => f.Task?.ConsumedBySystems,
            (f, v) => f with { Task = (f.Task ?? new()) with { ConsumedBySystems = v } }),
        Number("task.distinctTasks", f => f.Task?.DistinctTasks),
        Number("task.languagesOrDepartments", f => f.Task?.LanguagesOrDepartments),
        Choice("requirementsChange", f => f.RequirementsChange, (f, v) => f with { RequirementsChange = v }),
        Choice("humanReview", f => f.HumanReview, (f, v) => f with { HumanReview = v }),
        Choice("inconsistencyRisk", f => f.InconsistencyRisk, (f, v) => f with { InconsistencyRisk = v }),
        Flag("repeatableBehaviourRequired", f => f.RepeatableBehaviourRequired,
            (f, v) => f with { RepeatableBehaviourRequired = v }),
        Flag("timeToMarketFirst", f => f.TimeToMarketFirst, (f, v) => f with { TimeToMarketFirst = v }),
        Number(RequestsPerMonth, f => f.Volume.RequestsPerMonth,
            (f, v) => f with { Volume = f.Volume with { RequestsPerMonth = v } }),
        Number("volume.promptTokensPerRequest", f => f.Volume.PromptTokensPerRequest),
        Number("latencyP95Milliseconds", f => f.LatencyP95Milliseconds),
        Number("promptCount", f => f.PromptCount),
        Flag("promptMaintenanceIsBottleneck", f => f.PromptMaintenanceIsBottleneck,
            (f, v) => f with { PromptMaintenanceIsBottleneck = v }),
        Choice("knowledgeFreshness", f => f.KnowledgeFreshness, (f, v) => f with { KnowledgeFreshness = v }),
        Number(LabelledExamples, f => f.Data.LabelledExamples,
            (f, v) => f with { Data = f.Data with { LabelledExamples = (int)v } }),
        Number("data.promptExamples", f => f.Data.PromptExamples),
        Flag("data.clean", f => f.Data.Clean, (f, v) => f with { Data = f.Data with { Clean = v } }),
        Flag("data.domainSpecific", f => f.Data.DomainSpecific, (f, v) => f with { Data = f.Data with { DomainSpecific = v } }),
        Flag("data.canKeepFresh", f => f.Data.CanKeepFresh, (f, v) => f with { Data = f.Data with { CanKeepFresh = v } }),
        Flag("data.biasReviewed", f => f.Data.BiasReviewed, (f, v) => f with { Data = f.Data with { BiasReviewed = v } }),
        Flag("data.canValidateAtScale", f => f.Data.CanValidateAtScale,
            (f, v) => f with { Data = f.Data with { CanValidateAtScale = v } }),
        Flag("data.proprietary", f => f.Data.Proprietary, (f, v) => f with { Data = f.Data with { Proprietary = v } }),
        Flag("data.evaluationSet", f => f.Data.EvaluationSet, (f, v) => f with { Data = f.Data with { EvaluationSet = v } }),
        Set("data.categories", f => f.Data.Categories),
        Flag("data.thirdPartyTrainingAllowed", f => f.Data.ThirdPartyTrainingAllowed,
            (f, v) => f with { Data = f.Data with { ThirdPartyTrainingAllowed = v } }),
        Flag("data.selfHostingAvailable", f => f.Data.SelfHostingAvailable,
            (f, v) => f with { Data = f.Data with { SelfHostingAvailable = v } }),
        Number("team.mlEngineers", f => f.Team?.MlEngineers),
        Choice("team.mlOpsMaturity", f => f.Team?.MlOpsMaturity,
            (f, v) => f with { Team = (f.Team ?? new()) with { MlOpsMaturity = v } }),
        Flag("team.promptSkills", f => f.Team?.PromptSkills,
            (f, v) => f with { Team = (f.Team ?? new()) with { PromptSkills = v } }),
        Set("compliance.regulatedSectors", f => f.Compliance.RegulatedSectors),
        Flag("compliance.medicalDevice", f => f.Compliance.MedicalDevice,
            (f, v) => f with { Compliance = f.Compliance with { MedicalDevice = v } }),
        Number("budget.amount", f => f.Budget?.Amount),

        // What follows from the facts.
        Number("volume.requestsPerDay", f => f.Volume.RequestsPerMonth / DaysPerMonth),
        Number("objective.words", f => Texts.CountWords(f.Objective.Statement)),
        Flag("objective.namesNumber", f => Texts.HasDigit(f.Objective.Statement)),
        Flag("reusesTunedModel", f => f.Model?.TunedModelReusedFrom is not null),
        Flag("reusedFromOtherDomain", f => f.Model?.TunedModelReusedFrom is { } tuned && tuned.Domain != f.Domain),
        Flag("reusedFromOtherTask", f =>
            f.Model?.TunedModelReusedFrom is not { } tuned ? false
            : f.Task?.Kinds is { } kinds ? !kinds.Contains(tuned.TaskKind)
            : null),
        Number("widestClaimGap", f => Claims.Widest(f.Benefit)?.Gap ?? 0),
        Number("claimedImprovement", f => Claims.Widest(f.Benefit)?.Claimed),
        Number("computedImprovement", f => Claims.Widest(f.Benefit)?.Computed),
        new FlagSignal("titleNamesOtherDomain", e =>
            Texts.NamesOtherDomain(e.Facts.Title, e.Facts.Domain, e.Policy.Wording.DomainWords)),
        new FlagSignal("mentionsPromptTuning", e => Texts.Mentions(e.Facts, e.Policy.Wording.PromptTuningWords)),

        // What follows from the forecast.
        new TextSignal("costs.currency", e => e.Costs.Currency),
        new ChoiceSignal("costs.breakEven", ["within-horizon", "beyond-horizon", "never"], e =>
            e.Costs.BreakEven switch { { WithinHorizon: true } => 0, { Month: not null } => 1, _ => 2 }),
        new NumberSignal("costs.breakEvenMonth", e => e.Costs.BreakEven.Month),
        new NumberSignal("costs.breakEvenRequests", e => e.Costs.BreakEven.Requests),
        new NumberSignal("costs.breakEvenVolume", e => e.Costs.VolumeInTime(e.Facts.Volume)),
        new NumberSignal("costs.horizonMonths", e => e.Costs.HorizonMonths),
        new NumberSignal("costs.prompting", e => e.Costs.Total(StrategyKind.PromptEngineering)),
        new NumberSignal("costs.fineTuning", e => e.Costs.Total(StrategyKind.FineTuning)),
        new NumberSignal("costs.hybrid", e => e.Costs.Total(StrategyKind.Hybrid)),
        new FlagSignal("costs.tuningOverBudget", e =>
            e.Costs.TuningOverBudget is { } told ? told
            : e.Facts.Budget is { } budget
            && budget.Currency == e.Costs.Currency
            && e.Costs.Upfront(StrategyKind.FineTuning) is { } upfront
                ? upfront > budget.Amount
                : null),

        // What follows from the readiness checks.
        new ChoiceSignal("readiness", Words.Of<ReadinessVerdict>(), e => (int)e.Readiness.Verdict),

        // What follows from the weighing.
        new ChoiceSignal("recommendation", Words.Of<StrategyKind>(), e => (int?)e.Weighing?.Recommendation),
        new ChoiceSignal("tuning", Words.Of<Tuning>(), e => (int?)e.Tuning),
        new FlagSignal("blocked", e => e.Weighing?.Blocked),
        new FlagSignal("wouldTune", e => e.Weighing is { } w ? w.Points > e.Policy.Decision.PointsForTuning : null),
        new FlagSignal("partsDiffer", e => e.Weighing?.PartsDiffer),
        new NumberSignal("points", e => e.Weighing?.Points),
        new FlagSignal("always", _ => true),
    ];

    private static NumberSignal Number(
        string name, Func<UseCaseFacts, decimal?> read, Func<UseCaseFacts, long, UseCaseFacts>? change = null) =>
        new(name, e => read(e.Facts), change);

    private static FlagSignal Flag(
        string name, Func<UseCaseFacts, bool?> read, Func<UseCaseFacts, bool, UseCaseFacts>? change = null) =>
        new(name, e => read(e.Facts), change);

    private static ChoiceSignal Choice<TEnum>(
        string name, Func<UseCaseFacts, TEnum?> read, Func<UseCaseFacts, TEnum, UseCaseFacts>? change = null)
        where TEnum : struct, Enum =>
        new(
            name,
            Words.Of<TEnum>(),
            e => read(e.Facts) is { } value ? Position(value) : null,
            change is null ? null : (facts, position) => change(facts, Enum.GetValues<TEnum>()[position]));

    private static SetSignal Set<TEnum>(string name, Func<UseCaseFacts, IReadOnlyList<TEnum>?> read) where TEnum : struct, Enum =>
        new(name, Words.Of<TEnum>(), e =>
        {
            if (read(e.Facts) is not { } values)
            {
                return null;
            }

            var bits = 0u;
            for (var i = 0; i < values.Count; i++)
            {
                bits |= 1u << Position(values[i]);
            }

            return bits;
        });

    private static int Position<TEnum>(TEnum value) where TEnum : struct, Enum =>
        System.Runtime.CompilerServices.Unsafe.As<TEnum, int>(ref value);
}
