using System.Text.Json;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Trail;

/// <summary>One published fact with who caused it, why and when.</summary>
public sealed record RecordedFact(
    long Position,
    Guid EventId,
    string Contract,
    Guid UseCaseId,
    int Revision,
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
    public static async Task<Ok<Page<RecordedFact>>> Handle(
        Guid id, NpgsqlDataSource database, int? page, int? pageSize, CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        await using var command = database.CreateCommand("""
            select position, event_id, contract, use_case_id, revision, service, stream, version, actor, actor_role, correlation,
                causation, effective_at, recorded_at, data::text, count(*) over ()
            from fact where use_case_id = $1
            order by recorded_at, service, version
            limit $2 offset $3
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(window.Size);
        command.Parameters.AddWithValue(window.Skip);

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
            total = await Count(id, database, ct);
        }

        return total == 0
            ? throw new NotFoundException("The trail knows no such use case.")
            : TypedResults.Ok(new Page<RecordedFact>(facts, total, window.Page, window.Size));
    }

    private static async Task<long> Count(Guid id, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count(*) from fact where use_case_id = $1");
        command.Parameters.AddWithValue(id);

        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static RecordedFact Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetString(2),
        row.GetGuid(3),
        row.GetInt32(4),
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
