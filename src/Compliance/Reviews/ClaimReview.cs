using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

public sealed record ClaimReview(ReviewAction Action, DateTimeOffset Until)
{
    /// <summary>Of many who claim at once, one succeeds. A claim is a lease; claiming again extends it.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        var task = Action.RequireTask(review);

        return task.Held(Action.At).Any(claim => claim.By == Action.By && claim.Until == Until)
            ? []
            : [new Claimed(review.Revision, task.Id, Action.Queue, Action.By, Action.OnBehalfOf, Action.DelegationId, Until, Action.At)];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, ReviewDesk desk) =>
        desk.Act(id, http, (action, _) => new ClaimReview(action, desk.LeaseFrom(action.At)).Decide);
}

public sealed record ReleaseReview(ReviewAction Action)
{
    /// <summary>Gives a claim back; releasing what one does not hold is harmless.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        return
        [
            .. from task in review.Tasks
               from claim in task.Held(Action.At)
               where claim.By == Action.By && claim.Queue == Action.Queue
               select new Released(review.Revision, task.Id, claim.Queue, Action.By, Action.At),
        ];
    }

    public static Task<IResult> Handle(Guid id, HttpContext http, ReviewDesk desk) =>
        desk.Act(id, http, (action, _) => new ReleaseReview(action).Decide);
}
