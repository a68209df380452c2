using System.Globalization;
using System.Text.Json;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Compliance.Reviews;

public static class FindReviews
{
    public static async Task<Ok<ReviewView>> One(
        Guid id, Caller caller, HttpContext http, IQuerySession session, TimeProvider clock, CancellationToken ct)
    {
        var review = await session.LoadAsync<Review>(id, ct);
        caller.RequireSight(review?.Facts?.BusinessUnit);
        http.Response.Headers.ETag = review!.ETag;

        return TypedResults.Ok(ReviewView.Of(review, clock.GetUtcNow()));
    }

    /// <summary>
    /// The work of a queue, or with another state than open the reviews in that state. Work is ordered by priority (escalated first),
    /// then by when it is due; everything else by when it was opened, the latest first.
    /// </summary>
    public static async Task<Ok<Page<ReviewView>>> Many(
        Caller caller, IQuerySession session, NpgsqlDataSource database, TimeProvider clock, [AsParameters] ReviewFilter filter,
        int? page, int? pageSize, CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        var now = clock.GetUtcNow();
        var state = Choice.Of<ReviewState>("state", filter.State) ?? ReviewState.Open;

        if (state is ReviewState.Open)
        {
            var (ids, total) = await Work(database, WorkFilter.Of(filter, caller), window, now, ct);
            var found = await Listed(ids, now, database, ct);

            return TypedResults.Ok(new Page<ReviewView>([.. ids.Where(found.ContainsKey).Select(id => found[id])], total, window.Page, window.Size));
        }

        var reviews = session.Query<Review>()
            .Where(r => r.MatchesSql("d.data ->> 'state' = ?", Choice.NameOf(state)))
            .Where(r => r.Number != "");

        if (!caller.SeesAllUnits)
        {
            reviews = reviews.Where(r => r.Facts!.BusinessUnit.IsOneOf(caller.BusinessUnits.ToArray()));
        }

        if (filter.BusinessUnit is { } unit)
        {
            reviews = reviews.Where(r => r.Facts!.BusinessUnit == unit);
        }

        if (Choice.Of<RiskTier>("tier", filter.Tier) is { } tier)
        {
            reviews = reviews.Where(r => r.MatchesSql("d.data ->> 'tier' = ?", Choice.NameOf(tier)));
        }

        return TypedResults.Ok(await window.Of(reviews.OrderByDescending(r => r.OpenedAt), review => ReviewView.Brief(review, review.Facts!.Title, review.Facts.BusinessUnit, now), ct));
    }

    internal static string[]? UnitsOf(Caller caller) => caller.SeesAllUnits ? null : [.. caller.BusinessUnits];

    private static async Task<(List<Guid> Page, long Total)> Work(
        NpgsqlDataSource database, WorkFilter filter, Window window, DateTimeOffset now, CancellationToken ct)
    {
        await using var page = database.CreateCommand(
            $"select review_id from review_task where {filter.Sql} order by priority desc, due_at, review_id offset {window.Skip} limit {window.Size}");
        await using var total = database.CreateCommand($"select count(*) from review_task where {filter.Sql}");
        filter.Bind(page, now);
        filter.Bind(total, now);
        var counting = total.ExecuteScalarAsync(ct);
        await using var reader = await page.ExecuteReaderAsync(ct);
        var ids = new List<Guid>();

        while (await reader.ReadAsync(ct))
        {
            ids.Add(reader.GetGuid(0));
        }

        return (ids, (long)(await counting)!);
    }

    /// <summary>Reviews without what a list does not show, most of all the facts, which take longer to read than the rest.</summary>
    private static async Task<Dictionary<Guid, ReviewView>> Listed(List<Guid> ids, DateTimeOffset now, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select (data - '{facts,changes,terms,waiting,editors}'::text[])::text, data -> 'facts' ->> 'title', data -> 'facts' ->> 'businessUnit'
            from mt_doc_review where id = any($1)
            """);
        command.Parameters.AddWithValue(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new Dictionary<Guid, ReviewView>();

        while (await reader.ReadAsync(ct))
        {
            var review = JsonSerializer.Deserialize<Review>(reader.GetFieldValue<byte[]>(0), Json.Tolerant)!;
            found.Add(review.Id, ReviewView.Brief(review, reader.GetString(1), reader.GetString(2), now));
        }

        return found;
    }

    /// <summary>The conditions of a work list; the moment is the first parameter, the caller the second.</summary>
    private sealed record WorkFilter(string Sql, string Subject, IReadOnlyList<object> Values)
    {
        public static WorkFilter Of(ReviewFilter filter, Caller caller)
        {
            var clauses = new List<string>();
            var values = new List<object>();

            Add(UnitsOf(caller), "business_unit = any({0})");
            Add(Choice.Of<ReviewQueue>("queue", filter.Queue) is { } queue ? Choice.NameOf(queue) : QueueTable.AnyQueue, "queue = {0}");
            Add(Choice.Of<RiskTier>("tier", filter.Tier) is { } tier ? Choice.NameOf(tier) : null, "tier = {0}");
            Add(Parameter.Text("businessUnit", filter.BusinessUnit), "business_unit = {0}");
            Add(filter.DueBefore, "due_at < {0}");

            if (filter.Mine is true)
            {
                clauses.Add("claims ? $2 and (claims ->> $2)::timestamptz > $1");
            }

            if (filter.Unclaimed is true)
            {
                clauses.Add($"{QueueTable.HeldAtP1} < places");
            }

            if (filter.Overdue is true)
            {
                clauses.Add("due_at < $1");
            }

            if (filter.Escalated is { } escalated)
            {
                clauses.Add(escalated ? "escalated" : "not escalated");
            }

            return new(string.Join(" and ", clauses), caller.Subject, values);

            void Add(object? value, string clause)
            {
                if (value is not null)
                {
                    values.Add(value);
                    clauses.Add(string.Format(CultureInfo.InvariantCulture, clause, $"${values.Count + 2}"));
                }
            }
        }

        public void Bind(NpgsqlCommand command, DateTimeOffset now)
        {
            command.Parameters.AddWithValue(now);
            command.Parameters.AddWithValue(Subject);

            foreach (var value in Values)
            {
                command.Parameters.AddWithValue(value);
            }
        }
    }
}

/// <summary>Which reviews to list; all filters of work hold together.</summary>
public sealed record ReviewFilter(
    string? Queue, string? State, string? Tier, string? BusinessUnit, bool? Mine, bool? Unclaimed, bool? Escalated, DateTimeOffset? DueBefore,
    bool? Overdue = null);
