using Governance.Audit.Erasures;
using Governance.Audit.Holds;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Retention;

/// <summary>What is due under the policy in force, and what of it is held: how many cases, and those that have waited longest.</summary>
public sealed record RetentionView(
    string PolicyVersion, string PolicyHash, IReadOnlyList<RetentionClass> Classes, long DueTotal, IReadOnlyList<DueCase> Due, long HeldTotal, IReadOnlyList<DueCase> Held)
{
    public const int MostNamed = 200;
}

/// <summary>Finds closed cases whose personal texts have been kept long enough, oldest first.</summary>
internal sealed class FindDueCases(
    NpgsqlDataSource database, IDocumentStore store, FindHolds holds, VersionedData<RetentionPolicy> policies, TimeProvider clock)
{
    public const string Schema = $"create index if not exists fact_closing on fact(recorded_at) where contract in ({Closings});";

    private const string Closings =
        "'governance.use-case-rejected.v1', 'governance.use-case-withdrawn.v1', 'governance.approval-expired.v1'";

    /// <summary>A case that was revised or renewed after it closed is open again.</summary>
    private const string Closed = $$"""
        select * from (
            select f.use_case_id,
                max(f.data::jsonb ->> 'number'),
                coalesce(array_agg(distinct f.data::jsonb #>> array['facts', 'businessUnit']) filter (where f.data::jsonb #>> array['facts', 'businessUnit'] is not null), array[]::text[]),
                (array_agg(f.contract order by f.recorded_at desc, f.version desc) filter (where f.contract = any($1)))[1] as last,
                max(f.recorded_at) filter (where f.contract = any($1)) as closed_at
            from fact f where f.use_case_id in (
                select closing.use_case_id from fact closing where closing.contract in ({{Closings}}) and closing.recorded_at < $3)
            group by f.use_case_id) as cases
        where last = any($2) and closed_at < $3
            and exists (select from personal p join fact of_case on of_case.event_id = p.event_id where of_case.use_case_id = cases.use_case_id)
        order by closed_at, use_case_id
        """;

    private static readonly string[] Opening = ["use-case-submitted", "use-case-revised", "review-opened", "use-case-approved"];

    public static async Task<Ok<RetentionView>> Handle(FindDueCases cases, CancellationToken ct)
    {
        var (policy, due) = await cases.Find(ct);

        var held = due.ToLookup(found => found.Holds.Count > 0);

        return TypedResults.Ok(new RetentionView(
            policy.Version, policy.Hash, policy.Content.Classes,
            held[false].LongCount(), [.. held[false].Take(RetentionView.MostNamed)],
            held[true].LongCount(), [.. held[true].Take(RetentionView.MostNamed)]));
    }

    public async Task<(Versioned<RetentionPolicy> Policy, IReadOnlyList<DueCase> Cases)> Find(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var policy = policies.InForce(now);
        var active = await holds.Active(ct);
        await using var session = store.QuerySession();
        var asked = (await session.Query<Erasure>().Where(FindErasures.InProgress(ErasureProgress.Requested)).ToListAsync(ct))
            .Where(erasure => erasure.Subject is ErasureSubject.UseCase)
            .ToLookup(erasure => erasure.UseCaseId, erasure => erasure.Id);

        return (policy,
        [
            .. from closed in await ClosedCases(policy.Content, now, ct)
               let due = RetentionRules.DueAt(closed, policy.Content)
               where due is { } kept && kept.At <= now
               select new DueCase(
                   closed.UseCaseId,
                   closed.Number,
                   closed.BusinessUnits.Count > 0 ? closed.BusinessUnits[^1] : null,
                   due.Value.Class,
                   closed.ClosedAt,
                   due.Value.At,
                   [.. active.Where(hold => hold.Covers(closed.UseCaseId, closed.BusinessUnits)).Select(hold => hold.Id)],
                   asked[closed.UseCaseId].Select(id => (Guid?)id).FirstOrDefault()),
        ]);
    }

    private async Task<List<ClosedCase>> ClosedCases(RetentionPolicy policy, DateTimeOffset now, CancellationToken ct)
    {
        string[] closings = [.. policy.Classes.SelectMany(kept => kept.ClosedBy).Select(Contract)];
        await using var command = database.CreateCommand(Closed);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue(closings.Concat(Opening.Select(Contract)).ToArray());
        command.Parameters.AddWithValue(closings);
        command.Parameters.AddWithValue(now.AddDays(-policy.Classes.Min(kept => kept.KeepDays)).ToUniversalTime());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var closed = new List<ClosedCase>();

        while (await reader.ReadAsync(ct))
        {
            closed.Add(new(
                reader.GetGuid(0),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetFieldValue<string[]>(2),
                reader.GetString(3)["governance.".Length..^".v1".Length],
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return closed;
    }

    private static string Contract(string name) => $"governance.{name}.v1";
}
