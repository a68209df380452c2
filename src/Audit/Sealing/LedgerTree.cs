using System.Collections.Concurrent;
using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>The tree over all sealed leaves, in memory as far as proofs need it, and the proofs themselves.</summary>
public sealed class LedgerTree(NpgsqlDataSource database) : IDisposable
{
    private const int MostTiles = 4_096;
    private const int MostNotes = 1_000;

    private readonly MerkleTree tree = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim loading = new(1);

    /// <summary>Tiles that were asked for before, and whose facts they hold; a complete tile never changes. At most 84 MB.</summary>
    private readonly ConcurrentDictionary<long, (MerkleTile Tile, Guid[] Facts)> cache = new();

    /// <summary>Signed checkpoints that were asked for before, by their sizes.</summary>
    private readonly ConcurrentDictionary<long, string> notes = new();

    public long Size
    {
        get
        {
            lock (gate)
            {
                return tree.Size;
            }
        }
    }

    public byte[] Root()
    {
        lock (gate)
        {
            return tree.Root();
        }
    }

    /// <summary>Takes in what was sealed since, here or by another replica.</summary>
    public async Task Load(CancellationToken ct)
    {
        await loading.WaitAsync(ct);

        try
        {
            await using var command = database.CreateCommand("select position, hash from leaf where position >= $1 order by position");
            command.CommandTimeout = 0;
            command.Parameters.AddWithValue(Size);
            await using var reader = await command.ExecuteReaderAsync(ct);

            while (await reader.ReadAsync(ct))
            {
                var (position, hash) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));

                lock (gate)
                {
                    if (position != tree.Size)
                    {
                        throw new LedgerException("leaf-missing", $"The leaf at position {tree.Size} is missing.");
                    }

                    tree.Append(hash);
                }
            }
        }
        finally
        {
            loading.Release();
        }
    }

    public Task<List<byte[]>> InclusionProof(long position, long size, CancellationToken ct) =>
        WithTiles([position, size - 1], tiles => tree.InclusionProof(position, size, tiles), ct);

    public Task<List<byte[]>> ConsistencyProof(long from, long to, CancellationToken ct) =>
        WithTiles([Math.Max(0, from - 1), Math.Max(0, to - 1)], tiles => tree.ConsistencyProof(from, to, tiles), ct);

    public Task<byte[]> Root(long size, CancellationToken ct) => WithTiles([Math.Max(0, size - 1)], tiles => tree.Root(size, tiles), ct);

    /// <summary>The fact at a position and its leaf hash.</summary>
    /// <exception cref="LedgerException">There is none.</exception>
    public async Task<(Guid Fact, byte[] Hash)> Leaf(long position, CancellationToken ct)
    {
        bool isInTile;

        lock (gate)
        {
            isInTile = tree.TilesFor(position).Any();
        }

        if (isInTile)
        {
            var (tile, facts) = await Tile(position / MerkleTree.TileSize, ct);
            var index = (int)(position % MerkleTree.TileSize);

            return (facts[index], tile.Node(0, index));
        }

        await using var command = database.CreateCommand("select event_id, hash from leaf where position = $1");
        command.Parameters.AddWithValue(position);
        await using var reader = await command.ExecuteReaderAsync(ct);

        return await reader.ReadAsync(ct)
            ? (reader.GetGuid(0), reader.GetFieldValue<byte[]>(1))
            : throw new LedgerException("leaf-missing", $"The leaf at position {position} is missing.");
    }

    /// <summary>The signed checkpoint of a size, or null where none was signed.</summary>
    public async Task<string?> Note(long size, CancellationToken ct)
    {
        if (notes.TryGetValue(size, out var known))
        {
            return known;
        }

        await using var command = database.CreateCommand("select note from checkpoint where size = $1");
        command.Parameters.AddWithValue(size);

        if (await command.ExecuteScalarAsync(ct) is not string note)
        {
            return null;
        }

        if (notes.Count >= MostNotes)
        {
            notes.Clear();
        }

        return notes[size] = note;
    }

    public void Dispose() => loading.Dispose();

    /// <summary>Works on the tree with the tiles around some positions; again where the tree has completed one of them in the meantime.</summary>
    private async Task<T> WithTiles<T>(long[] positions, Func<Func<long, MerkleTile>, T> work, CancellationToken ct)
    {
        var found = new Dictionary<long, MerkleTile>(positions.Length);

        while (true)
        {
            long[] missing;

            lock (gate)
            {
                missing = [.. tree.TilesFor(positions).Where(number => !found.ContainsKey(number))];

                if (missing is [])
                {
                    return work(number => found[number]);
                }
            }

            foreach (var number in missing)
            {
                found[number] = (await Tile(number, ct)).Tile;
            }
        }
    }

    /// <exception cref="LedgerException">Its leaves are not those the tree was built from.</exception>
    private async ValueTask<(MerkleTile Tile, Guid[] Facts)> Tile(long number, CancellationToken ct)
    {
        if (cache.TryGetValue(number, out var known))
        {
            return known;
        }

        var first = number * MerkleTree.TileSize;
        await using var command = database.CreateCommand("select event_id, hash from leaf where position >= $1 and position < $2 order by position");
        command.Parameters.AddWithValue(first);
        command.Parameters.AddWithValue(first + MerkleTree.TileSize);
        var (facts, hashes) = (new List<Guid>(MerkleTree.TileSize), new List<byte[]>(MerkleTree.TileSize));

        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                facts.Add(reader.GetGuid(0));
                hashes.Add(reader.GetFieldValue<byte[]>(1));
            }
        }

        var tile = hashes.Count == MerkleTree.TileSize && hashes.TrueForAll(hash => hash.Length == Merkle.HashSize) ? MerkleTile.Of(hashes) : null;

        lock (gate)
        {
            if (tile is null || !tree.IsTile(number, tile))
            {
                throw new LedgerException("leaf-changed", $"Leaves between positions {first} and {first + MerkleTree.TileSize - 1} were changed.");
            }
        }

        if (cache.Count >= MostTiles)
        {
            cache.Clear();
        }

        return cache[number] = (tile, [.. facts]);
    }
}
