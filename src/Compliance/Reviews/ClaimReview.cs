using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

public sealed record ClaimReview(ReviewAction Action)
{
    /// <summary>Of many who claim at once, one succeeds; claiming again is harmless.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        if (review.SignOffs.ContainsKey(Action.Queue))
        {
            throw new RuleViolationException("This queue has signed off already.");
        }

        return review.Claims.ContainsKey(Action.Queue) ? [] : [new Claimed(Action.Queue, Action.By, Action.At)];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, Commands commands, TimeProvider clock) =>
        ReviewEndpoint.Act(id, http, commands, clock, (action, _) => new ClaimReview(action).Decide);
}

public sealed record ReleaseReview(ReviewAction Action)
{
    /// <summary>Gives a claim back; releasing what is free is harmless.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        return review.Claims.ContainsKey(Action.Queue) ? [new Released(Action.Queue, Action.By, Action.At)] : [];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, Commands commands, TimeProvider clock) =>
        ReviewEndpoint.Act(id, http, commands, clock, (action, _) => new ReleaseReview(action).Decide);
}
