using Governance.Compliance.Delegations;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>
/// A reviewer at work in one queue, in an own role or, with a mandate, for a colleague. If-Match is optional here: a sign-off is bound
/// to the facts' hash anyway.
/// </summary>
/// <param name="Role">The role of the acting person's own that let them in; it is recorded with every event.</param>
/// <param name="ActsFor">Everybody who has delegated to this person right now; their cases are as good as the person's own.</param>
public sealed record ReviewAction(
    ReviewQueue Queue, string By, string Role, Mandate? Mandate, IReadOnlyList<string> ActsFor, string? IfMatch, DateTimeOffset At)
{
    /// <summary>Other delegations of the same person for the same queue, which may cover what the first does not.</summary>
    public IReadOnlyList<Mandate> OtherMandates { get; init; } = [];

    public string? OnBehalfOf => Mandate?.From;

    public Guid? DelegationId => Mandate?.Id;

    /// <summary>This action under the delegation that covers the case.</summary>
    public ReviewAction On(Review review) => review.Facts is { } facts
        && !(Mandate?.Covers(review.Id, facts.BusinessUnit) ?? true)
        && OtherMandates.FirstOrDefault(mandate => mandate.Covers(review.Id, facts.BusinessUnit)) is { } covering
            ? this with { Mandate = covering }
            : this;

    /// <summary>
    /// Nobody rules on a case they, or anybody they act for, submitted or edited, nor twice in two roles, nor in a queue the case does
    /// not need, nor beyond the scope of a delegation.
    /// </summary>
    public void RequireMayAct(Review review)
    {
        RequireIsImpartial(review);

        if (review.State is not ReviewState.Open)
        {
            throw new RuleViolationException($"This review is {Choice.NameOf(review.State)}; there is nothing left to decide.");
        }

        var own = review.Tasks.Where(task => task.Called.Contains(Queue)).ToList();

        if (own.Count == 0)
        {
            throw new RuleViolationException($"This case needs no {Choice.NameOf(Queue)} sign-off.");
        }

        string[] people = OnBehalfOf is null ? [By] : [By, OnBehalfOf];

        if (review.SignOffs.FirstOrDefault(s => s.Queue != Queue && s.People.Intersect(people).Any()) is { } other)
        {
            throw new NotAllowedException(
                $"{(other.People.Contains(By) ? "You" : "Whom you act for")} signed this case off for {Choice.NameOf(other.Queue)}; "
                + $"another person must do it for {Choice.NameOf(Queue)}.");
        }

        var unfulfilled = own.Where(task => !review.IsFulfilled(task)).ToList();

        if (unfulfilled.Count > 0 && unfulfilled.All(task => !IsFree(review, task)))
        {
            throw new RuleViolationException("A colleague has claimed this review.");
        }
    }

    /// <summary>What holds for every judgement on a case, whether its review is open or not.</summary>
    public void RequireIsImpartial(Review review)
    {
        if (!review.Exists)
        {
            throw new NotFoundException("There is no such review.");
        }

        if (IfMatch is not null)
        {
            Precondition.Require(IfMatch, review.ETag);
        }

        if (review.Editors.Contains(By))
        {
            throw new NotAllowedException("You submitted or edited this case; somebody else must review it.");
        }

        if (review.Editors.Any(ActsFor.Contains))
        {
            throw new NotAllowedException("Somebody you act for submitted or edited this case; somebody else must review it.");
        }

        if (Mandate is { } mandate && !mandate.Covers(review.Id, review.Facts!.BusinessUnit))
        {
            throw new NotAllowedException("The delegation does not cover this case.");
        }
    }

    /// <summary>
    /// The requirement this person can work on now. Of several that this queue may answer, the one claimed already, else the first that
    /// is not fully claimed by colleagues.
    /// </summary>
    public ReviewTask RequireTask(Review review)
    {
        RequireMayAct(review);

        var unfulfilled = review.Tasks.Where(task => task.Called.Contains(Queue) && !review.IsFulfilled(task)).ToList();
        var waiting = unfulfilled.Where(task => review.Waiting.Contains(task)).ToList();

        if (unfulfilled.Count == 0)
        {
            throw new RuleViolationException("A colleague has signed off for this queue already.");
        }

        if (waiting.Count == 0)
        {
            throw new RuleViolationException(
                $"This sign-off waits for an earlier one: {string.Join(", ", review.Waiting.Select(task => task.Id))}.");
        }

        if (review.SignOffs.Any(s => s.People.Contains(By) || (OnBehalfOf is not null && s.People.Contains(OnBehalfOf))))
        {
            throw new NotAllowedException("You have signed this case off; the sign-off still missing is another person's.");
        }

        return waiting.FirstOrDefault(IsMine)
            ?? waiting.FirstOrDefault(task => IsFree(review, task))
            ?? throw new RuleViolationException("A colleague has claimed this review.");
    }

    private bool IsMine(ReviewTask task) => task.Held(At).Any(claim => claim.By == By);

    private bool IsFree(Review review, ReviewTask task) =>
        IsMine(task) || review.Given(task) + task.Held(At).Count() < task.Required.Quorum;
}

/// <summary>The right to act for somebody else, as a delegation gives it.</summary>
public sealed record Mandate(Guid Id, string From, IReadOnlyList<ReviewQueue> Queues, IReadOnlyList<string> BusinessUnits, Guid? OnlyUseCase)
{
    public static Mandate Of(Delegation delegation) =>
        new(delegation.Id, delegation.From, delegation.Queues, delegation.BusinessUnits, delegation.OnlyUseCase);

    public bool Covers(Guid useCase, string businessUnit) =>
        (OnlyUseCase is null || OnlyUseCase == useCase) && (BusinessUnits.Count == 0 || BusinessUnits.Contains(businessUnit));
}
