using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

public sealed record ApproveReview(ReviewAction Action, IReadOnlyList<string> Conditions)
{
    /// <summary>The last required sign-off approves the use case. Signing off twice is harmless, but for other conditions.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        if (review.SignOffs.GetValueOrDefault(Action.Queue) is { } given && given.By == Action.By)
        {
            if (!given.Conditions.SequenceEqual(Conditions))
            {
                throw new RuleViolationException("You have signed off with other conditions; they stand.");
            }

            yield break;
        }

        Action.RequireMayAct(review);

        if (review.SignOffs.ContainsKey(Action.Queue))
        {
            throw new RuleViolationException("A colleague has signed off for this queue already.");
        }

        var signedOff = new SignedOff(review.Revision, Action.Queue, Action.By, Conditions, review.FactsHash, Action.At);
        yield return signedOff;

        if (Verdict(review.Apply(signedOff), Action.At) is { } approved)
        {
            yield return approved;
        }
    }

    /// <summary>The approval with the conditions of all sign-offs, or null while one is missing.</summary>
    public static Approved? Verdict(Review review, DateTimeOffset at) =>
        review.Required.All(required => review.SignOffs.ContainsKey(required.Queue))
            ? new(
                review.Revision,
                review.Recommendation,
                review.Facts?.Model?.Base,
                [.. review.Required.SelectMany(required => review.SignOffs[required.Queue].Conditions)],
                review.FactsHash,
                at.AddDays(review.ApprovalValidDays))
            : null;

    public static Task<IResult> Handle(Guid id, HttpContext http, Commands commands, TimeProvider clock) =>
        ReviewEndpoint.Act(id, http, commands, clock, (action, input) => new ApproveReview(action, input.Conditions ?? []).Decide);
}
