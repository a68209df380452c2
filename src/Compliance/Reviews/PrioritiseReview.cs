using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

public sealed record PrioritiseReview(ReviewAction Action, ReviewPriority Priority, string Reason)
{
    /// <summary>Moves a case up or down in every queue it waits in.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        Action.RequireMayAct(review);

        return review.Priority == Priority ? [] : [new Prioritised(review.Revision, Priority, Action.By, Reason, Action.At)];
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, ReviewDesk desk)
    {
        var input = await http.Request.Read<PriorityInput>();

        if (string.IsNullOrWhiteSpace(input.Reason) || input.Reason.Length > ReviewInput.LongestText)
        {
            throw new InvalidRequestException("reason", $"must be a text of 1 to {ReviewInput.LongestText} characters.");
        }

        return await desk.Act(
            id, http, new ReviewInput(input.Queue, input.OnBehalfOf), (action, _) => new PrioritiseReview(action, input.Priority, input.Reason).Decide);
    }
}

public sealed record PriorityInput(ReviewPriority Priority, string Reason, ReviewQueue? Queue = null, string? OnBehalfOf = null);
