using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Compliance.Reviews;

public static class FindReviews
{
    public static async Task<Ok<ReviewView>> One(Guid id, Caller caller, HttpContext http, IQuerySession session, CancellationToken ct)
    {
        var review = await session.LoadAsync<Review>(id, ct);
        caller.RequireSight(review?.Facts?.BusinessUnit);
        http.Response.Headers.ETag = review!.ETag;

        return TypedResults.Ok(ReviewView.Of(review));
    }

    /// <summary>
    /// The work of a queue, oldest first: without a state the open reviews; <paramref name="mine"/> keeps those the caller has
    /// claimed. A review leaves a queue when that queue has signed off.
    /// </summary>
    public static async Task<Ok<Page<ReviewView>>> Many(
        Caller caller, IQuerySession session, string? queue, string? state, bool? mine, int? page, int? pageSize,
        CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        var wanted = Choice.NameOf(Choice.Of<ReviewState>("state", state) ?? ReviewState.Open);
        var reviews = session.Query<Review>()
            .Where(r => r.MatchesSql("d.data ->> 'state' = ?", wanted))
            .Where(r => r.Number != "");

        if (!caller.SeesAllUnits)
        {
            reviews = reviews.Where(r => r.Facts!.BusinessUnit.IsOneOf(caller.BusinessUnits.ToArray()));
        }

        if (Choice.Of<ReviewQueue>("queue", queue) is { } waiting)
        {
            var name = Choice.NameOf(waiting);
            reviews = reviews.Where(r => r.MatchesSql(
                "d.data -> 'required' @> jsonb_build_array(jsonb_build_object('queue', ?::text)) and d.data -> 'signOffs' -> ? is null", name, name));
        }

        if (mine is true)
        {
            reviews = reviews.Where(r => r.MatchesSql("exists (select 1 from jsonb_each_text(d.data -> 'claims') c where c.value = ?)", caller.Subject));
        }

        return TypedResults.Ok(await window.Of(reviews.OrderBy(r => r.OpenedAt), ReviewView.Of, ct));
    }
}
