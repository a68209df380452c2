using System.Text.Json;
using Governance.Audit.Evidence;
using Governance.Audit.Sealing;
using Governance.Audit.Trail;
using Governance.Engines;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Audit.ReRuns;

/// <summary>Which decisions to make again: those of one case, those recorded in a period, or, with nothing named, all.</summary>
public sealed record ReRunDecisions(Guid? UseCaseId = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>How far it has come.</summary>
public sealed record ReRunProgress(long Cases, long OfCases, long Decisions);

/// <summary>A decision that did not come out as recorded, or could not be made again.</summary>
public sealed record ReRunFinding(Guid UseCaseId, Guid EventId, long? Position, string Contract, int Revision, ReRunOutcome Outcome, string? Detail);

/// <param name="Outcomes">How many decisions had which outcome.</param>
/// <param name="NotCovered">Recorded automated decisions this re-run does not make again, by contract.</param>
public sealed record ReRunSummary(
    long Cases, long Decisions, IReadOnlyDictionary<ReRunOutcome, long> Outcomes, IReadOnlyDictionary<string, long> NotCovered);

/// <summary>
/// Makes recorded decisions again, case by case, and answers as it goes: JSON lines of progress and findings, the last one a summary.
/// Nothing is recorded, and no more than one case is held at a time.
/// </summary>
internal static class MakeDecisionsAgain
{
    private const int ReportEvery = 100;

    public static async Task Handle(HttpContext http, NpgsqlDataSource database, PolicyArchive policies)
    {
        var ct = http.RequestAborted;
        var which = await http.Request.ReadOr<ReRunDecisions>(new());
        var cases = await Cases(which, database, ct);

        if (cases.Count == 0 && which.UseCaseId is not null)
        {
            throw new NotFoundException("The trail knows no such use case.");
        }

        http.Response.ContentType = "application/x-ndjson; charset=utf-8";
        var outcomes = new Dictionary<ReRunOutcome, long>();
        var notCovered = new Dictionary<string, long>();
        var (done, decisions) = (0L, 0L);

        foreach (var id in cases)
        {
            foreach (var finding in await Again(id, which, notCovered, database, policies, ct))
            {
                decisions++;
                outcomes[finding.Outcome] = outcomes.GetValueOrDefault(finding.Outcome) + 1;

                if (finding.Outcome is not ReRunOutcome.Same)
                {
                    await Say(http, new { finding }, ct);
                }
            }

            if (++done % ReportEvery == 0)
            {
                await Say(http, new { progress = new ReRunProgress(done, cases.Count, decisions) }, ct);
                await http.Response.BodyWriter.FlushAsync(ct);
            }
        }

        await Say(http, new { summary = new ReRunSummary(done, decisions, outcomes, notCovered) }, ct);
        await http.Response.BodyWriter.FlushAsync(ct);
    }

    private static async Task<List<ReRunFinding>> Again(
        Guid id, ReRunDecisions which, Dictionary<string, long> notCovered, NpgsqlDataSource database, PolicyArchive policies, CancellationToken ct)
    {
        var facts = await ReadTrail.Upto(id, asOf: null, position: null, effectiveAt: null, database, ct);
        var personal = await Disclosures.Of(database, [.. facts.Select(fact => fact.EventId)], ct);
        var contents = new Dictionary<string, string?>();

        foreach (var hash in facts.SelectMany(fact => PolicyArchive.Named(fact.Data)).Distinct())
        {
            contents[hash] = await policies.Find(hash, ct);
        }

        foreach (var contract in facts.Where(fact => IsWithin(fact, which) && IsDecision(fact)).Select(fact => fact.Contract).Except(RecordedCase.Decisions))
        {
            notCovered[contract] = notCovered.GetValueOrDefault(contract) + facts.Count(fact => fact.Contract == contract && IsWithin(fact, which));
        }

        var wanted = facts.Where(fact => IsWithin(fact, which)).ToDictionary(fact => fact.EventId);

        return
        [
            .. from result in RecordedCase.MakeAgain([.. facts.Select(fact => Recorded(fact, personal.GetValueOrDefault(fact.EventId, [])))], hash => contents.GetValueOrDefault(hash))
               where wanted.ContainsKey(result.EventId)
               select new ReRunFinding(
                   id, result.EventId, wanted[result.EventId].Position, result.Contract, result.Revision, result.Outcome, result.Detail),
        ];
    }

    private static bool IsDecision(RecordedFact fact) => fact.Data.TryGetProperty("basis", out _);

    private static bool IsWithin(RecordedFact fact, ReRunDecisions which) =>
        (which.From is null || fact.RecordedAt >= which.From) && (which.To is null || fact.RecordedAt < which.To);

    private static RecordedDecision Recorded(RecordedFact fact, List<Disclosure> personal) => new(
        fact.EventId,
        fact.Contract,
        fact.Revision ?? 0,
        JsonSerializer.SerializeToElement(PersonalMembers.Join(fact.Data.GetRawText(), personal, _ => RecordedDecision.InsteadOfErased)),
        IsErased: personal.Count < PersonalMembers.CommitmentsIn(fact.Data).Count);

    private static async Task<List<Guid>> Cases(ReRunDecisions which, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select use_case_id from fact
            where use_case_id is not null and ($1::uuid is null or use_case_id = $1)
                and ($2::timestamptz is null or recorded_at >= $2) and ($3::timestamptz is null or recorded_at < $3)
            group by use_case_id order by min(recorded_at)
            """);
        command.Parameters.Add(new() { Value = which.UseCaseId ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = which.From?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = which.To?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var cases = new List<Guid>();

        while (await reader.ReadAsync(ct))
        {
            cases.Add(reader.GetGuid(0));
        }

        return cases;
    }

    private static async Task Say(HttpContext http, object line, CancellationToken ct)
    {
        await http.Response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, Json.Options), ct);
        await http.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), ct);
    }
}
