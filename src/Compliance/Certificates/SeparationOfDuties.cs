using Governance.Compliance.Delegations;
using Governance.Compliance.People;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Compliance.Certificates;

/// <summary>
/// Whether the separation of duties held over a period, from the recorded events alone: the role of each actor is the one recorded at
/// the time, and a delegation counts if it was in force then. It shares no rule with the decisions it examines.
/// </summary>
public static class SeparationOfDuties
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(366);

    public static async Task<Ok<SeparationCertificate>> Handle(
        DateTimeOffset from, DateTimeOffset to, IQuerySession session, NpgsqlDataSource database, TimeProvider clock, CancellationToken ct)
    {
        if (to <= from || to - from > LongestPeriod)
        {
            throw new InvalidRequestException("to", "must lie after from, by at most 366 days.");
        }

        var rulings = new List<Ruling>();
        var cases = 0;

        foreach (var stream in await CasesRuledOn(database, from, to, ct))
        {
            var events = await session.Events.FetchStreamAsync(stream, token: ct);
            var delegations = new Dictionary<Guid, IReadOnlyList<IEvent>>();

            foreach (var id in events.Select(e => Ruling.Of(e)?.DelegationId).OfType<Guid>().Distinct())
            {
                delegations[id] = await session.Events.FetchStreamAsync(id, token: ct);
            }

            rulings.AddRange(Examine(events, delegations).Where(ruling => ruling.At >= from && ruling.At < to));
            cases++;
        }

        return TypedResults.Ok(new SeparationCertificate(
            from, to, clock.GetUtcNow(), cases, rulings.Count, [.. rulings.Where(ruling => ruling.Breach is not null)],
            Canonical.Hash(System.Text.Json.JsonSerializer.SerializeToNode(rulings.OrderBy(r => r.At).ThenBy(r => r.EventId), Json.Options))));
    }

    private static async Task<IReadOnlyList<Guid>> CasesRuledOn(NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await using var query = database.CreateCommand("""
            select distinct stream_id from mt_events
            where timestamp >= $1 and timestamp < $2
                and type in ('signed_off', 'rejected', 'changes_asked', 'evidence_refused', 'condition_accepted')
            """);
        query.Parameters.AddWithValue(from);
        query.Parameters.AddWithValue(to);
        await using var reader = await query.ExecuteReaderAsync(ct);
        var cases = new List<Guid>();

        while (await reader.ReadAsync(ct))
        {
            cases.Add(reader.GetGuid(0));
        }

        return cases;
    }

    /// <summary>Every ruling of one case, each with what it breaks, if anything.</summary>
    public static IEnumerable<Ruling> Examine(IReadOnlyList<IEvent> events, IReadOnlyDictionary<Guid, IReadOnlyList<IEvent>> delegations)
    {
        IReadOnlyList<string> editors = [];
        var standing = new List<SignedOff>();

        foreach (var e in events)
        {
            switch (e.Data)
            {
                case Opened opened:
                    editors = opened.Editors;
                    break;

                case Voided voided:
                    standing.RemoveAll(signOff => signOff.RequirementId == voided.RequirementId && signOff.By == voided.By);
                    break;
            }

            if (Ruling.Of(e) is not { } ruling)
            {
                continue;
            }

            yield return ruling with { Breach = Breach(ruling, editors, standing, delegations) };

            if (e.Data is SignedOff given)
            {
                standing.Add(given);
            }
        }
    }

    private static string? Breach(
        Ruling ruling, IReadOnlyList<string> editors, IEnumerable<SignedOff> standing, IReadOnlyDictionary<Guid, IReadOnlyList<IEvent>> delegations)
    {
        if (ruling.Actor != ruling.By)
        {
            return "recorded for somebody else than the one who acted";
        }

        if (editors.Contains(ruling.By) || (ruling.OnBehalfOf is { } principal && editors.Contains(principal)))
        {
            return "ruled on a case they, or whom they acted for, submitted or edited";
        }

        if (standing.Any(other => other.Queue != ruling.Queue && Overlap(other, ruling)))
        {
            return "ruled in two roles on one case";
        }

        if (ruling.Kind is nameof(SignedOff) && standing.Any(other => Overlap(other, ruling)))
        {
            return "signed off twice";
        }

        return ruling.OnBehalfOf is null
            ? ruling.Role == QueueRoles.RoleOf(ruling.Queue) ? null : "did not hold the role of the queue"
            : ruling.DelegationId is { } id && delegations.TryGetValue(id, out var given) && Allows(given, ruling) ? null : "no delegation in force allowed it";
    }

    private static bool Overlap(SignedOff other, Ruling ruling) =>
        other.By == ruling.By || other.By == ruling.OnBehalfOf || (other.OnBehalfOf is { } o && (o == ruling.By || o == ruling.OnBehalfOf));

    private static bool Allows(IReadOnlyList<IEvent> delegation, Ruling ruling) =>
        delegation.Select(e => e.Data).OfType<Given>().SingleOrDefault() is { } given
        && given.From == ruling.OnBehalfOf && given.To == ruling.By && given.Queues.Contains(ruling.Queue)
        && given.Start <= ruling.At && ruling.At < given.End
        && (given.OnlyUseCase is null || given.OnlyUseCase == ruling.UseCaseId)
        && !delegation.Select(e => e.Data).OfType<Revoked>().Any(revoked => revoked.At <= ruling.At);
}

/// <summary>One judgement of one person, as recorded; without a breach it kept the rules.</summary>
public sealed record Ruling(
    Guid UseCaseId, Guid EventId, string Kind, ReviewQueue Queue, string By, string? OnBehalfOf, Guid? DelegationId, string? Actor, string? Role,
    DateTimeOffset At, string? Breach)
{
    /// <summary>Null for what is no judgement, or was brought about by policy or the clock.</summary>
    public static Ruling? Of(IEvent e) => e.Data switch
    {
        SignedOff x => Of(e, x.Queue, x.By, x.OnBehalfOf, x.DelegationId, x.At),
        ChangesAsked { By: not MeetDeadlines.Actor } x => Of(e, x.Queue, x.By, x.OnBehalfOf, x.DelegationId, x.At),
        Rejected { By: { } by, Queue: { } queue } x => Of(e, queue, by, x.OnBehalfOf, x.DelegationId, x.At),
        ConditionAccepted x => Of(e, x.Queue, x.By, x.OnBehalfOf, x.DelegationId, x.At),
        EvidenceRefused x => Of(e, x.Queue, x.By, x.OnBehalfOf, x.DelegationId, x.At),
        _ => null,
    };

    private static Ruling Of(IEvent e, ReviewQueue queue, string by, string? onBehalfOf, Guid? delegation, DateTimeOffset at)
    {
        var context = FactContext.ReadFrom(e);

        return new(e.StreamId, e.Id, e.Data.GetType().Name, queue, by, onBehalfOf, delegation, context.Actor, context.ActorRole, at, null);
    }
}

/// <summary>The hash is of all rulings of the period, so that a second certificate over the same events can be compared.</summary>
public sealed record SeparationCertificate(
    DateTimeOffset From, DateTimeOffset To, DateTimeOffset IssuedAt, int Cases, int Rulings, IReadOnlyList<Ruling> Breaches, string RulingsHash);
