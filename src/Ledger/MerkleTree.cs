using System.Numerics;

namespace Governance.Ledger;

/// <summary>
/// A growing tree of which only the hashes of tiles (256 leaves each) and what stands above them are kept in memory, some 500 bytes
/// per tile. A proof needs at most two tiles besides, which the caller supplies.
/// </summary>
public sealed class MerkleTree
{
    public const int TileSize = 256;

    private const int TileLevel = 8;

    /// <summary>Hashes of complete subtrees, from tiles upwards.</summary>
    private readonly List<List<byte[]>> levels = [];

    /// <summary>The same below: leaves after the last complete tile, and what is complete above them.</summary>
    private readonly List<List<byte[]>> tail = [[]];

    public long Size { get; private set; }

    public void Append(byte[] leafHash)
    {
        Grow(tail, 0, leafHash);
        Size++;

        if (Size % TileSize == 0)
        {
            Grow(levels, 0, tail[TileLevel][0]);
            tail.ForEach(level => level.Clear());
        }
    }

    public byte[] Root() => Root(Size, TailOnly);

    /// <summary>The root the tree had at an earlier size.</summary>
    public byte[] Root(long size, Func<long, MerkleTile> tiles) => size == 0 ? Merkle.EmptyRoot : Hash(0, size, tiles);

    /// <summary>The tiles a proof about these positions may need, other than the last, incomplete one.</summary>
    public IEnumerable<long> TilesFor(params IEnumerable<long> positions) =>
        positions.Select(position => position / TileSize).Distinct().Where(tile => IsComplete(tile * TileSize));

    public List<byte[]> InclusionProof(long position, long size, Func<long, MerkleTile> tiles)
    {
        Require(position >= 0 && position < size && size <= Size);
        var proof = new List<byte[]>();
        Walk(0, size);

        return proof;

        void Walk(long from, long to)
        {
            if (to - from == 1)
            {
                return;
            }

            var middle = from + Merkle.Split(to - from);

            if (position < middle)
            {
                Walk(from, middle);
                proof.Add(Hash(middle, to, tiles));
            }
            else
            {
                Walk(middle, to);
                proof.Add(Hash(from, middle, tiles));
            }
        }
    }

    public List<byte[]> ConsistencyProof(long earlier, long later, Func<long, MerkleTile> tiles)
    {
        Require(earlier >= 0 && earlier <= later && later <= Size);
        var proof = new List<byte[]>();

        if (earlier > 0 && earlier < later)
        {
            Walk(0, later, isWhole: true);
        }

        return proof;

        void Walk(long from, long to, bool isWhole)
        {
            if (earlier == to)
            {
                if (!isWhole)
                {
                    proof.Add(Hash(from, to, tiles));
                }

                return;
            }

            var middle = from + Merkle.Split(to - from);

            if (earlier <= middle)
            {
                Walk(from, middle, isWhole);
                proof.Add(Hash(middle, to, tiles));
            }
            else
            {
                Walk(middle, to, isWhole: false);
                proof.Add(Hash(from, middle, tiles));
            }
        }
    }

    /// <summary>Whether a tile is the one the tree was built from.</summary>
    public bool IsTile(long number, MerkleTile tile) => tile.Hash.AsSpan().SequenceEqual(levels[0][(int)number]);

    private byte[] Hash(long from, long to, Func<long, MerkleTile> tiles)
    {
        var length = to - from;

        if (BitOperations.IsPow2(length))
        {
            var level = BitOperations.Log2((ulong)length);

            if (length >= TileSize)
            {
                return levels[level - TileLevel][(int)(from / length)];
            }

            var index = (int)(from % TileSize / length);

            return IsComplete(from) ? tiles(from / TileSize).Node(level, index) : tail[level][index];
        }

        var middle = from + Merkle.Split(length);

        return Merkle.NodeHash(Hash(from, middle, tiles), Hash(middle, to, tiles));
    }

    /// <summary>Whether a position lies in a complete tile.</summary>
    private bool IsComplete(long position) => position < Size - (Size % TileSize);

    private static MerkleTile TailOnly(long tile) => throw new InvalidOperationException($"Tile {tile} is complete.");

    private static void Grow(List<List<byte[]>> levels, int level, byte[] hash)
    {
        if (levels.Count == level)
        {
            levels.Add([]);
        }

        var nodes = levels[level];
        nodes.Add(hash);

        if (nodes.Count % 2 == 0)
        {
            Grow(levels, level + 1, Merkle.NodeHash(nodes[^2], nodes[^1]));
        }
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(null, "The tree has no such position or size.");
        }
    }
}

/// <summary>A complete tile: the hashes of its 256 leaves and of everything above them, in 16 kB.</summary>
public sealed class MerkleTile
{
    /// <summary>The leaves first, then each level above; the hash of the tile is the last.</summary>
    private readonly byte[] nodes = new byte[((2 * MerkleTree.TileSize) - 1) * Merkle.HashSize];

    private MerkleTile()
    {
    }

    public byte[] Hash => Node(BitOperations.Log2(MerkleTree.TileSize), 0);

    /// <param name="leaves">The 256 leaf hashes.</param>
    public static MerkleTile Of(IReadOnlyList<byte[]> leaves)
    {
        var tile = new MerkleTile();

        for (var i = 0; i < MerkleTree.TileSize; i++)
        {
            leaves[i].CopyTo(tile.nodes, i * Merkle.HashSize);
        }

        for (int from = 0, to = MerkleTree.TileSize; to < (2 * MerkleTree.TileSize) - 1; from += 2, to++)
        {
            Merkle.NodeHash(tile.At(from), tile.At(from + 1)).CopyTo(tile.nodes, to * Merkle.HashSize);
        }

        return tile;
    }

    /// <param name="level">0 for leaves.</param>
    public byte[] Node(int level, int index) => At((2 * MerkleTree.TileSize) - (2 * MerkleTree.TileSize >> level) + index).ToArray();

    private ReadOnlySpan<byte> At(int node) => nodes.AsSpan(node * Merkle.HashSize, Merkle.HashSize);
}
