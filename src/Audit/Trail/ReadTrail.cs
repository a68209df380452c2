using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Trail;

/// <summary>
/// One published fact with who caused it, why and when; the publication of a policy, for one, is about no use case. Its position in
/// the ledger and its leaf hash (base64) are null until it is sealed, which takes a moment.
/// </summary>
public sealed record RecordedFact(
    long? Position,
    string? LeafHash,
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
    JsonElement Data)
{
    /// <summary>The fact with its personal values back in their places.</summary>
    public RecordedFact With(IEnumerable<Disclosure> personal) =>
        this with { Data = JsonSerializer.SerializeToElement(PersonalMembers.Join(Data.GetRawText(), personal)) };
}

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
            select {LedgerTables.LeafColumns}, l.position, l.hash, count(*) over ()
            from fact f left join leaf l on l.event_id = f.event_id where {which}
            order by recorded_at, service, version
            limit {window.Size} offset {window.Skip}
            """);
        var facts = new List<RecordedFact>();
        var total = 0L;

        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                facts.Add(Read(reader));
                total = reader.GetInt64(LedgerTables.LeafColumnCount + 2);
            }
        }

        var personal = await Disclosures.Of(database, facts.ConvertAll(fact => fact.EventId), ct);
        facts = facts.ConvertAll(fact => personal.TryGetValue(fact.EventId, out var beside) ? fact.With(beside) : fact);

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

    private static RecordedFact Read(NpgsqlDataReader row)
    {
        var leaf = LedgerTables.ReadLeaf(row, log: "");

        return new(
            row.IsDBNull(LedgerTables.LeafColumnCount) ? null : row.GetInt64(LedgerTables.LeafColumnCount),
            row.IsDBNull(LedgerTables.LeafColumnCount + 1) ? null : Convert.ToBase64String(row.GetFieldValue<byte[]>(LedgerTables.LeafColumnCount + 1)),
            leaf.EventId,
            leaf.Contract,
            leaf.UseCaseId,
            leaf.Revision,
            leaf.Service,
            leaf.Stream,
            leaf.Version,
            leaf.Actor,
            leaf.ActorRole,
            leaf.Correlation,
            leaf.Causation,
            leaf.EffectiveAt,
            leaf.RecordedAt,
            JsonElement.Parse(leaf.Data));
    }
}
