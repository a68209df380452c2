using Governance.Ledger;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>The last signed state of the log: the note as it was signed, and the keys it can be verified with, the current one last.</summary>
public sealed record CheckpointView(string Origin, long Size, string Root, string Note, DateTimeOffset SignedAt, IReadOnlyList<string> Keys);

/// <summary>That a leaf stands at a position of the tree with the size and root of the checkpoint; hashes are base64.</summary>
public sealed record InclusionView(long Position, Guid EventId, string LeafHash, long Size, IReadOnlyList<string> Proof, string Checkpoint);

/// <summary>That the tree of one checkpoint continues that of an earlier one.</summary>
public sealed record ConsistencyView(long From, long To, IReadOnlyList<string> Proof, string Earlier, string Later);

/// <summary>What anybody needs to verify the log without trusting whoever runs it.</summary>
internal static class ReadProofs
{
    public static async Task<Ok<CheckpointView>> Checkpoint(NpgsqlDataSource database, CancellationToken ct)
    {
        var (note, signedAt) = await Latest(database, ct);
        var checkpoint = Governance.Ledger.Checkpoint.Parse(SignedNote.Parse(note).Text);

        return TypedResults.Ok(new CheckpointView(
            checkpoint.Origin, checkpoint.Size, Convert.ToBase64String(checkpoint.Root), note, signedAt, await Keys(database, ct)));
    }

    public static async Task<Ok<InclusionView>> Inclusion(
        long position, long? size, LedgerTree tree, NpgsqlDataSource database, CancellationToken ct)
    {
        var checkpoint = await At(size, "size", tree, database, ct);

        if (position < 0 || position >= checkpoint.Size)
        {
            throw new InvalidRequestException("position", $"must be from 0 to {checkpoint.Size - 1}, the last leaf of the checkpoint.");
        }

        await Require(tree, checkpoint.Size, ct);
        var (id, hash) = await tree.Leaf(position, ct);
        var proof = await tree.InclusionProof(position, checkpoint.Size, ct);

        return TypedResults.Ok(new InclusionView(
            position, id, Convert.ToBase64String(hash), checkpoint.Size, [.. proof.Select(Convert.ToBase64String)], checkpoint.Note));
    }

    public static async Task<Ok<ConsistencyView>> Consistency(
        long from, long? to, LedgerTree tree, NpgsqlDataSource database, CancellationToken ct)
    {
        var later = await At(to, "to", tree, database, ct);
        var earlier = await At(from, "from", tree, database, ct);

        if (earlier.Size > later.Size)
        {
            throw new InvalidRequestException("from", "must not be above to.");
        }

        await Require(tree, later.Size, ct);
        var proof = await tree.ConsistencyProof(earlier.Size, later.Size, ct);

        return TypedResults.Ok(new ConsistencyView(
            earlier.Size, later.Size, [.. proof.Select(Convert.ToBase64String)], earlier.Note, later.Note));
    }

    /// <summary>A replica that does not seal learns of new leaves when somebody asks.</summary>
    public static async Task Require(LedgerTree tree, long size, CancellationToken ct)
    {
        if (tree.Size < size)
        {
            await tree.Load(ct);
        }
    }

    public static async Task<(string Note, DateTimeOffset SignedAt)> Latest(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select note, signed_at from checkpoint order by size desc limit 1");
        await using var reader = await command.ExecuteReaderAsync(ct);

        return await reader.ReadAsync(ct)
            ? (reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1))
            : throw new NotFoundException("Nothing has been signed yet; the ledger begins a moment after the start.");
    }

    public static async Task<List<string>> Keys(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select key from signing_key order by since, key");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new List<string>();

        while (await reader.ReadAsync(ct))
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    /// <summary>The checkpoint of a size, or the last one where none is named.</summary>
    private static async Task<(long Size, string Note)> At(long? size, string field, LedgerTree tree, NpgsqlDataSource database, CancellationToken ct)
    {
        if (size is { } wanted)
        {
            return (wanted, await tree.Note(wanted, ct)
                ?? throw new InvalidRequestException(field, "is the size of no checkpoint; GET /api/audit/checkpoint names the last one."));
        }

        var (note, _) = await Latest(database, ct);

        return (Governance.Ledger.Checkpoint.Parse(SignedNote.Parse(note).Text).Size, note);
    }
}
