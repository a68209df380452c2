using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Strategy.Policies;

/// <summary>
/// Everything a recommendation rests on besides the facts. Conditions are sentences over named facts, such as
/// <c>volume.requestsPerMonth &lt; T03 or lifecycle in (idea, prototype)</c>, and texts may name facts and thresholds in
/// braces; <c>Engine/Vocabulary.cs</c> lists the names. Scores run from -1 (prompting) to 1 (fine-tuning).
/// </summary>
public sealed record StrategyPolicy : IVersionedData
{
    public required string Version { get; init; }

    public required DateTimeOffset EffectiveFrom { get; init; }

    /// <summary>What citations refer to, by their ids.</summary>
    public required IReadOnlyDictionary<string, string> Sources { get; init; }

    public required DecisionPolicy Decision { get; init; }

    public required ConfidencePolicy Confidence { get; init; }

    public required ComponentPolicy Components { get; init; }

    public required FlipPolicy Flips { get; init; }

    public required WordingPolicy Wording { get; init; }

    public required IReadOnlyList<Threshold> Thresholds { get; init; }

    public required IReadOnlyList<GatePolicy> Gates { get; init; }

    public required IReadOnlyList<FactorPolicy> Factors { get; init; }

    public required ChecklistPolicy Checklist { get; init; }

    public required IReadOnlyList<RulePolicy> Rules { get; init; }

    public required IReadOnlyList<ConflictPolicy> Conflicts { get; init; }

    public required IReadOnlyList<WarningPolicy> Warnings { get; init; }

    public required IReadOnlyList<FrameworkPolicy> Framework { get; init; }

    public required IReadOnlyList<MigrationPolicy> Migration { get; init; }
}

/// <summary>
/// Fine-tuning needs more than <paramref name="PointsForTuning"/> points. Where <paramref name="HybridWhen"/> holds, a total
/// within <paramref name="HybridReach"/> points of that is a hybrid.
/// </summary>
public sealed record DecisionPolicy(
    decimal PointsForTuning,
    decimal HybridReach,
    string HybridWhen,
    string RetrievalWhen,
    string FullTuningWhen);

/// <summary>
/// How much each fact counts for being known; required ones always are. A decision that unknown facts could still reverse keeps
/// only the <paramref name="Reversible"/> share of its confidence, a vague objective only the <paramref name="Vague"/> share;
/// the full share is reached <paramref name="ClearPoints"/> points away from the threshold.
/// </summary>
public sealed record ConfidencePolicy(
    decimal Reversible,
    decimal Vague,
    decimal ClearPoints,
    string VagueWhen,
    IReadOnlyDictionary<string, int> Facts);

/// <summary>What a sensitive part of a use case implies where the case as a whole does not say it.</summary>
public sealed record ComponentPolicy(Level SensitiveInconsistencyRisk, bool SensitiveRepeatableBehaviour);

/// <summary>Which single changes are tried out.</summary>
public sealed record FlipPolicy(IReadOnlyDictionary<string, IReadOnlyList<long>> Numbers, IReadOnlyList<string> Choices);

/// <summary>Words in which to say what no other entry says, and words by which titles and texts are understood.</summary>
public sealed record WordingPolicy(
    string FactorUnknown,
    string FactorNeutral,
    string NotStated,
    string PartWithoutReason,
    IReadOnlyDictionary<Domain, IReadOnlyList<string>> DomainWords,
    IReadOnlyList<string> PromptTuningWords);

/// <summary>A number of the sources (T01 to T26), or one the policy sets itself where no source gives one.</summary>
public sealed record Threshold(string Id, decimal Value, decimal? UpTo, string Unit, string Use, IReadOnlyList<string> Citations);

/// <summary>
/// Blocks fine-tuning when <paramref name="Holds"/> is false. A gate named like a readiness check takes that check's outcome and
/// message; its condition then serves changed facts only.
/// </summary>
public sealed record GatePolicy(
    string Id, string Holds, string Passed, string Failed, string Unknown, IReadOnlyList<string> Citations);

/// <summary>The first case that holds decides; one that an unknown fact leaves open is passed over, at a cost in confidence.</summary>
public sealed record FactorPolicy(
    string Id, string Name, decimal Weight, IReadOnlyList<FactorCase> Cases, IReadOnlyList<string> Citations);

public sealed record FactorCase(string When, decimal Score, string Because);

/// <summary>Once <paramref name="Majority"/> answers point one way, they add <paramref name="Weight"/> points to it.</summary>
public sealed record ChecklistPolicy(
    string Id, string Name, int Majority, decimal Weight, string Because, string Undecided,
    IReadOnlyList<QuestionPolicy> Questions, IReadOnlyList<string> Citations);

public sealed record QuestionPolicy(
    string Id, string Question, string When, string Yes, string No, string Unknown, StrategyKind YesPointsTo);

public sealed record RulePolicy(string Id, string When, string Statement, IReadOnlyList<string> Citations);

/// <summary>Shown when one of its rules fires, one of its factors pulls, or its condition holds.</summary>
public sealed record ConflictPolicy(
    string Id, string Topic, string Stand, IReadOnlyList<string> Rules, IReadOnlyList<string> Factors, string? When,
    IReadOnlyList<string> Sources);

public sealed record WarningPolicy(string Id, string When, string Message, IReadOnlyList<string> Citations);

/// <summary>One step of the framework: every sentence whose condition holds, or the fallback where none does.</summary>
public sealed record FrameworkPolicy(
    int Step, string Title, IReadOnlyList<Sentence> Sentences, string Otherwise, IReadOnlyList<string> Citations);

public sealed record Sentence(string When, string Say);

public sealed record MigrationPolicy(string Id, string When, string Trigger, StrategyKind To, IReadOnlyList<string> Citations);
