using System.Globalization;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <param name="FactsHash">Of the facts the queue depends on, as the reviewer's pack lists them.</param>
/// <param name="Precedent">The approved case this one was approved like, in bulk.</param>
public sealed record ApproveReview(
    ReviewAction Action, IReadOnlyList<ConditionInput> Conditions, Func<Review, string> FactsHash, Guid? Precedent = null)
{
    /// <summary>The last required sign-off approves the use case. Signing off twice is harmless, but for other conditions.</summary>
    public IEnumerable<object> Decide(Review review)
    {
        if (review.SignOffs.FirstOrDefault(s => s.Queue == Action.Queue && s.By == Action.By && s.OnBehalfOf == Action.OnBehalfOf) is { } given)
        {
            if (!given.Conditions.Select(ConditionInputOf).SequenceEqual(Conditions))
            {
                throw new RuleViolationException("You have signed off with other conditions; they stand.");
            }

            yield break;
        }

        var task = Action.RequireTask(review);
        RequireAhead();

        var signedOff = new SignedOff(
            review.Revision, task.Id, Action.Queue, Action.By, Action.OnBehalfOf, Action.DelegationId,
            [.. Conditions.Select((condition, i) => Number(condition, review.ConditionsSet + i + 1))],
            FactsHash(review), Precedent, Action.At);
        yield return signedOff;

        if (Verdict(review.Apply(signedOff), Action.At) is { } approved)
        {
            yield return approved;
        }
    }

    /// <summary>
    /// The approval with the conditions of all sign-offs, or null while one is missing. It is valid from the latest sign-off on: a
    /// revision that changes nothing material does not prolong it. A condition overdue by now suspends it at once.
    /// </summary>
    public static Approved? Verdict(Review review, DateTimeOffset at)
    {
        if (review.State is not ReviewState.Open || !review.Tasks.All(review.IsFulfilled))
        {
            return null;
        }

        var given = review.SignOffs.Max(signOff => (DateTimeOffset?)signOff.At) ?? at;
        var standing = review.Conditions.Where(condition => review.SignOffs.Any(s => s.Conditions.Any(terms => terms.Id == condition.Id)));

        return new(
            new(
                review.Revision, review.Terms!, review.FactsHash, at,
                given.AddDays(review.Terms!.ValidDays - review.Terms.ReviewAgainDays), given.AddDays(review.Terms.ValidDays))
            {
                SuspendedFor = [.. standing.Where(condition => !condition.IsMet && condition.Terms.DueAt <= at).Select(condition => condition.Id)],
            },
            [.. review.Tasks.SelectMany(task => review.SignOffs.Where(s => s.RequirementId == task.Id)).SelectMany(s => s.Conditions).Select(c => c.Text)]);
    }

    private void RequireAhead()
    {
        for (var i = 0; i < Conditions.Count; i++)
        {
            if (Conditions[i].DueAt <= Action.At)
            {
                throw new InvalidRequestException(
                    string.Create(CultureInfo.InvariantCulture, $"terms[{i}].dueAt"), "has passed already; give the owner time to meet the condition.");
            }
        }
    }

    private static ConditionTerms Number(ConditionInput condition, int number) => new(
        string.Create(CultureInfo.InvariantCulture, $"c{number}"), condition.Text, condition.Owner, condition.DueAt, condition.Evidence);

    private static ConditionInput ConditionInputOf(ConditionTerms terms) => new(terms.Text, terms.Owner, terms.DueAt, terms.Evidence);

    public static Task<IResult> Handle(Guid id, HttpContext http, ReviewDesk desk) =>
        desk.Act(id, http, (action, input) => new ApproveReview(action, input.AllConditions, desk.FactsHashFor(action.Queue)).Decide);
}
