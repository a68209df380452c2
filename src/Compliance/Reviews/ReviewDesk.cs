using Governance.Compliance.Calendars;
using Governance.Compliance.Delegations;
using Governance.Compliance.Packs;
using Governance.Compliance.People;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;

namespace Governance.Compliance.Reviews;

/// <summary>What all actions on a review have in common at the door: who acts in which queue for whom, and the answer.</summary>
public sealed class ReviewDesk(Commands commands, IQuerySession session, Editions<PolicyPack> packs, BusinessCalendar calendar, Seals seals, TimeProvider clock)
{
    public async Task<IResult> Act(
        Guid id, HttpContext http, Func<ReviewAction, ReviewInput, Func<Review, IEnumerable<object>>> command) =>
        await Act(id, http, await ReviewInput.Read(http.Request), command);

    public async Task<IResult> Act(
        Guid id, HttpContext http, ReviewInput input, Func<ReviewAction, ReviewInput, Func<Review, IEnumerable<object>>> command)
    {
        var action = await ActionOf(http, input);

        await packs.Current(http.RequestAborted);

        var answer = await commands.Run<Review>(http, id, action.Role, review => command(action.On(review), input)(review), Answer, Seals.IsRuling);

        return await seals.Onto(answer, id, http.RequestAborted);
    }

    /// <summary>Evidence comes from the business unit that owns the case, or from whom the condition names.</summary>
    public async Task<IResult> GiveEvidence(
        Guid id, HttpContext http, Func<string, DateTimeOffset, Func<Review, IEnumerable<object>>> command)
    {
        var caller = Caller.From(http.User);
        var decide = command(caller.Subject, clock.GetUtcNow());

        return await commands.Run<Review>(
            http,
            id,
            Roles.PortfolioManager,
            review =>
            {
                caller.RequireSight(review.Exists ? review.Facts!.BusinessUnit : null);

                return decide(review);
            },
            Answer);
    }

    public async Task<ReviewAction> ActionOf(HttpContext http, ReviewInput input)
    {
        var caller = Caller.From(http.User);
        var now = clock.GetUtcNow();
        var mandates = await session.Query<Delegation>()
            .Where(d => d.To == caller.Subject && d.Start <= now && d.End > now && d.RevokedAt == null)
            .ToListAsync(http.RequestAborted);

        return Choose(caller, [.. mandates.Select(Mandate.Of)], input, Precondition.Of(http.Request), now);
    }

    /// <summary>An own role comes before a mandate; where several would do, the caller must say which is meant.</summary>
    public static ReviewAction Choose(Caller caller, IReadOnlyList<Mandate> mandates, ReviewInput input, string? ifMatch, DateTimeOffset at)
    {
        var own = QueueRoles.QueuesOf(caller.Roles).ToList();
        var usable = mandates.Where(mandate => input.OnBehalfOf is null || mandate.From == input.OnBehalfOf).ToList();
        var choices = input.OnBehalfOf is null ? own.Concat(usable.SelectMany(mandate => mandate.Queues)) : usable.SelectMany(mandate => mandate.Queues);
        ReviewQueue[] queues = [.. choices.Distinct().Order()];

        if (input.OnBehalfOf is not null && usable.Count == 0)
        {
            throw new NotAllowedException("onBehalfOf: nobody of that name has delegated to you at this time.");
        }

        var queue = (input.Queue, own, queues) switch
        {
            (null, [var only], _) when input.OnBehalfOf is null => only,
            (null, _, [var only]) => only,
            (null, _, _) => throw new InvalidRequestException("queue", $"you review for several queues; name one of {Names(queues)}."),
            ({ } named, _, _) when queues.Contains(named) => named,
            _ => throw new NotAllowedException($"queue: you review for {Names(queues)}."),
        };

        var givers = usable.Where(mandate => mandate.Queues.Contains(queue)).ToList();
        var mandate = input.OnBehalfOf is null && own.Contains(queue) ? null
            : givers.Select(giver => giver.From).Distinct().Count() == 1 ? givers[0]
            : throw new InvalidRequestException("onBehalfOf", "several people have delegated this queue to you; name the one you act for.");

        return new(
            queue, caller.Subject, mandate is null ? QueueRoles.RoleOf(queue) : caller.Roles.First(Access.Reviewers.Contains), mandate,
            [.. mandates.Select(m => m.From).Distinct()], ifMatch, at)
        {
            OtherMandates = mandate is null ? [] : givers,
        };
    }

    public DateTimeOffset LeaseFrom(DateTimeOffset at) => calendar.DueAt(at, packs.Latest.InForce(at).Content.Handling.ClaimHours);

    /// <summary>The hash of the facts a sign-off of the queue is given on.</summary>
    public Func<Review, string> FactsHashFor(ReviewQueue queue) =>
        review => FactsHashOf(queue, packs.Latest.Get(review.PackVersion))(review);

    public static Func<Review, string> FactsHashOf(ReviewQueue queue, Versioned<PolicyPack> pack) =>
        review => MaterialFacts.Hash(review.Facts!, review.Assessment!, pack, queue);

    private Reply Answer(Review review, IReadOnlyList<object> events)
    {
        var after = events.Aggregate(review, (state, e) => state.After(e));

        return new(StatusCodes.Status200OK, ReviewView.Of(after, clock.GetUtcNow()), Location: null, after.ETag);
    }

    private static string Names(IEnumerable<ReviewQueue> queues) => string.Join(", ", queues.Select(Choice.NameOf));
}
