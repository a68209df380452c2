using Governance.Compliance.Reviews;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Compliance.People;

/// <summary>
/// The names of everybody a review mentions, and of the managers of its unit, who may own its conditions. Who may see the case may
/// know them, and nobody's else.
/// </summary>
public static class NamePeople
{
    public static async Task<Ok<IReadOnlyList<NamedPerson>>> Handle(Guid id, Caller caller, IQuerySession session, CancellationToken ct)
    {
        var review = await session.LoadAsync<Review>(id, ct);
        caller.RequireSight(review?.Facts?.BusinessUnit);
        var mentioned = Mentioned(review!).ToHashSet(StringComparer.Ordinal);
        var people = await session.Query<Person>().OrderBy(person => person.Name).ToListAsync(ct);

        return TypedResults.Ok<IReadOnlyList<NamedPerson>>(
        [
            .. from person in people
               let manages = person.Roles.Contains(Roles.PortfolioManager) && person.BusinessUnits.Contains(review!.Facts!.BusinessUnit)
               where manages || mentioned.Contains(person.Id)
               select new NamedPerson(person.Id, person.Name, manages),
        ]);
    }

    private static IEnumerable<string> Mentioned(Review review) => ((IEnumerable<string?>)
    [
        .. review.SignOffs.SelectMany(signOff => signOff.People),
        .. review.Tasks.SelectMany(task => task.Claims).SelectMany(claim => (string?[])[claim.By, claim.OnBehalfOf]),
        .. review.Voided.Select(voided => voided.By),
        .. review.Conditions.SelectMany(condition => (string?[])[condition.SetBy, condition.Terms.Owner, condition.EvidenceBy]),
    ]).OfType<string>();
}

/// <param name="Manages">Whether the person is a portfolio manager of the case's business unit.</param>
public sealed record NamedPerson(string Subject, string Name, bool Manages);
