namespace Governance.Contracts;

/// <param name="CalendarHash">Pins the calendar whose business hours the due times count.</param>
[Contract("review-opened", 1)]
public sealed record ReviewOpened(
    Guid UseCaseId,
    int Revision,
    string Number,
    RiskTier Tier,
    IReadOnlyList<string> Obligations,
    IReadOnlyList<RequiredSignOff> RequiredSignOffs,
    string FactsHash,
    DecisionBasis Basis,
    bool Renewal = false,
    IReadOnlyList<string>? ImmaterialChanges = null,
    IReadOnlyList<string>? Editors = null,
    string? CalendarId = null,
    string? CalendarHash = null) : IUseCaseEvent;

/// <summary>
/// As many different people as the quorum says, each from any of the queues (the first of which is <paramref name="Queue"/>), once
/// every requirement of an earlier stage is fulfilled.
/// </summary>
public sealed record RequiredSignOff(
    ReviewQueue Queue,
    string Reason,
    DateTimeOffset DueAt,
    string? Id = null,
    IReadOnlyList<ReviewQueue>? AnyOf = null,
    int Quorum = 1,
    int Stage = 1);

[Contract("sign-off-recorded", 1)]
public sealed record SignOffRecorded(
    Guid UseCaseId,
    int Revision,
    ReviewQueue Queue,
    string ReviewedBy,
    [property: Personal] IReadOnlyList<string> Conditions,
    string FactsHash,
    string? RequirementId = null,
    string? OnBehalfOf = null,
    Guid? DelegationId = null,
    Guid? Precedent = null,
    IReadOnlyList<ConditionTerms>? Terms = null) : IUseCaseEvent;

/// <summary>What a sign-off asks for, from whom, by when, and how it is shown to be met; the owner is the subject of an account.</summary>
public sealed record ConditionTerms(
    string Id,
    [property: Personal] string Text,
    string? Owner,
    DateTimeOffset? DueAt,
    [property: Personal] string? Evidence);

[Contract("changes-requested", 1)]
public sealed record ChangesRequested(
    Guid UseCaseId,
    int Revision,
    ReviewQueue Queue,
    string ReviewedBy,
    [property: Personal] string Reason,
    string? OnBehalfOf = null,
    Guid? DelegationId = null) : IUseCaseEvent;

[Contract("use-case-approved", 1)]
public sealed record UseCaseApproved(
    Guid UseCaseId,
    int Revision,
    StrategyKind Strategy,
    string? Model,
    [property: Personal] IReadOnlyList<string> Conditions,
    string FactsHash,
    DateTimeOffset ValidUntil) : IUseCaseEvent;

/// <summary>The end of a review without approval: by a reviewer, or by policy before any queue (then no reviewer is named).</summary>
[Contract("use-case-rejected", 1)]
public sealed record UseCaseRejected(
    Guid UseCaseId,
    int Revision,
    ReviewQueue? Queue,
    string? ReviewedBy,
    [property: Personal] string Reason,
    string? OnBehalfOf = null,
    Guid? DelegationId = null) : IUseCaseEvent;

/// <summary>The case was taken back; there is nothing left to review.</summary>
[Contract("review-closed", 1)]
public sealed record ReviewClosed(Guid UseCaseId, int Revision) : IUseCaseEvent;

/// <summary>A reviewer has taken a requirement on; the claim lapses at <paramref name="Until"/>.</summary>
[Contract("review-claimed", 1)]
public sealed record ReviewClaimed(
    Guid UseCaseId, int Revision, string RequirementId, ReviewQueue Queue, string ClaimedBy, string? OnBehalfOf, DateTimeOffset Until) : IUseCaseEvent;

[Contract("review-released", 1)]
public sealed record ReviewReleased(Guid UseCaseId, int Revision, string RequirementId, ReviewQueue Queue, string ReleasedBy) : IUseCaseEvent;

[Contract("review-prioritised", 1)]
public sealed record ReviewPrioritised(
    Guid UseCaseId, int Revision, ReviewPriority Priority, string PrioritisedBy, [property: Personal] string Reason) : IUseCaseEvent;

/// <summary>A requirement is still open and its time runs out, or has; <paramref name="Queues"/> may answer.</summary>
[Contract("review-reminded", 1)]
public sealed record ReviewReminded(
    Guid UseCaseId, int Revision, string Number, string RequirementId, IReadOnlyList<ReviewQueue> Queues, DateTimeOffset DueAt, IReadOnlyList<string> ClaimedBy)
    : IUseCaseEvent;

/// <summary>Nobody has answered in time: a second queue may answer now, or everybody of a role is told.</summary>
[Contract("review-escalated", 1)]
public sealed record ReviewEscalated(
    Guid UseCaseId, int Revision, string Number, string RequirementId, IReadOnlyList<ReviewQueue> Queues, string? Role, DateTimeOffset DueAt) : IUseCaseEvent;

/// <summary>A sign-off counts no longer; <paramref name="Because"/> names the changed facts, or says what else ended it.</summary>
[Contract("sign-off-voided", 1)]
public sealed record SignOffVoided(
    Guid UseCaseId, int Revision, string RequirementId, ReviewQueue Queue, string ReviewedBy, IReadOnlyList<string> Because) : IUseCaseEvent;

[Contract("condition-evidence-given", 1)]
public sealed record ConditionEvidenceGiven(
    Guid UseCaseId, int Revision, string ConditionId, string GivenBy, [property: Personal] string Evidence) : IUseCaseEvent;

[Contract("condition-met", 1)]
public sealed record ConditionMet(Guid UseCaseId, int Revision, string ConditionId, string AcceptedBy, string? OnBehalfOf) : IUseCaseEvent;

[Contract("condition-evidence-refused", 1)]
public sealed record ConditionEvidenceRefused(
    Guid UseCaseId, int Revision, string ConditionId, string RefusedBy, string? OnBehalfOf, [property: Personal] string Reason) : IUseCaseEvent;

/// <summary>An unmet condition is due soon.</summary>
[Contract("condition-reminded", 1)]
public sealed record ConditionReminded(
    Guid UseCaseId, int Revision, string Number, string ConditionId, string? Owner, DateTimeOffset DueAt) : IUseCaseEvent;

/// <summary>A condition was not met when it was due; the approval allows nothing until it is.</summary>
[Contract("approval-suspended", 1)]
public sealed record ApprovalSuspended(Guid UseCaseId, int Revision, string ConditionId) : IUseCaseEvent;

[Contract("approval-resumed", 1)]
public sealed record ApprovalResumed(Guid UseCaseId, int Revision) : IUseCaseEvent;

[Contract("approval-expired", 1)]
public sealed record ApprovalExpired(Guid UseCaseId, int Revision, DateTimeOffset ValidUntil) : IUseCaseEvent;

/// <summary>From start to end, one person may act for another in some queues: for all cases, those of some business units, or one.</summary>
[Contract("delegation-given", 1)]
public sealed record DelegationGiven(
    Guid DelegationId,
    string From,
    string To,
    string GivenBy,
    IReadOnlyList<ReviewQueue> Queues,
    IReadOnlyList<string> BusinessUnits,
    Guid? OnlyUseCase,
    DateTimeOffset Start,
    DateTimeOffset End,
    [property: Personal] string Reason) : IGovernanceEvent;

[Contract("delegation-revoked", 1)]
public sealed record DelegationRevoked(Guid DelegationId, string RevokedBy, DateTimeOffset At) : IGovernanceEvent;

/// <summary>
/// Service levels run on another calendar of the house from here on; the hash pins its content, which goes with it as JSON, so that the
/// audit ledger can show by which hours anything was due.
/// </summary>
[Contract("business-calendar-adopted", 1)]
public sealed record BusinessCalendarAdopted(string CalendarId, string Hash, string Content) : IGovernanceEvent;

/// <summary>
/// An administrator has named a receiver of notices, of these kinds or, where none is named, of all; of its address only the host, since the
/// rest may be as good as a key.
/// </summary>
[Contract("webhook-added", 1)]
public sealed record WebhookAdded(Guid WebhookId, string Host, IReadOnlyList<string> Kinds, string AddedBy) : IGovernanceEvent;

[Contract("webhook-secret-rotated", 1)]
public sealed record WebhookSecretRotated(Guid WebhookId, string RotatedBy) : IGovernanceEvent;

[Contract("webhook-removed", 1)]
public sealed record WebhookRemoved(Guid WebhookId, string RemovedBy) : IGovernanceEvent;

/// <summary>The receiver has said that it wants no more, and gets nothing until its secret is rotated.</summary>
[Contract("webhook-switched-off", 1)]
public sealed record WebhookSwitchedOff(Guid WebhookId, string Because) : IGovernanceEvent;

public enum ReviewPriority { Normal, High, Urgent }

/// <summary>
/// An administrator has written or changed a draft of a policy pack; the hash pins its content, which goes with it as JSON, so that the
/// audit ledger can show what any decision was made under.
/// </summary>
[Contract("policy-pack-drafted", 1)]
public sealed record PolicyPackDrafted(
    string Version, DateTimeOffset EffectiveFrom, string Hash, string DraftedBy, string? Content = null) : IGovernanceEvent;

/// <summary>An administrator has cleared a draft of a policy pack away; the hash is that of the content it last had.</summary>
[Contract("policy-pack-draft-discarded", 1)]
public sealed record PolicyPackDraftDiscarded(string Version, string Hash, string DiscardedBy) : IGovernanceEvent;

/// <summary>A policy pack classifies all facts recorded from its effective date on; none of its authors has published it.</summary>
[Contract("policy-pack-published", 1)]
public sealed record PolicyPackPublished(
    string Version, DateTimeOffset EffectiveFrom, string Hash, IReadOnlyList<string> Authors, string PublishedBy) : IGovernanceEvent;

/// <summary>Compliance keeps nothing about the person behind an account any more; the causation id names the fact it has carried out.</summary>
[Contract("account-forgotten", 1)]
public sealed record AccountForgotten(Guid ErasureId, string Account) : IGovernanceEvent;

public enum RiskTier { Low, Medium, High, Prohibited }

public enum ReviewQueue { Risk, Legal, Privacy, Security }
