using System.Collections.Concurrent;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Compliance.People;

/// <summary>Somebody who has signed in to Compliance, as the last token said: whom a review can be delegated to, and by whom.</summary>
/// <param name="Id">The subject of the account.</param>
public sealed record Person(string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> BusinessUnits, DateTimeOffset SeenAt)
{
    public IEnumerable<ReviewQueue> Queues => QueueRoles.QueuesOf(Roles);
}

/// <summary>Which role works which queue.</summary>
public static class QueueRoles
{
    private static readonly Dictionary<ReviewQueue, string> Of = new()
    {
        [ReviewQueue.Risk] = Roles.RiskReviewer,
        [ReviewQueue.Legal] = Roles.LegalReviewer,
        [ReviewQueue.Privacy] = Roles.PrivacyReviewer,
        [ReviewQueue.Security] = Roles.SecurityReviewer,
    };

    public static string RoleOf(ReviewQueue queue) => Of[queue];

    public static IEnumerable<ReviewQueue> QueuesOf(IEnumerable<string> roles) => Of.Where(role => roles.Contains(role.Value)).Select(role => role.Key);
}

/// <summary>Remembers who signs in. A token that says nothing new is not written again for a day.</summary>
public sealed class KnownPeople(IDocumentStore store, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, Person> known = new(StringComparer.Ordinal);

    public async Task Remember(HttpContext http, RequestDelegate next)
    {
        if (http.User.Identity is { IsAuthenticated: true })
        {
            var caller = Caller.From(http.User);

            if (caller.Roles.Any(role => Access.Reviewers.Contains(role) || role is Roles.PortfolioManager or Roles.Administrator or Roles.Executive))
            {
                await Remember(caller, http.RequestAborted);
            }
        }

        await next(http);
    }

    /// <summary>Has the person remembered anew at the next sign-in.</summary>
    public void Forget(string subject) => known.TryRemove(subject, out _);

    private async Task Remember(Caller caller, CancellationToken ct)
    {
        var now = clock.GetUtcNow();

        if (known.TryGetValue(caller.Subject, out var person) && person.SeenAt + Fresh > now && Says(caller, person))
        {
            return;
        }

        var seen = new Person(caller.Subject, caller.Name, caller.Roles, caller.BusinessUnits, now);
        await using var session = store.LightweightSession();
        session.Store(seen);
        await session.SaveChangesAsync(ct);
        known[caller.Subject] = seen;
    }

    private static bool Says(Caller caller, Person person) =>
        caller.Name == person.Name && caller.Roles.SequenceEqual(person.Roles) && caller.BusinessUnits.SequenceEqual(person.BusinessUnits);
}

/// <summary>The reviewers one can delegate to.</summary>
public static class FindReviewers
{
    public static async Task<Ok<IReadOnlyList<Reviewer>>> Handle(IQuerySession session, string? queue, CancellationToken ct)
    {
        var wanted = Choice.Of<ReviewQueue>("queue", queue);
        var people = await session.Query<Person>().OrderBy(person => person.Name).ToListAsync(ct);

        return TypedResults.Ok<IReadOnlyList<Reviewer>>(
        [
            .. from person in people
               let queues = person.Queues.ToList()
               where wanted is { } only ? queues.Contains(only) : queues.Count > 0
               select new Reviewer(person.Id, person.Name, queues),
        ]);
    }
}

public sealed record Reviewer(string Subject, string Name, IReadOnlyList<ReviewQueue> Queues);
