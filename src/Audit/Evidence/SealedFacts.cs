using System.Runtime.CompilerServices;
using Governance.Audit.Sealing;
using Governance.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Governance.Audit.Evidence;

/// <param name="PreviousHash">The leaf hash of the fact its stream published before; null for the first.</param>
internal sealed record SealedFact(long Position, byte[] Hash, Leaf Leaf, byte[]? PreviousHash);

/// <summary>Those about a case, recorded from one moment until before another, at a position or after; all where nothing is named.</summary>
internal sealed record WhichFacts(Guid? UseCase = null, DateTimeOffset? From = null, DateTimeOffset? To = null, long Position = 0);

internal static class SealedFacts
{
    /// <summary>Sealed facts in the order of the ledger, read as they are asked for.</summary>
    /// <param name="size">Those of a later position are left out.</param>
    public static async IAsyncEnumerable<SealedFact> Of(
        WhichFacts which, long size, string log, NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(Select(
            $"l.position >= $2{(which.UseCase is null ? "" : " and f.use_case_id = $3")}{(which.From is null ? "" : " and f.recorded_at >= $4")}{(which.To is null ? "" : " and f.recorded_at < $5")}"));
        command.Parameters.AddWithValue(size);
        command.Parameters.AddWithValue(which.Position);
        command.Parameters.Add(new() { Value = which.UseCase ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = which.From?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = which.To?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

        await foreach (var fact in Read(command, log, ct))
        {
            yield return fact;
        }
    }

    /// <summary>The erasures that name any of these facts.</summary>
    public static async IAsyncEnumerable<SealedFact> ErasuresOf(
        IReadOnlyList<Guid> events, long size, string log, NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(Select($"""
            f.service = '{ErasureFact.Service}' and f.contract = '{ErasureFact.Contract}'
                and exists (select from jsonb_array_elements(f.data::jsonb -> 'facts') erased where (erased ->> 'eventId')::uuid = any($2))
            """));
        command.Parameters.AddWithValue(size);
        command.Parameters.AddWithValue(events.ToArray());

        await foreach (var fact in Read(command, log, ct))
        {
            yield return fact;
        }
    }

    private static string Select(string which) => $"""
        select {LedgerTables.LeafColumns}, l.position, l.hash, before.hash
        from leaf l join fact f on f.event_id = l.event_id
        left join fact b on b.service = f.service and b.stream = f.stream and b.version = f.previous
        left join leaf before on before.event_id = b.event_id
        where l.position < $1 and {which} order by l.position
        """;

    private static async IAsyncEnumerable<SealedFact> Read(NpgsqlCommand command, string log, [EnumeratorCancellation] CancellationToken ct)
    {
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            yield return new(
                reader.GetInt64(LedgerTables.LeafColumnCount),
                reader.GetFieldValue<byte[]>(LedgerTables.LeafColumnCount + 1),
                LedgerTables.ReadLeaf(reader, log),
                reader.IsDBNull(LedgerTables.LeafColumnCount + 2) ? null : reader.GetFieldValue<byte[]>(LedgerTables.LeafColumnCount + 2));
        }
    }
}
