using Governance.ServiceDefaults;

namespace Governance.Audit.Erasures;

/// <summary>Whether two people are two pairs of eyes.</summary>
/// <param name="For">For whom each person acts, or could while the erasure was open.</param>
public sealed record ActingFor(ILookup<string, string> For)
{
    /// <summary>One acts for the other, or both act for the same third.</summary>
    public bool AreOne(string a, string b) => Behind(a).Intersect(Behind(b)).Any();

    private IEnumerable<string> Behind(string person) => [person, .. For[person]];
}

public sealed record ApproveErasure(string By, ActingFor ActingFor, IReadOnlyList<Guid> Held, DateTimeOffset At)
{
    /// <summary>
    /// Approved by as many different people as it needs, none of whom asked for it, acts for anybody who had a say in it, or wrote what
    /// is to be erased. A hold set since refuses it.
    /// </summary>
    public IEnumerable<object> Decide(Erasure erasure)
    {
        DecideErasure.RequireOpen(erasure);
        DecideErasure.RequireOther(erasure, By, ActingFor);
        HeldCases.Require(Held);

        return [new ApprovedBy(By, At)];
    }
}

public sealed record RefuseErasure(string By, string Reason, ActingFor ActingFor, DateTimeOffset At)
{
    /// <summary>By the same people who could approve it; one refusal ends it.</summary>
    public IEnumerable<object> Decide(Erasure erasure)
    {
        DecideErasure.RequireOpen(erasure);
        DecideErasure.RequireOther(erasure, By, ActingFor);

        return [new RefusedBy(By, Reason, At)];
    }
}

internal sealed record RefusalInput(string Reason);

internal static class DecideErasure
{
    public static async Task<IResult> Approve(Guid erasure, HttpContext http, Caller caller, Commands commands, ErasureDesk desk)
    {
        var ct = http.RequestAborted;
        var open = await desk.Load(erasure, ct);
        var found = await desk.Find(open, ct);
        var command = new ApproveErasure(
            caller.Subject, await desk.ActingFor(open, caller, ct), [.. (await desk.Holds.On(found, ct)).Select(hold => hold.Id)], desk.Now);

        return await Run(erasure, http, caller, commands, command.Decide);
    }

    public static async Task<IResult> Refuse(Guid erasure, HttpContext http, Caller caller, Commands commands, ErasureDesk desk)
    {
        var ct = http.RequestAborted;
        var input = await http.Request.Read<RefusalInput>();
        ErasureDesk.RequireReason(input.Reason);
        var open = await desk.Load(erasure, ct);
        var command = new RefuseErasure(caller.Subject, input.Reason, await desk.ActingFor(open, caller, ct), desk.Now);

        return await Run(erasure, http, caller, commands, command.Decide);
    }

    public static void RequireOpen(Erasure erasure)
    {
        if (!erasure.Exists)
        {
            throw new NotFoundException("There is no such erasure.");
        }

        if (erasure.Progress is not ErasureProgress.Requested)
        {
            throw new RuleViolationException($"This erasure is {Choice.NameOf(erasure.Progress)}; there is nothing left to decide.");
        }
    }

    public static void RequireOther(Erasure erasure, string by, ActingFor actingFor)
    {
        if (by == erasure.RequestedBy)
        {
            throw new NotAllowedException("You asked for this erasure; somebody else must decide on it.");
        }

        if (by == erasure.Account)
        {
            throw new NotAllowedException("These are your own texts; somebody else must decide on them.");
        }

        if (erasure.People.Contains(by))
        {
            throw new NotAllowedException("You have approved this erasure; the approval still missing is another person's.");
        }

        if (erasure.People.FirstOrDefault(person => actingFor.AreOne(person, by)) is not null)
        {
            throw new NotAllowedException("Through a delegation you act for somebody who had a say in this erasure, or with them; it takes another pair of eyes.");
        }
    }

    public static bool May(Erasure erasure, Caller caller) =>
        erasure.Progress is ErasureProgress.Requested && ErasureDesk.Deciders.Any(caller.Is)
            && caller.Subject != erasure.Account && !erasure.People.Contains(caller.Subject);

    private static Task<IResult> Run(Guid id, HttpContext http, Caller caller, Commands commands, Func<Erasure, IEnumerable<object>> decide) =>
        commands.Run<Erasure>(http, id, ErasureDesk.RoleOf(caller), decide, (erasure, events) =>
            new(StatusCodes.Status200OK, ErasureView.Of(ErasureDesk.After(erasure, events), caller)));
}
