using Governance.Compliance.People;
using Governance.Contracts;

namespace Governance.Compliance.Notifications;

/// <summary>Something people are told. Notices carry codes, numbers and times only: text that a person wrote is read at its source.</summary>
/// <param name="About">The reason for the notice; when it is gone, whatever is not sent yet is not sent any more.</param>
public sealed record Notice(NoticeKind Kind, string About, Audience To, NoticeFacts Facts);

public enum NoticeKind
{
    SignOffNeeded, SignOffDue, Escalated, SignOffVoided, ChangesRequested, Approved, Rejected, ReviewAgain, ConditionDue, EvidenceGiven,
    EvidenceRefused, ApprovalSuspended, ApprovalResumed, ApprovalExpired, DelegationGiven,
}

/// <summary>The people named, and everybody seen lately with one of the roles, without the exceptions.</summary>
public sealed record Audience(IReadOnlyList<string> People, IReadOnlyList<string> Roles, IReadOnlyList<string> Except)
{
    public static Audience Of(params IEnumerable<string> people) => new([.. people.Distinct()], [], []);

    public static Audience Of(IEnumerable<ReviewQueue> queues, IEnumerable<string> except) =>
        new([], [.. queues.Distinct().Select(QueueRoles.RoleOf)], [.. except]);
}

public sealed record NoticeFacts(
    Guid? UseCaseId = null,
    string? Number = null,
    int? Revision = null,
    RiskTier? Tier = null,
    string? Requirement = null,
    IReadOnlyList<ReviewQueue>? Queues = null,
    DateTimeOffset? DueAt = null,
    IReadOnlyList<string>? Because = null);
