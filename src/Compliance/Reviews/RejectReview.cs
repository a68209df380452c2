namespace Governance.Compliance.Reviews;

public sealed record RejectReview(ReviewAction Action, string Reason)
{
    /// <summary>One rejection ends the review, and an approval that was to be renewed; the use case must be submitted anew.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        return [new Rejected(review.Revision, Action.Queue, Action.By, Action.OnBehalfOf, Action.DelegationId, Reason, Action.At)];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, ReviewDesk desk) =>
        desk.Act(id, http, (action, input) => new RejectReview(action, input.RequireReason()).Decide);
}

public sealed record RequestChanges(ReviewAction Action, string Reason)
{
    /// <summary>The review rests until the next revision of the use case arrives.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        return [new ChangesAsked(review.Revision, Action.Queue, Action.By, Action.OnBehalfOf, Action.DelegationId, Reason, Action.At)];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, ReviewDesk desk) =>
        desk.Act(id, http, (action, input) => new RequestChanges(action, input.RequireReason()).Decide);
}
