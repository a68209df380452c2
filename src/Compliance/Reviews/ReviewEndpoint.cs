using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>What all actions on a review have in common at the door.</summary>
public static class ReviewEndpoint
{
    public static async Task<IResult> Act(
        Guid id,
        HttpContext http,
        Commands commands,
        TimeProvider clock,
        Func<ReviewAction, ReviewInput, Func<Review, IEnumerable<object>>> command)
    {
        var input = await ReviewInput.Read(http.Request);
        var action = ReviewAction.Of(http, input.Queue, clock.GetUtcNow());
        var decide = command(action, input);

        return await commands.Run<Review>(http, id, action.Role, decide, (review, decided) => Answer(After(review, decided)));
    }

    private static Reply Answer(Review review) =>
        new(StatusCodes.Status200OK, ReviewView.Of(review), Location: null, review.ETag);

    private static Review After(Review review, IEnumerable<object> events) => events.Aggregate(review, (state, e) => e switch
    {
        Claimed x => state.Apply(x),
        Released x => state.Apply(x),
        SignedOff x => state.Apply(x),
        ChangesAsked x => state.Apply(x),
        Approved x => state.Apply(x),
        Rejected x => state.Apply(x),
        _ => throw new ArgumentException($"{e.GetType().Name} is no answer to an action."),
    });
}
