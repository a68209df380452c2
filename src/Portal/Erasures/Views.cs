namespace Governance.Portal.Erasures;

// What the audit service answers about erasures, legal holds and retention.

public sealed record ErasureView(
    Guid Id,
    string State,
    string Subject,
    Guid? UseCaseId,
    string? Account,
    string Ground,
    string Reason,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    int ApprovalsNeeded,
    IReadOnlyList<ApprovedView> Approvals,
    string? RefusedBy,
    DateTimeOffset? RefusedAt,
    string? Refusal,
    bool MayDecide,
    IReadOnlyList<ErasedCaseView> UseCases,
    PreviewView? Preview,
    IReadOnlyList<ForgettingServiceView> ForgottenBy);

/// <summary>Whether a service still keeps something about the person behind an erased account.</summary>
public sealed record ForgettingServiceView(string Service, bool Done, DateTimeOffset? At);

public sealed record ApprovedView(string By, DateTimeOffset At);

public sealed record ErasedCaseView(Guid UseCaseId, int Facts, int Values, IReadOnlyList<ErasedServiceView> Services);

public sealed record ErasedServiceView(string Service, bool Done, DateTimeOffset? At, int Events, IReadOnlyList<Guid> FailedMessages);

public sealed record PreviewView(int Values, IReadOnlyList<PreviewCaseView> UseCases);

public sealed record PreviewCaseView(
    Guid UseCaseId, string? Number, string? BusinessUnit, IReadOnlyList<Guid> Holds, IReadOnlyList<PreviewFactView> Facts);

public sealed record PreviewFactView(Guid EventId, long? Position, string Contract, DateTimeOffset RecordedAt, IReadOnlyList<string> Paths);

public sealed record HoldView(
    Guid Id,
    string State,
    Guid? UseCaseId,
    string? BusinessUnit,
    string Reason,
    string SetBy,
    DateTimeOffset SetAt,
    string? ReleaseRequestedBy,
    DateTimeOffset? ReleaseRequestedAt,
    string? ReleaseReason,
    string? ReleasedBy,
    DateTimeOffset? ReleasedAt,
    bool MayRelease);

public sealed record RetentionView(
    string PolicyVersion, IReadOnlyList<RetentionClassView> Classes, long DueTotal, IReadOnlyList<DueView> Due, long HeldTotal, IReadOnlyList<DueView> Held);

public sealed record RetentionClassView(string Id, IReadOnlyList<string> ClosedBy, int KeepDays, IReadOnlyList<string> Citations);

public sealed record DueView(
    Guid UseCaseId, string? Number, string? BusinessUnit, string Class, DateTimeOffset ClosedAt, DateTimeOffset DueAt, IReadOnlyList<Guid> Holds, Guid? ErasureId);
