using System.Collections.Concurrent;
using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>The tree over all sealed leaves, in memory as far as proofs need it, and the proofs themselves.</summary>
public sealed class LedgerTree(NpgsqlDataSource database) : IDisposable
{
    private const int MostTiles = 4_096;

    private readonly MerkleTree tree = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim loading = new(1);

    /// <summary>Tiles that were asked for before; a complete tile never changes. At most 32 MiB.</summary>
    private readonly ConcurrentDictionary<long, byte[][]> cache = new();

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

    public async Task<List<byte[]>> InclusionProof(long position, long size, CancellationToken ct)
    {
        var leaves = await Leaves([position, size - 1], ct);

        lock (gate)
        {
            return tree.InclusionProof(position, size, leaves);
        }
    }

    public async Task<List<byte[]>> ConsistencyProof(long from, long to, CancellationToken ct)
    {
        var leaves = await Leaves([Math.Max(0, from - 1), Math.Max(0, to - 1)], ct);

        lock (gate)
        {
            return tree.ConsistencyProof(from, to, leaves);
        }
    }

    public async Task<byte[]> Root(long size, CancellationToken ct)
    {
        var leaves = await Leaves([Math.Max(0, size - 1)], ct);

        lock (gate)
        {
            return tree.Root(size, leaves);
        }
    }

    public void Dispose() => loading.Dispose();

    /// <summary>The leaf hashes of the tiles around some positions.</summary>
    /// <exception cref="LedgerException">They are not those the tree was built from.</exception>
    private async Task<Func<long, IReadOnlyList<byte[]>>> Leaves(IEnumerable<long> positions, CancellationToken ct)
    {
        long[] tiles;

        lock (gate)
        {
            tiles = [.. tree.TilesFor(positions)];
        }

        var found = new Dictionary<long, byte[][]>();

        foreach (var tile in tiles)
        {
            found[tile] = cache.TryGetValue(tile, out var known) ? known : await Tile(tile, ct);
        }

        return tile => found[tile];
    }

    private async Task<byte[][]> Tile(long tile, CancellationToken ct)
    {
        var first = tile * MerkleTree.TileSize;
        await using var command = database.CreateCommand(
            "select string_agg(hash, ''::bytea order by position) from leaf where position >= $1 and position < $2");
        command.Parameters.AddWithValue(first);
        command.Parameters.AddWithValue(first + MerkleTree.TileSize);
        byte[][] hashes = [.. (await command.ExecuteScalarAsync(ct) as byte[] ?? []).Chunk(Merkle.HashSize)];

        lock (gate)
        {
            if (!tree.IsTile(tile, hashes))
            {
                throw new LedgerException("leaf-changed", $"Leaves between positions {first} and {first + MerkleTree.TileSize - 1} were changed.");
            }
        }

        if (cache.Count >= MostTiles)
        {
            cache.Clear();
        }

        return cache[tile] = hashes;
    }
}
