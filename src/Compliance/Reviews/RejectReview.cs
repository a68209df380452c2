using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

public sealed record RejectReview(ReviewAction Action, string Reason)
{
    /// <summary>One rejection ends the review; the use case must be submitted anew.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        return [new Rejected(review.Revision, Action.Queue, Action.By, Reason, Action.At)];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, Commands commands, TimeProvider clock) =>
        ReviewEndpoint.Act(id, http, commands, clock, (action, input) => new RejectReview(action, input.RequireReason()).Decide);
}

public sealed record RequestChanges(ReviewAction Action, string Reason)
{
    /// <summary>The review rests until the next revision of the use case arrives.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        return [new ChangesAsked(review.Revision, Action.Queue, Action.By, Reason, Action.At)];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, Commands commands, TimeProvider clock) =>
        ReviewEndpoint.Act(id, http, commands, clock, (action, input) => new RequestChanges(action, input.RequireReason()).Decide);
}
