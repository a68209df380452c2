using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>What shows that a condition is met, handed in by the business unit or the condition's owner.</summary>
public sealed record GiveEvidence(string ConditionId, string By, string Evidence, DateTimeOffset At)
{
    public IEnumerable<object> Decide(Review review)
    {
        var condition = Conditions.Require(review, ConditionId);

        return condition switch
        {
            { IsMet: true } => throw new RuleViolationException("This condition is met already."),
            { State: ConditionState.EvidenceGiven } when condition.Evidence == Evidence => [],
            _ => [new EvidenceGiven(review.Revision, ConditionId, By, Evidence, At)],
        };
    }

    public static async Task<IResult> Handle(Guid id, string conditionId, HttpContext http, ReviewDesk desk)
    {
        var input = await http.Request.Read<EvidenceInput>();

        if (string.IsNullOrWhiteSpace(input.Evidence) || input.Evidence.Length > ReviewInput.LongestText)
        {
            throw new InvalidRequestException("evidence", $"must be a text of 1 to {ReviewInput.LongestText} characters; a link to a record will do.");
        }

        return await desk.GiveEvidence(id, http, (by, at) => new GiveEvidence(conditionId, by, input.Evidence, at).Decide);
    }
}

public sealed record EvidenceInput(string Evidence);

public sealed record AcceptCondition(ReviewAction Action, string ConditionId)
{
    /// <summary>
    /// A reviewer of the queue that set the condition accepts it, but not who brought the evidence. The last overdue condition that is
    /// met lifts the suspension.
    /// </summary>
    public IEnumerable<object> Decide(Review review)
    {
        var condition = Conditions.RequireJudge(review, ConditionId, Action);

        if (condition.IsMet)
        {
            yield break;
        }

        yield return new ConditionAccepted(review.Revision, ConditionId, Action.Queue, Action.By, Action.OnBehalfOf, Action.DelegationId, Action.At);

        if (review.Approval is { IsSuspended: true } approval
            && approval.SuspendedFor.All(id => id == ConditionId || review.Conditions.Any(other => other.Id == id && other.IsMet)))
        {
            yield return new Resumed(approval.Revision, Action.At);
        }
    }

    public static Task<IResult> Handle(Guid id, string conditionId, HttpContext http, ReviewDesk desk) =>
        desk.Act(id, http, (action, _) => new AcceptCondition(action, conditionId).Decide);
}

public sealed record RefuseEvidence(ReviewAction Action, string ConditionId, string Reason)
{
    /// <summary>The condition is open again; its due date stays.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        var condition = Conditions.RequireJudge(review, ConditionId, Action);

        return condition.State switch
        {
            ConditionState.Met => throw new RuleViolationException("This condition is met already."),
            ConditionState.Open => throw new RuleViolationException("There is no evidence to refuse."),
            _ => [new EvidenceRefused(review.Revision, ConditionId, Action.Queue, Action.By, Action.OnBehalfOf, Action.DelegationId, Reason, Action.At)],
        };
    }

    public static Task<IResult> Handle(Guid id, string conditionId, HttpContext http, ReviewDesk desk) =>
        desk.Act(id, http, (action, input) => new RefuseEvidence(action, conditionId, input.RequireReason()).Decide);
}

internal static class Conditions
{
    public static TrackedCondition Require(Review review, string id) =>
        review.Conditions.FirstOrDefault(condition => condition.Id == id)
        ?? throw new NotFoundException("There is no such condition of this review.");

    public static TrackedCondition RequireJudge(Review review, string id, ReviewAction action)
    {
        action.RequireIsImpartial(review);
        var condition = Require(review, id);

        if (condition.Queue != action.Queue)
        {
            throw new NotAllowedException($"This condition was set by {Choice.NameOf(condition.Queue)}; a reviewer of that queue judges it.");
        }

        return condition.EvidenceBy == action.By
            ? throw new NotAllowedException("You brought the evidence; somebody else must judge it.")
            : condition;
    }
}
