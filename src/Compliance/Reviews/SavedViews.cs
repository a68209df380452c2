using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Compliance.Reviews;

/// <summary>Filters a reviewer wants to find again: a name, and the query of <c>/api/reviews</c> as it would be typed.</summary>
public sealed record SavedViews(string Id, IReadOnlyDictionary<string, string> Queries)
{
    private const int Most = 50;
    private const int LongestName = 80;
    private const int LongestQuery = 1_000;

    public static async Task<Ok<IReadOnlyDictionary<string, string>>> Read(Caller caller, IQuerySession session, CancellationToken ct) =>
        TypedResults.Ok((await session.LoadAsync<SavedViews>(caller.Subject, ct))?.Queries ?? new Dictionary<string, string>());

    /// <summary>Replaces all views of the caller.</summary>
    public static async Task<Ok<IReadOnlyDictionary<string, string>>> Replace(
        Caller caller, HttpContext http, IDocumentSession session, CancellationToken ct)
    {
        var queries = await http.Request.Read<Dictionary<string, string>>();

        if (queries.Count > Most)
        {
            throw new InvalidRequestException("$", $"holds more than {Most} views.");
        }

        if (queries.FirstOrDefault(view => view.Key.Length is 0 or > LongestName || view.Value.Length > LongestQuery) is { Key: not null } wrong)
        {
            throw new InvalidRequestException(
                wrong.Key.Length > LongestName ? "$" : wrong.Key, $"must be a name of 1 to {LongestName} characters with a query of at most {LongestQuery}.");
        }

        session.Store(new SavedViews(caller.Subject, queries));
        await session.SaveChangesAsync(ct);

        return TypedResults.Ok<IReadOnlyDictionary<string, string>>(queries);
    }
}
