using Governance.ServiceDefaults;

namespace Governance.Compliance.Delegations;

public sealed record RevokeDelegation(string By, bool Administers, DateTimeOffset At)
{
    /// <summary>Either side may end it, and an administrator. What was done under it stays done.</summary>
    public IEnumerable<object> Decide(Delegation delegation)
    {
        if (delegation.From.Length == 0 || !(Administers || By == delegation.From || By == delegation.To))
        {
            throw new NotFoundException("There is no such delegation among yours.");
        }

        return delegation.RevokedAt is null && delegation.End > At ? [new Revoked(By, At)] : [];
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, Caller caller, Commands commands, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var administers = caller.Is(Roles.Administrator);
        var role = administers ? Roles.Administrator : caller.Roles.First(Access.Reviewers.Contains);

        return await commands.Run<Delegation>(
            http, id, role, new RevokeDelegation(caller.Subject, administers, now).Decide,
            (delegation, events) => new(
                StatusCodes.Status200OK, DelegationView.Of(events.OfType<Revoked>().Aggregate(delegation, (state, e) => state.Apply(e)), now)));
    }
}
