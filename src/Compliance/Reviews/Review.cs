using System.Collections.Immutable;
using Governance.Contracts;

namespace Governance.Compliance.Reviews;

/// <summary>
/// The review of a use case, through all its revisions and renewals: who must sign off, who has and on which facts, what is approved
/// until when, and under which conditions.
/// </summary>
public sealed record Review
{
    public Guid Id { get; init; }

    public string Number { get; init; } = "";

    public int Revision { get; init; }

    public ReviewState State { get; init; }

    /// <summary>Null while a withdrawal that overtook the recommendation is all that is known.</summary>
    public UseCaseFacts? Facts { get; init; }

    public RecommendedStrategy? Assessment { get; init; }

    public string FactsHash { get; init; } = "";

    public RiskTier Tier { get; init; }

    public ImmutableArray<string> Obligations { get; init; } = [];

    /// <summary>The policy pack of the latest opening.</summary>
    public string PackVersion { get; init; } = "";

    public ApprovalTerms? Terms { get; init; }

    /// <summary>What the latest revision has changed; null on the first.</summary>
    public FactChanges? Changes { get; init; }

    public ImmutableArray<ReviewTask> Tasks { get; init; } = [];

    public ImmutableArray<string> Editors { get; init; } = [];

    public ImmutableArray<SignedOff> SignOffs { get; init; } = [];

    /// <summary>The sign-offs the latest opening has voided.</summary>
    public ImmutableArray<Voided> Voided { get; init; } = [];

    public ImmutableArray<TrackedCondition> Conditions { get; init; } = [];

    public int ConditionsSet { get; init; }

    public Approval? Approval { get; init; }

    public bool Renewing { get; init; }

    public ReviewPriority Priority { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>How many events the review has seen; a claim that changed hands is another state.</summary>
    public int Steps { get; init; }

    public bool Exists => Number.Length > 0;

    public string ETag => $"\"r{Revision}-{Steps}\"";

    /// <summary>The requirements somebody can work on now: unfulfilled, and of the earliest stage that is not complete.</summary>
    public ImmutableArray<ReviewTask> Waiting =>
        State is ReviewState.Open && Tasks.Where(task => !IsFulfilled(task)).ToList() is { Count: > 0 } unfulfilled
            ? [.. unfulfilled.Where(task => task.Required.Stage == unfulfilled.Min(other => other.Required.Stage))]
            : [];

    public bool IsFulfilled(ReviewTask task) => Given(task) >= task.Required.Quorum;

    public int Given(ReviewTask task) => SignOffs.Count(signOff => signOff.RequirementId == task.Id);

    /// <summary>When the clock will have something to say about this review; null while it has not.</summary>
    public DateTimeOffset? NextDeadline => Deadlines.NextOf(this);

    /// <summary>An approval stands through a renewal; a new revision has to earn it again.</summary>
    public Review Apply(Opened e) => Next(this with
    {
        Number = e.Number,
        Revision = e.Revision,
        State = ReviewState.Open,
        Facts = e.Facts,
        Assessment = e.Assessment,
        FactsHash = e.FactsHash,
        Tier = e.Tier,
        Obligations = [.. e.Obligations],
        PackVersion = e.Basis.PolicyVersion,
        Terms = e.Terms,
        Changes = e.Changes,
        Tasks = [.. e.Required.Select(ReviewTask.Of)],
        Editors = [.. e.Editors],
        Voided = [],
        Approval = e.Renewal ? Approval : null,
        Renewing = e.Renewal,
        Priority = ReviewPriority.Normal,
        OpenedAt = e.At,
        Reason = null,
    });

    public Review Apply(Claimed e) => Next(WithTask(e.RequirementId, task => task with
    {
        Claims = [.. task.Claims.Where(claim => claim.By != e.By && claim.Until > e.At), new(e.Queue, e.By, e.OnBehalfOf, e.Until)],
    }));

    public Review Apply(Released e) => Next(Unclaim(e.RequirementId, e.By));

    public Review Apply(Prioritised e) => Next(this with { Priority = e.Priority });

    public Review Apply(SignedOff e) => Next(Unclaim(e.RequirementId, e.By) with
    {
        SignOffs = SignOffs.Add(e),
        Conditions = [.. Conditions, .. e.Conditions.Select(terms => new TrackedCondition(terms, e.RequirementId, e.Queue, e.By))],
        ConditionsSet = ConditionsSet + e.Conditions.Count,
    });

    /// <summary>The conditions of a voided sign-off go with it, unless the approval they belong to still stands.</summary>
    public Review Apply(Voided e) => Next((this with
    {
        SignOffs = SignOffs.RemoveAll(signOff => signOff.RequirementId == e.RequirementId && signOff.By == e.By),
        Voided = Voided.Add(e),
    }).DropLapsedConditions());

    public Review Apply(ChangesAsked e) => Next(this with { State = ReviewState.ChangesRequested, Reason = e.Reason });

    public Review Apply(Approved e) => Next((this with
    {
        State = ReviewState.Approved,
        Approval = null,
        Renewing = false,
        Reason = null,
    }).DropLapsedConditions() with
    {
        Approval = e.Approval,
    });

    public Review Apply(Rejected e) => Next(this with { State = ReviewState.Rejected, Approval = null, Reason = e.Reason });

    public Review Apply(Closed e) =>
        Next(this with { Revision = Math.Max(Revision, e.Revision), State = ReviewState.Withdrawn, Approval = null });

    public Review Apply(Reminded e) => Next(Passed(e.RequirementId));

    /// <summary>A claim that led to no answer is void, so that whoever is called can start.</summary>
    public Review Apply(Escalated e) => Next(Passed(e.RequirementId).WithTask(e.RequirementId, task => task with
    {
        Called = e.Queue is { } queue && !task.Called.Contains(queue) ? task.Called.Add(queue) : task.Called,
        Claims = [],
    }));

    public Review Apply(LeftOpen e) => Next(Passed(e.RequirementId));

    public Review Apply(EvidenceGiven e) => Next(WithCondition(e.ConditionId, condition => condition with
    {
        State = ConditionState.EvidenceGiven, Evidence = e.Evidence, EvidenceBy = e.By, Refusal = null,
    }));

    public Review Apply(EvidenceRefused e) =>
        Next(WithCondition(e.ConditionId, condition => condition with { State = ConditionState.Open, Refusal = e.Reason }));

    public Review Apply(ConditionAccepted e) => Next(WithCondition(e.ConditionId, condition => condition with { State = ConditionState.Met }));

    public Review Apply(ConditionDueSoon e) => Next(WithCondition(e.ConditionId, condition => condition with { Reminded = true }));

    public Review Apply(Suspended e) =>
        Next(this with { Approval = Approval! with { SuspendedFor = Approval.SuspendedFor.Add(e.ConditionId) } });

    public Review Apply(Resumed _) => Next(this with { Approval = Approval! with { SuspendedFor = [] } });

    public Review Apply(Expired _) =>
        Next(this with { Approval = null, State = State is ReviewState.Approved ? ReviewState.Expired : State });

    /// <summary>What the review is after an event of its own.</summary>
    public Review After(object e) => e switch
    {
        Opened x => Apply(x),
        Claimed x => Apply(x),
        Released x => Apply(x),
        Prioritised x => Apply(x),
        SignedOff x => Apply(x),
        Voided x => Apply(x),
        ChangesAsked x => Apply(x),
        Approved x => Apply(x),
        Rejected x => Apply(x),
        Closed x => Apply(x),
        Reminded x => Apply(x),
        Escalated x => Apply(x),
        LeftOpen x => Apply(x),
        EvidenceGiven x => Apply(x),
        EvidenceRefused x => Apply(x),
        ConditionAccepted x => Apply(x),
        ConditionDueSoon x => Apply(x),
        Suspended x => Apply(x),
        Resumed x => Apply(x),
        Expired x => Apply(x),
        _ => throw new ArgumentException($"{e.GetType().Name} is no event of a review."),
    };

    private static Review Next(Review after) => after with { Steps = after.Steps + 1 };

    private Review WithTask(string id, Func<ReviewTask, ReviewTask> change) =>
        this with { Tasks = [.. Tasks.Select(task => task.Id == id ? change(task) : task)] };

    private Review WithCondition(string id, Func<TrackedCondition, TrackedCondition> change) =>
        this with { Conditions = [.. Conditions.Select(condition => condition.Id == id ? change(condition) : condition)] };

    private Review Unclaim(string id, string by) =>
        WithTask(id, task => task with { Claims = task.Claims.RemoveAll(claim => claim.By == by) });

    private Review Passed(string id) => WithTask(id, task => task with { Passed = task.Passed + 1 });

    private Review DropLapsedConditions() => Approval is not null
        ? this
        : this with
        {
            Conditions = Conditions.RemoveAll(
                condition => !SignOffs.Any(signOff => signOff.Conditions.Any(terms => terms.Id == condition.Id))),
        };
}

public enum ReviewState { Open, ChangesRequested, Approved, Rejected, Withdrawn, Expired }
