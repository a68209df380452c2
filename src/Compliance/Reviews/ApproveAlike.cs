using Governance.Compliance.Packs;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Compliance.Reviews;

/// <summary>
/// Approves look-alikes together. Only tiers that policy allows, all of one tier, and each case with a precedent: another case of that
/// tier whose approval is in force and whose facts are the same as far as policy compares them. Each is a decision of its own.
/// </summary>
public sealed class ApproveAlike(
    ReviewDesk desk, Decisions decisions, IQuerySession session, Editions<PolicyPack> editions, Seals seals, TimeProvider clock)
{
    public async Task<Ok<BulkResult>> Approve(HttpContext http)
    {
        var input = await http.Request.Read<BulkInput>();
        var now = clock.GetUtcNow();
        var packs = await editions.Current(http.RequestAborted);
        var rules = packs.InForce(now).Content.BulkApproval;
        Guid[] ids = [.. input.Reviews.Distinct()];

        if (ids.Length is 0 || ids.Length > rules.MostAtOnce)
        {
            throw new InvalidRequestException("reviews", $"must name 1 to {rules.MostAtOnce} reviews.");
        }

        var action = await desk.ActionOf(http, new(input.Queue, input.OnBehalfOf));
        var reviews = (await session.LoadManyAsync<Review>(http.RequestAborted, ids)).Where(review => review.Exists).ToDictionary(review => review.Id);
        RiskTier[] tiers = [.. reviews.Values.Select(review => review.Tier).Distinct()];

        if (!input.DryRun)
        {
            RequireOneAllowed(tiers, rules);
        }

        var precedents = new Dictionary<RiskTier, IReadOnlyList<Review>>();

        foreach (var tier in tiers.Where(rules.Tiers.Contains))
        {
            precedents[tier] = await Precedents(tier, now, http.RequestAborted);
        }

        var results = new List<BulkItem>();

        foreach (var id in ids)
        {
            results.Add(
                !reviews.TryGetValue(id, out var review) ? new(id, null, false, "There is no such review.", null)
                : !precedents.TryGetValue(review.Tier, out var approved) ? new(id, review.Number, false, NotInBulk(review.Tier), null)
                : await ApproveOne(review, packs.Get(review.PackVersion), approved, action, input.DryRun, http));
        }

        return TypedResults.Ok(new BulkResult(await Task.WhenAll(results.Select(result => Sealed(result, http.RequestAborted)))));
    }

    private static void RequireOneAllowed(RiskTier[] tiers, BulkApproval rules)
    {
        if (tiers.Length > 1)
        {
            throw new RuleViolationException($"The reviews are of different tiers ({string.Join(", ", tiers.Select(Choice.NameOf))}); approve one tier at a time.");
        }

        if (tiers is [var tier] && !rules.Tiers.Contains(tier))
        {
            throw new RuleViolationException(NotInBulk(tier));
        }
    }

    private static string NotInBulk(RiskTier tier) => $"Policy allows no bulk approval of tier {Choice.NameOf(tier)}; open each case.";

    private async Task<BulkItem> Sealed(BulkItem result, CancellationToken ct) =>
        result.Ruling is { } ruling ? result with { Seal = await seals.Of(ruling, ct) } : result;

    private async Task<BulkItem> ApproveOne(
        Review review, Versioned<PolicyPack> pack, IReadOnlyList<Review> precedents, ReviewAction action, bool dryRun, HttpContext http)
    {
        var likeness = MaterialFacts.Likeness(new(review.Facts!, review.Assessment!), pack);
        var precedent = precedents.FirstOrDefault(
            other => other.Id != review.Id && MaterialFacts.Likeness(new(other.Facts!, other.Assessment!), pack) == likeness);

        if (precedent is null)
        {
            return new(review.Id, review.Number, false, "No approved case is like this one; open it.", null);
        }

        var seen = action.On(review) with { IfMatch = review.ETag };
        var approve = new ApproveReview(seen, [], ReviewDesk.FactsHashOf(action.Queue, pack), precedent.Id);

        try
        {
            Guid? ruling = null;

            if (dryRun)
            {
                _ = approve.Decide(review).ToList();
            }
            else
            {
                await decisions.Command<Review>(
                    review.Id, approve.Decide, FactContext.Of(Caller.From(http.User), action.Role, clock), once: null, http.RequestAborted,
                    named => ruling = named.LastOrDefault(e => Seals.IsRuling(e.Data))?.Id);
            }

            return new(review.Id, review.Number, true, null, precedent.Number, ruling);
        }
        catch (Exception refusal) when (refusal is RuleViolationException or NotAllowedException or StaleException)
        {
            return new(review.Id, review.Number, false, refusal.Message, null);
        }
    }

    /// <summary>The latest approvals in force of a tier, so many of which are compared.</summary>
    private async Task<IReadOnlyList<Review>> Precedents(RiskTier tier, DateTimeOffset now, CancellationToken ct)
    {
        var approved = await session.Query<Review>()
            .Where(r => r.MatchesSql("d.data ->> 'state' = 'approved' and d.data ->> 'tier' = ?", Choice.NameOf(tier)))
            .OrderByDescending(r => r.OpenedAt)
            .Take(MostPrecedents)
            .ToListAsync(ct);

        return [.. approved.Where(review => review.Approval is { IsSuspended: false } approval && approval.ValidUntil > now)];
    }

    private const int MostPrecedents = 500;
}

/// <summary>A dry run changes nothing and says of each review, of whatever tier, whether it would be approved.</summary>
public sealed record BulkInput(IReadOnlyList<Guid> Reviews, ReviewQueue? Queue = null, string? OnBehalfOf = null, bool DryRun = false);

public sealed record BulkResult(IReadOnlyList<BulkItem> Reviews);

/// <summary>What became, or would become, of one review: approved like the precedent, or why not.</summary>
/// <param name="Ruling">The id of the sign-off or approval; <c>GET /api/reviews/{id}/seals/{ruling}</c> gives its seal where it is not here.</param>
public sealed record BulkItem(
    Guid Id, string? Number, bool Approved, string? Reason, string? Precedent, Guid? Ruling = null, Seal? Seal = null);
