using Governance.Compliance.Packs;
using Governance.Compliance.People;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;

namespace Governance.Compliance.Delegations;

/// <param name="Own">The queues of the person who delegates, by roles of their own.</param>
public sealed record GiveDelegation(Given Given, IReadOnlyList<ReviewQueue> Own, DelegationLimits Limits, DateTimeOffset At)
{
    /// <summary>
    /// One delegates what one's own roles allow, never what one holds by delegation; to somebody else; for a limited time that is not
    /// over yet.
    /// </summary>
    public IEnumerable<object> Decide(Delegation delegation)
    {
        FieldError[] errors = [.. Check()];

        if (errors.Length > 0)
        {
            throw new InvalidRequestException(errors);
        }

        if (Given.Queues.Except(Own).ToList() is { Count: > 0 } foreign)
        {
            throw new NotAllowedException(
                $"Who delegates has no own role for {string.Join(", ", foreign.Select(Choice.NameOf))}; a delegation cannot be passed on.");
        }

        return delegation.From.Length > 0 ? [] : [Given];
    }

    private IEnumerable<FieldError> Check()
    {
        if (Given.To == Given.From)
        {
            yield return new("to", "must be somebody else.");
        }

        if (Given.Queues.Count == 0)
        {
            yield return new("queues", "must name at least one queue.");
        }

        if (Given.End <= Given.Start || Given.End <= At)
        {
            yield return new("end", "must lie after the start and after this moment.");
        }
        else if (Given.End > Given.Start.AddDays(Limits.MostDays))
        {
            yield return new("end", $"must lie at most {Limits.MostDays} days after the start.");
        }
    }
}

public sealed record DelegationInput(
    string To,
    string Reason,
    DateTimeOffset End,
    DateTimeOffset? Start = null,
    IReadOnlyList<ReviewQueue>? Queues = null,
    IReadOnlyList<string>? BusinessUnits = null,
    string? From = null);

/// <summary>One case for a colleague: until when, and why.</summary>
public sealed record CaseDelegationInput(string To, string Reason, DateTimeOffset End, ReviewQueue? Queue = null);

public sealed class GiveDelegationEndpoints(Commands commands, IQuerySession session, Editions<PolicyPack> packs, TimeProvider clock)
{
    /// <summary>Reviewers delegate for themselves; an administrator may for somebody who cannot.</summary>
    public async Task<IResult> Give(HttpContext http)
    {
        var input = await http.Request.Read<DelegationInput>();
        var caller = Caller.From(http.User);
        var from = input.From ?? caller.Subject;

        if (from != caller.Subject && !caller.Is(Roles.Administrator))
        {
            throw new NotAllowedException("Only an administrator delegates for somebody else.");
        }

        var own = from == caller.Subject
            ? [.. QueueRoles.QueuesOf(caller.Roles)]
            : (await Known("from", from, http.RequestAborted)).Queues.ToList();

        return await Give(
            http, caller, own, input.To, input.Reason,
            new(from, input.To, caller.Subject, input.Queues ?? own, input.BusinessUnits ?? [], OnlyUseCase: null, input.Start ?? clock.GetUtcNow(), input.End, input.Reason));
    }

    public async Task<IResult> GiveOne(Guid id, HttpContext http)
    {
        var input = await http.Request.Read<CaseDelegationInput>();
        var caller = Caller.From(http.User);
        var own = QueueRoles.QueuesOf(caller.Roles).ToList();
        var review = await session.LoadAsync<Review>(id, http.RequestAborted);

        if (review is not { Exists: true })
        {
            throw new NotFoundException("There is no such review.");
        }

        if (review.Editors.Contains(caller.Subject))
        {
            throw new NotAllowedException("You submitted or edited this case; you have no say in who reviews it.");
        }

        return await Give(
            http, caller, own, input.To, input.Reason,
            new(caller.Subject, input.To, caller.Subject, input.Queue is { } one ? [one] : own, [], id, clock.GetUtcNow(), input.End, input.Reason));
    }

    private async Task<IResult> Give(HttpContext http, Caller caller, IReadOnlyList<ReviewQueue> own, string to, string reason, Given given)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > ReviewInput.LongestText)
        {
            throw new InvalidRequestException("reason", $"must be a text of 1 to {ReviewInput.LongestText} characters.");
        }

        var receiver = await Known("to", to, http.RequestAborted);

        if (!receiver.Queues.Any())
        {
            throw new InvalidRequestException("to", "must be a reviewer.");
        }

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7();
        var command = new GiveDelegation(given, own, (await packs.Current(http.RequestAborted)).InForce(now).Content.Delegation, now);
        var role = caller.Roles.First(r => r == Roles.Administrator || Access.Reviewers.Contains(r));

        return await commands.Run<Delegation>(
            http, id, role, command.Decide, (_, _) => new(
                StatusCodes.Status201Created, DelegationView.Of((new Delegation() with { Id = id }).Apply(given), now), $"/api/delegations/{id}"));
    }

    private async Task<Person> Known(string field, string subject, CancellationToken ct) =>
        await session.LoadAsync<Person>(subject, ct)
        ?? throw new InvalidRequestException(field, "must be the subject of a reviewer who has signed in at least once, so that the role is known: let them open the portal, then look them up in GET /api/reviewers.");
}
