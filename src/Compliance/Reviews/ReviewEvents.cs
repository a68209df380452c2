using Governance.Compliance.Packs;
using Governance.Contracts;

namespace Governance.Compliance.Reviews;

/// <summary>A review of a new revision or, for a renewal, the next review of an approval that is about to expire.</summary>
/// <param name="Calendar">Whose business hours the due times count.</param>
public sealed record Opened(
    int Revision,
    string Number,
    UseCaseFacts Facts,
    string FactsHash,
    RiskTier Tier,
    IReadOnlyList<string> Obligations,
    IReadOnlyList<Requirement> Required,
    IReadOnlyList<string> Editors,
    RecommendedStrategy Assessment,
    ApprovalTerms Terms,
    FactChanges? Changes,
    bool Renewal,
    DecisionBasis Basis,
    DateTimeOffset At,
    UsedCalendar? Calendar = null);

public sealed record UsedCalendar(string Id, string Hash);

public sealed record Claimed(
    int Revision, string RequirementId, ReviewQueue Queue, string By, string? OnBehalfOf, Guid? DelegationId, DateTimeOffset Until, DateTimeOffset At);

public sealed record Released(int Revision, string RequirementId, ReviewQueue Queue, string By, DateTimeOffset At);

public sealed record Prioritised(int Revision, ReviewPriority Priority, string By, [property: Personal] string Reason, DateTimeOffset At);

/// <summary>One reviewer's consent to the facts with this hash, which are those the queue depends on.</summary>
public sealed record SignedOff(
    int Revision,
    string RequirementId,
    ReviewQueue Queue,
    string By,
    string? OnBehalfOf,
    Guid? DelegationId,
    IReadOnlyList<ConditionTerms> Conditions,
    string FactsHash,
    Guid? Precedent,
    DateTimeOffset At)
{
    /// <summary>Who counts as having signed off: nobody of them may do so again in another role.</summary>
    public IEnumerable<string> People => OnBehalfOf is null ? [By] : [By, OnBehalfOf];
}

/// <summary>A sign-off counts no longer, because these facts have changed, or for what else is named.</summary>
public sealed record Voided(int Revision, string RequirementId, ReviewQueue Queue, string By, IReadOnlyList<string> Because, DateTimeOffset At);

public sealed record ChangesAsked(
    int Revision, ReviewQueue Queue, string By, string? OnBehalfOf, Guid? DelegationId, [property: Personal] string Reason, DateTimeOffset At);

public sealed record Approved(Approval Approval, [property: Personal] IReadOnlyList<string> Conditions);

/// <summary>Rejected by a reviewer, or by policy before any queue: then nobody is named.</summary>
public sealed record Rejected(
    int Revision, ReviewQueue? Queue, string? By, string? OnBehalfOf, Guid? DelegationId, [property: Personal] string Reason, DateTimeOffset At);

public sealed record Closed(int Revision, DateTimeOffset At);

public sealed record Reminded(
    int Revision, string Number, string RequirementId, IReadOnlyList<ReviewQueue> Queues, DateTimeOffset DueAt, IReadOnlyList<string> ClaimedBy, DateTimeOffset At);

/// <summary>Nobody has answered: reviewers of a second queue may now, or everybody of a role is told.</summary>
public sealed record Escalated(
    int Revision,
    string Number,
    string RequirementId,
    ReviewQueue? Queue,
    string? Role,
    IReadOnlyList<ReviewQueue> Queues,
    DateTimeOffset DueAt,
    DateTimeOffset At);

/// <summary>The last resort for a requirement has come, and policy lets it stay open.</summary>
public sealed record LeftOpen(string RequirementId, DateTimeOffset At);

public sealed record EvidenceGiven(int Revision, string ConditionId, string By, [property: Personal] string Evidence, DateTimeOffset At);

public sealed record EvidenceRefused(
    int Revision, string ConditionId, ReviewQueue Queue, string By, string? OnBehalfOf, Guid? DelegationId, [property: Personal] string Reason, DateTimeOffset At);

public sealed record ConditionAccepted(
    int Revision, string ConditionId, ReviewQueue Queue, string By, string? OnBehalfOf, Guid? DelegationId, DateTimeOffset At);

public sealed record ConditionDueSoon(
    int Revision, string Number, string ConditionId, string? Owner, DateTimeOffset DueAt, DateTimeOffset At);

/// <summary>A condition was not met when it was due.</summary>
public sealed record Suspended(int Revision, string ConditionId, DateTimeOffset At);

public sealed record Resumed(int Revision, DateTimeOffset At);

public sealed record Expired(int Revision, DateTimeOffset ValidUntil, DateTimeOffset At);
