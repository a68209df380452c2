using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Compliance.Delegations;

public static class FindDelegations
{
    /// <summary>Auditors and administrators see all, reviewers those from and to themselves; the latest first.</summary>
    public static async Task<Ok<Page<DelegationView>>> Handle(
        Caller caller, IQuerySession session, TimeProvider clock, bool? inForce, int? page, int? pageSize, CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        var now = clock.GetUtcNow();
        var delegations = session.Query<Delegation>().Where(d => d.From != "");

        if (!caller.Is(Roles.Auditor) && !caller.Is(Roles.Administrator))
        {
            delegations = delegations.Where(d => d.From == caller.Subject || d.To == caller.Subject);
        }

        if (inForce is true)
        {
            delegations = delegations.Where(d => d.Start <= now && d.End > now && d.RevokedAt == null);
        }

        return TypedResults.Ok(await window.Of(delegations.OrderByDescending(d => d.Start), d => DelegationView.Of(d, now), ct));
    }
}

public sealed record DelegationView(
    Guid Id,
    string From,
    string To,
    string GivenBy,
    IReadOnlyList<ReviewQueue> Queues,
    IReadOnlyList<string> BusinessUnits,
    Guid? OnlyUseCase,
    DateTimeOffset Start,
    DateTimeOffset End,
    DateTimeOffset? RevokedAt,
    string Reason,
    bool InForce)
{
    public static DelegationView Of(Delegation d, DateTimeOffset at) => new(
        d.Id, d.From, d.To, d.GivenBy, d.Queues, d.BusinessUnits, d.OnlyUseCase, d.Start, d.End, d.RevokedAt, d.Reason, d.IsInForce(at));
}
