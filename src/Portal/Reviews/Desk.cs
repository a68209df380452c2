using System.Security.Claims;
using Governance.Contracts;
using Governance.Portal.Services;

namespace Governance.Portal.Reviews;

/// <summary>A queue somebody works, in a role of their own or for a colleague.</summary>
public sealed record Desk(string Queue, string? OnBehalfOf = null)
{
    /// <summary>For the value of a choice.</summary>
    public string Key => $"{Queue}|{OnBehalfOf}";

    public static bool Works(ClaimsPrincipal user, ReviewQueue queue) => user.IsInRole($"{TextsOfValues.Code(queue)}-reviewer");

    /// <summary>Own roles first; a colleague's queue as far as a delegation that is in force covers the case.</summary>
    public static IReadOnlyList<Desk> Of(ClaimsPrincipal user, string me, IEnumerable<DelegationView> delegations, ReviewView review) =>
    [
        .. Enum.GetValues<ReviewQueue>().Where(queue => Works(user, queue)).Select(queue => new Desk(TextsOfValues.Code(queue))),
        .. from delegation in delegations
           where delegation.To == me && delegation.InForce && delegation.Covers(review)
           from queue in delegation.Queues
           where !Works(user, queue)
           select new Desk(TextsOfValues.Code(queue), delegation.From),
    ];
}
