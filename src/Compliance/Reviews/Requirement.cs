using System.Collections.Immutable;
using Governance.Compliance.Packs;
using Governance.Contracts;

namespace Governance.Compliance.Reviews;

/// <summary>A sign-off a case needs: from whom, by when, and what happens at which moment while nobody answers.</summary>
public sealed record Requirement(
    string Id, IReadOnlyList<ReviewQueue> AnyOf, int Quorum, int Stage, string Reason, DateTimeOffset DueAt, IReadOnlyList<Deadline> Schedule);

/// <summary>One moment of a schedule; what comes with it depends on its kind.</summary>
public sealed record Deadline(DateTimeOffset At, DeadlineKind Kind, ReviewQueue? Queue = null, string? Role = null, Unanswered? Then = null);

public enum DeadlineKind { Remind, Escalate, NoAnswer }

/// <summary>A requirement at work: who may answer by now, who has claimed it, and how much of its schedule has passed.</summary>
public sealed record ReviewTask(Requirement Required, ImmutableArray<ReviewQueue> Called, ImmutableArray<Claim> Claims, int Passed)
{
    public string Id => Required.Id;

    public bool IsEscalated => Required.Schedule.Take(Passed).Any(deadline => deadline.Kind is not DeadlineKind.Remind);

    public Deadline? Next => Required.Schedule.ElementAtOrDefault(Passed);

    public static ReviewTask Of(Requirement required) => new(required, [.. required.AnyOf], [], 0);

    public IEnumerable<Claim> Held(DateTimeOffset at) => Claims.Where(claim => claim.Until > at);
}

/// <summary>A claim holds a requirement for one person until its lease ends, or it is given back.</summary>
public sealed record Claim(ReviewQueue Queue, string By, string? OnBehalfOf, DateTimeOffset Until);

/// <summary>What an approval of this revision is going to allow, and for how long.</summary>
/// <param name="VolumeBelow">Requests per month; null in the highest band, which has no end.</param>
public sealed record ApprovalTerms(
    int ValidDays,
    int ReviewAgainDays,
    int ConditionRemindDays,
    StrategyKind Strategy,
    string? Model,
    IReadOnlyList<DataCategory>? DataCategories,
    decimal? VolumeBelow);

/// <summary>What is approved: this and nothing else, until it expires or is suspended.</summary>
public sealed record Approval(
    int Revision,
    ApprovalTerms Terms,
    string FactsHash,
    DateTimeOffset ApprovedAt,
    DateTimeOffset ReviewAgainAt,
    DateTimeOffset ValidUntil)
{
    /// <summary>The overdue conditions that suspend it.</summary>
    public ImmutableArray<string> SuspendedFor { get; init; } = [];

    public bool IsSuspended => SuspendedFor.Length > 0;
}

/// <summary>A condition of a sign-off on its way to being met.</summary>
public sealed record TrackedCondition(ConditionTerms Terms, string RequirementId, ReviewQueue Queue, string SetBy)
{
    public string Id => Terms.Id;

    public ConditionState State { get; init; }

    public string? Evidence { get; init; }

    public string? EvidenceBy { get; init; }

    public string? Refusal { get; init; }

    public bool Reminded { get; init; }

    public bool IsMet => State is ConditionState.Met;
}

public enum ConditionState { Open, EvidenceGiven, Met }
