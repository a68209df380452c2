using Governance.Audit.Erasures;
using Governance.ServiceDefaults;

namespace Governance.Audit.Holds;

internal sealed record ReleaseInput(string Reason);

public sealed record ReleaseHold(string By, string Reason, ActingFor ActingFor, DateTimeOffset At)
{
    /// <summary>One administrator asks, another one releases; who set the hold may be either.</summary>
    public IEnumerable<object> Decide(LegalHold hold)
    {
        if (!hold.Exists)
        {
            throw new NotFoundException("There is no such hold.");
        }

        return hold switch
        {
            { State: HoldState.Released } => throw new RuleViolationException("This hold is released already."),
            { ReleaseRequestedBy: null } => [new ReleaseAsked(By, Reason, At)],
            { ReleaseRequestedBy: var asked } when asked == By => throw new NotAllowedException("You asked for the release; another administrator must agree."),
            { ReleaseRequestedBy: var asked } when ActingFor.AreOne(asked, By) =>
                throw new NotAllowedException("Through a delegation you act for whoever asked for the release, or with them; it takes another pair of eyes."),
            _ => [new Released(hold.ReleaseRequestedBy, By, At)],
        };
    }

    internal static async Task<IResult> Handle(Guid hold, HttpContext http, Caller caller, Commands commands, ErasureTables tables, Marten.IQuerySession session, TimeProvider clock)
    {
        var input = await http.Request.Read<ReleaseInput>();
        ErasureDesk.RequireReason(input.Reason);
        var found = await session.LoadAsync<LegalHold>(hold, http.RequestAborted) ?? throw new NotFoundException("There is no such hold.");
        string[] people = found.ReleaseRequestedBy is { } asked ? [caller.Subject, asked] : [caller.Subject];
        var now = clock.GetUtcNow();
        var command = new ReleaseHold(
            caller.Subject, input.Reason, new(await tables.ActsFor(people, found.ReleaseRequestedAt ?? now, now, http.RequestAborted)), now);

        return await commands.Run<LegalHold>(
            http, hold, Roles.Administrator, command.Decide,
            (state, events) => new(StatusCodes.Status200OK, HoldView.Of(events.Aggregate(state, (s, e) => s.After(e)), caller)));
    }
}
