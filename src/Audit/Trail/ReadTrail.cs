using System.Text.Json;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Trail;

/// <summary>One published fact with who caused it, why and when; the publication of a policy, for one, is about no use case.</summary>
public sealed record RecordedFact(
    long Position,
    Guid EventId,
    string Contract,
    Guid? UseCaseId,
    int? Revision,
    string Service,
    Guid Stream,
    long Version,
    string Actor,
    string ActorRole,
    Guid CorrelationId,
    Guid CausationId,
    DateTimeOffset EffectiveAt,
    DateTimeOffset RecordedAt,
    JsonElement Data);

public static class ReadTrail
{
    /// <summary>Every fact about a case in the order the services recorded them.</summary>
    public static async Task<Ok<Page<RecordedFact>>> OfCase(
        Guid id, NpgsqlDataSource database, int? page, int? pageSize, CancellationToken ct) =>
        await Find("use_case_id = $1", [id], Window.Of(page, pageSize), database, ct) is { Total: > 0 } found
            ? TypedResults.Ok(found)
            : throw new NotFoundException("The trail knows no such use case.");

    /// <summary>Every fact that is about no case, such as the publication of a policy.</summary>
    public static async Task<Ok<Page<RecordedFact>>> OfPlatform(NpgsqlDataSource database, int? page, int? pageSize, CancellationToken ct) =>
        TypedResults.Ok(await Find("use_case_id is null", [], Window.Of(page, pageSize), database, ct));

    private static async Task<Page<RecordedFact>> Find(
        string which, object[] parameters, Window window, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = Command($"""
            select position, event_id, contract, use_case_id, revision, service, stream, version, actor, actor_role, correlation,
                causation, effective_at, recorded_at, data::text, count(*) over ()
            from fact where {which}
            order by recorded_at, service, version
            limit {window.Size} offset {window.Skip}
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var facts = new List<RecordedFact>();
        var total = 0L;

        while (await reader.ReadAsync(ct))
        {
            facts.Add(Read(reader));
            total = reader.GetInt64(15);
        }

        if (total == 0 && window.Page > 1)
        {
            await using var count = Command($"select count(*) from fact where {which}");
            total = (long)(await count.ExecuteScalarAsync(ct))!;
        }

        return new(facts, total, window.Page, window.Size);

        NpgsqlCommand Command(string sql)
        {
            var command = database.CreateCommand(sql);
            Array.ForEach(parameters, value => command.Parameters.AddWithValue(value));

            return command;
        }
    }

    private static RecordedFact Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetString(2),
        row.IsDBNull(3) ? null : row.GetGuid(3),
        row.IsDBNull(4) ? null : row.GetInt32(4),
        row.GetString(5),
        row.GetGuid(6),
        row.GetInt64(7),
        row.GetString(8),
        row.GetString(9),
        row.GetGuid(10),
        row.GetGuid(11),
        row.GetFieldValue<DateTimeOffset>(12),
        row.GetFieldValue<DateTimeOffset>(13),
        JsonElement.Parse(row.GetString(14)));
}
