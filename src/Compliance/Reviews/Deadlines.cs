using Governance.Compliance.Packs;
using Governance.Contracts;

namespace Governance.Compliance.Reviews;

/// <summary>What the clock brings about: reminders, escalations, unmet conditions, renewals and expiry. Silence never approves.</summary>
public static class Deadlines
{
    public static DateTimeOffset? NextOf(Review review) => Upcoming(review, (_, _) => []).Select(due => (DateTimeOffset?)due.At).Min();

    /// <param name="renew">Opens the next review of an approval.</param>
    internal static IEnumerable<Due> Upcoming(Review review, Func<Review, DateTimeOffset, IEnumerable<object>> renew)
    {
        foreach (var task in review.Waiting)
        {
            if (task.Next is { } deadline)
            {
                yield return new(deadline.At, at => [Meet(review, task, deadline, at)]);
            }
        }

        if (review.Approval is not { } approval)
        {
            yield break;
        }

        yield return new(approval.ValidUntil, at => [new Expired(approval.Revision, approval.ValidUntil, at)]);

        if (review.State is ReviewState.Approved)
        {
            yield return new(approval.ReviewAgainAt, at => renew(review, at));
        }

        foreach (var condition in review.Conditions.Where(condition => !condition.IsMet && condition.Terms.DueAt is not null))
        {
            var due = condition.Terms.DueAt!.Value;

            if (!condition.Reminded)
            {
                yield return new(due.AddDays(-approval.Terms.ConditionRemindDays), at => [new ConditionDueSoon(review.Revision, review.Number, condition.Id, condition.Terms.Owner, due, at)]);
            }

            if (!approval.SuspendedFor.Contains(condition.Id))
            {
                yield return new(due, at => [new Suspended(approval.Revision, condition.Id, at)]);
            }
        }
    }

    private static object Meet(Review review, ReviewTask task, Deadline deadline, DateTimeOffset at) => deadline switch
    {
        { Kind: DeadlineKind.Remind } => new Reminded(
            review.Revision, review.Number, task.Id, task.Called, task.Required.DueAt, [.. task.Held(at).Select(claim => claim.By)], at),
        { Kind: DeadlineKind.Escalate } => new Escalated(
            review.Revision, review.Number, task.Id, deadline.Queue, deadline.Role,
            deadline.Queue is { } queue ? [.. task.Called.Union([queue])] : task.Called, task.Required.DueAt, at),
        { Then: Unanswered.StaysOpen } => new LeftOpen(task.Id, at),
        { Then: Unanswered.Rejects } => new Rejected(
            review.Revision, task.Required.AnyOf[0], By: null, OnBehalfOf: null, DelegationId: null, NobodyAnswered(task), at),
        _ => new ChangesAsked(
            review.Revision, task.Required.AnyOf[0], MeetDeadlines.Actor, OnBehalfOf: null, DelegationId: null, NobodyAnswered(task), at),
    };

    private static string NobodyAnswered(ReviewTask task) =>
        $"Nobody answered for {task.Id} within the time policy allows. Hand the case in again once you have agreed on a reviewer.";

    /// <summary>A moment, and what happens then.</summary>
    internal sealed record Due(DateTimeOffset At, Func<DateTimeOffset, IEnumerable<object>> Events);
}
