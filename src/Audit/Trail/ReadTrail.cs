using System.Text.Json;
using Governance.Audit.Erasures;
using Governance.Audit.Reads;
using Governance.Audit.Sealing;
using Governance.Contracts;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;

namespace Governance.Audit.Trail;

/// <summary>
/// One published fact with who caused it, why and when; the publication of a policy, for one, is about no use case. Its position in
/// the ledger and its leaf hash (base64) are null until it is sealed, which takes a moment. Personal values that are gone are named by
/// their paths, with the erasures that took them; in their place stands when that was.
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
    JsonElement Data,
    IReadOnlyList<string> Erased)
{
    /// <summary>Empty where nothing of the fact was erased.</summary>
    public IReadOnlyList<ErasedPart> Erasures { get; init; } = [];

    /// <summary>The fact with its personal values back in their places, and those named that are no more.</summary>
    internal RecordedFact With(IReadOnlyList<Disclosure> personal, ErasureMarks erasures)
    {
        if (!Data.TryGetProperty(PersonalMembers.Commitments, out _))
        {
            return this;
        }

        string[] gone = [.. PersonalMembers.CommitmentsIn(Data).Keys.Except(personal.Select(disclosure => disclosure.Path))];

        return this with
        {
            Data = JsonSerializer.SerializeToElement(PersonalMembers.Join(Data.GetRawText(), personal, path => erasures.Instead(EventId, path))),
            Erased = gone,
            Erasures = erasures.Of(EventId, gone),
        };
    }
}

public static class ReadTrail
{
    private const string CaseRead = "governance.case-read.v1", CasesRead = "governance.cases-read.v1", Readings = $"('{CaseRead}', '{CasesRead}')";

    /// <summary>Every fact about a case in the order the services recorded them.</summary>
    public static async Task<Ok<Page<RecordedFact>>> OfCase(
        Guid id, Caller caller, CaseReads reads, NpgsqlDataSource database, int? page, int? pageSize, CancellationToken ct)
    {
        var found = await Find("f.use_case_id = $1", [id], Window.Of(page, pageSize), database, ct);

        if (found.Total == 0)
        {
            throw new NotFoundException("The trail knows no such use case.");
        }

        await reads.Record(id, CaseReading.Trail, caller, ct);

        return TypedResults.Ok(found);
    }

    /// <summary>Every fact that is about no case, such as the publication of a policy.</summary>
    public static async Task<Ok<Page<RecordedFact>>> OfPlatform(NpgsqlDataSource database, int? page, int? pageSize, CancellationToken ct) =>
        TypedResults.Ok(await Find($"f.use_case_id is null and f.contract not in {Readings}", [], Window.Of(page, pageSize), database, ct));

    /// <summary>Who has read which case, newest last.</summary>
    /// <param name="useCase">Only readings of this one, alone or together with others.</param>
    public static async Task<Ok<Page<RecordedFact>>> OfReads(Guid? useCase, NpgsqlDataSource database, int? page, int? pageSize, CancellationToken ct)
    {
        var which = useCase is null
            ? $"f.contract in {Readings}"
            : $"(f.contract = '{CaseRead}' and f.service = '{Origins.Own}' and f.stream = $1 or f.contract = '{CasesRead}' and strpos(f.data, $1::text) > 0)";

        return TypedResults.Ok(await Find($"f.use_case_id is null and {which}", useCase is { } id ? [id] : [], Window.Of(page, pageSize), database, ct));
    }

    /// <summary>
    /// The facts of a case that were recorded by a moment, sealed up to a position, and in effect at a moment, as the ledger holds them:
    /// <see cref="WithPersonal"/> puts the personal values into their places.
    /// </summary>
    public static async Task<IReadOnlyList<RecordedFact>> Upto(
        Guid id, DateTimeOffset? asOf, long? position, DateTimeOffset? effectiveAt, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select {LedgerTables.LeafColumns}, l.position, l.hash
            from fact f left join leaf l on l.event_id = f.event_id
            where f.use_case_id = $1 and ($2::timestamptz is null or f.recorded_at <= $2) and ($3::bigint is null or l.position <= $3)
                and ($4::timestamptz is null or f.effective_at <= $4)
            order by f.recorded_at, f.service, f.version
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(new() { Value = asOf?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = position ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = effectiveAt?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        var facts = new List<RecordedFact>();

        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            facts.Add(Read(reader));
        }

        return facts;
    }

    public static async Task<IReadOnlyList<RecordedFact>> WithPersonal(IReadOnlyList<RecordedFact> facts, NpgsqlDataSource database, CancellationToken ct)
    {
        var disclosing = Disclosures.Of(database, [.. facts.Select(fact => fact.EventId)], ct);
        var erasures = await ErasureMarks.On([.. facts.Select(fact => fact.UseCaseId).OfType<Guid>().Distinct()], database, ct);
        var personal = await disclosing;

        return [.. facts.Select(fact => fact.With(personal.GetValueOrDefault(fact.EventId, []), erasures))];
    }

    private static async Task<Page<RecordedFact>> Find(
        string which, object[] parameters, Window window, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = Command($"""
            select {LedgerTables.LeafColumns}, l.position, l.hash, count(*) over ()
            from fact f left join leaf l on l.event_id = f.event_id where {which}
            order by f.recorded_at, f.service, f.version
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

        if (total == 0 && window.Page > 1)
        {
            await using var count = Command($"select count(*) from fact f where {which}");
            total = (long)(await count.ExecuteScalarAsync(ct))!;
        }

        return new(await WithPersonal(facts, database, ct), total, window.Page, window.Size);

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
            JsonElement.Parse(leaf.Data),
            []);
    }
}
