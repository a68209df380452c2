namespace Governance.Contracts;

[Contract("strategy-recommended", 1)]
public sealed record StrategyRecommended(
    Guid UseCaseId,
    int Revision,
    string Number,
    UseCaseFacts Facts,
    IReadOnlyList<string> Editors,
    StrategyAssessment Assessment,
    DecisionBasis Basis) : IUseCaseEvent;

/// <summary>
/// A recommendation with everything it rests on. Contributions and scores are signed: positive pulls to fine-tuning, negative
/// to prompt engineering. Confidence runs from 0 to 1 and falls with every unknown fact.
/// </summary>
public sealed record StrategyAssessment(
    StrategyKind Recommendation,
    bool Retrieval,
    Tuning Tuning,
    decimal Confidence,
    IReadOnlyList<RankedStrategy> Ranking,
    IReadOnlyList<Gate> Gates,
    IReadOnlyList<FactorContribution> Factors,
    IReadOnlyList<FiredRule> Rules,
    IReadOnlyList<ChecklistAnswer> Checklist,
    IReadOnlyList<FrameworkSection> Framework,
    IReadOnlyList<SourceConflict> Conflicts,
    IReadOnlyList<AssessmentWarning> Warnings,
    IReadOnlyList<Flip> Flips,
    IReadOnlyList<ComponentAssessment> Components,
    IReadOnlyList<MigrationTrigger> Migration,
    IReadOnlyList<string> Unknowns);

public sealed record RankedStrategy(StrategyKind Strategy, decimal Score);

/// <summary>A condition that blocks fine-tuning when it fails, whatever the score.</summary>
public sealed record Gate(string Id, CheckOutcome Outcome, string Message, IReadOnlyList<string> Citations);

public sealed record FactorContribution(string Id, string Name, decimal Contribution, string Reason, IReadOnlyList<string> Citations);

public sealed record FiredRule(string Id, string Statement, IReadOnlyList<string> Citations);

/// <summary>One question of the decision checklist; an unanswered question points nowhere.</summary>
public sealed record ChecklistAnswer(string Id, string Question, string Answer, StrategyKind? PointsTo);

public sealed record FrameworkSection(int Step, string Title, string Finding, IReadOnlyList<string> Citations);

/// <summary>A point on which the sources disagree, with the stand the policy takes.</summary>
public sealed record SourceConflict(string Id, string Topic, string Stand, IReadOnlyList<string> Sources);

public sealed record AssessmentWarning(string Id, string Message, IReadOnlyList<string> Citations);

/// <summary>A single changed fact that would change the recommendation.</summary>
public sealed record Flip(string Change, StrategyKind To);

public sealed record ComponentAssessment(
    [property: Personal] string Name, decimal RequestShare, StrategyKind Recommendation, Tuning Tuning, string Reason);

/// <summary>An observation after which the use case should move to another strategy.</summary>
public sealed record MigrationTrigger(string Id, string Trigger, StrategyKind To, IReadOnlyList<string> Citations);

/// <summary>
/// An administrator has written or changed a draft of a policy; the hash pins its content, which goes with it as JSON, so that the
/// audit ledger can show what any decision was made under.
/// </summary>
[Contract("policy-drafted", 1)]
public sealed record PolicyDrafted(
    string Version, DateTimeOffset EffectiveFrom, string Hash, string DraftedBy, string? Content = null) : IGovernanceEvent;

/// <summary>An administrator has cleared a draft of a policy away; the hash is that of the content it last had.</summary>
[Contract("policy-draft-discarded", 1)]
public sealed record PolicyDraftDiscarded(string Version, string Hash, string DiscardedBy) : IGovernanceEvent;

/// <summary>A policy decides on all facts recorded from its effective date on; none of its authors has published it.</summary>
[Contract("policy-published", 1)]
public sealed record PolicyPublished(
    string Version, DateTimeOffset EffectiveFrom, string Hash, IReadOnlyList<string> Authors, string PublishedBy) : IGovernanceEvent;
