using System.Collections.Immutable;
using Governance.Contracts;

namespace Governance.Audit.Erasures;

/// <summary>The erasure of personal texts, from the request to its execution.</summary>
public sealed record Erasure
{
    public Guid Id { get; init; }

    public ErasureProgress Progress { get; init; }

    public ErasureSubject Subject { get; init; }

    public Guid? UseCaseId { get; init; }

    public string? Account { get; init; }

    public ErasureGround Ground { get; init; }

    public string Reason { get; init; } = "";

    public string RequestedBy { get; init; } = "";

    public DateTimeOffset RequestedAt { get; init; }

    public int ApprovalsNeeded { get; init; }

    public ImmutableArray<ErasureApproval> Approvals { get; init; } = [];

    public string? RefusedBy { get; init; }

    public DateTimeOffset? RefusedAt { get; init; }

    public string? Refusal { get; init; }

    public bool Exists => RequestedBy.Length > 0;

    /// <summary>Everybody who has had a say in it.</summary>
    public IEnumerable<string> People => [RequestedBy, .. Approvals.Select(approval => approval.By)];

    public Erasure Apply(Requested e) => this with
    {
        Progress = ErasureProgress.Requested,
        Subject = e.Subject,
        UseCaseId = e.UseCaseId,
        Account = e.Account,
        Ground = e.Ground,
        Reason = e.Reason,
        RequestedBy = e.By,
        RequestedAt = e.At,
        ApprovalsNeeded = e.Approvals,
    };

    public Erasure Apply(ApprovedBy e) => this with
    {
        Approvals = Approvals.Add(new(e.By, e.At)),
        Progress = Approvals.Length + 1 == ApprovalsNeeded ? ErasureProgress.Approved : Progress,
    };

    public Erasure Apply(RefusedBy e) => this with { Progress = ErasureProgress.Refused, RefusedBy = e.By, RefusedAt = e.At, Refusal = e.Reason };

    public Erasure Apply(Executed _) => this with { Progress = ErasureProgress.Executed };
}

public enum ErasureProgress { Requested, Refused, Approved, Executed }

public sealed record ErasureApproval(string By, DateTimeOffset At);

public sealed record Requested(
    ErasureSubject Subject, Guid? UseCaseId, string? Account, ErasureGround Ground, string Reason, string By, int Approvals, DateTimeOffset At);

public sealed record ApprovedBy(string By, DateTimeOffset At);

public sealed record RefusedBy(string By, string Reason, DateTimeOffset At);

/// <summary>The ledger holds none of the texts any more; what the other services still hold they are told to erase.</summary>
/// <param name="Account">Whose texts they were; null for the other subjects.</param>
public sealed record Executed(DateTimeOffset At, string? Account = null);

/// <summary>What an erasure has taken from one case, and what it will take from facts about the same revisions that arrive later.</summary>
public sealed record CaseErasure
{
    public Guid Id { get; init; }

    public Guid UseCaseId { get; init; }

    public Guid ErasureId { get; init; }

    public ErasureRule Rule { get; init; } = new(0, default, false, []);

    public ErasureGround Ground { get; init; }

    public string RequestedBy { get; init; } = "";

    public ImmutableArray<string> ApprovedBy { get; init; } = [];

    public CaseErasure Apply(Erased e) => this with
    {
        UseCaseId = e.UseCaseId, ErasureId = e.ErasureId, Rule = e.Rule, Ground = e.Ground, RequestedBy = e.RequestedBy, ApprovedBy = [.. e.ApprovedBy],
    };
}

public sealed record Erased(
    Guid UseCaseId,
    Guid ErasureId,
    ErasureRule Rule,
    ErasureGround Ground,
    string RequestedBy,
    IReadOnlyList<string> ApprovedBy,
    IReadOnlyList<ErasedFact> Facts);
