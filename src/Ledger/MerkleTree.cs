using System.Numerics;

namespace Governance.Ledger;

/// <summary>
/// A growing tree of which only the hashes of tiles (256 leaves each) and what stands above them are kept in memory, some 500 bytes
/// per tile. A proof needs the leaf hashes of at most two tiles besides, which the caller supplies.
/// </summary>
public sealed class MerkleTree
{
    public const int TileSize = 256;

    private const int TileLevel = 8;

    /// <summary>Hashes of complete subtrees, from tiles upwards.</summary>
    private readonly List<List<byte[]>> levels = [];

    /// <summary>Leaves after the last complete tile.</summary>
    private readonly List<byte[]> tail = [];

    public long Size { get; private set; }

    public void Append(byte[] leafHash)
    {
        tail.Add(leafHash);
        Size++;

        if (tail.Count == TileSize)
        {
            Grow(0, Complete(tail));
            tail.Clear();
        }
    }

    public byte[] Root() => Root(Size, TailOnly);

    /// <summary>The root the tree had at an earlier size.</summary>
    /// <param name="leaves">The leaf hashes of a tile, as many as it has.</param>
    public byte[] Root(long size, Func<long, IReadOnlyList<byte[]>> leaves) =>
        size == 0 ? Merkle.EmptyRoot : Hash(0, size, leaves);

    /// <summary>The tiles whose leaf hashes a proof about these positions may need, other than the last, incomplete one.</summary>
    public IEnumerable<long> TilesFor(params IEnumerable<long> positions) =>
        positions.Select(position => position / TileSize).Distinct().Where(tile => tile * TileSize < Size - tail.Count);

    public List<byte[]> InclusionProof(long position, long size, Func<long, IReadOnlyList<byte[]>> leaves)
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
                proof.Add(Hash(middle, to, leaves));
            }
            else
            {
                Walk(middle, to);
                proof.Add(Hash(from, middle, leaves));
            }
        }
    }

    public List<byte[]> ConsistencyProof(long earlier, long later, Func<long, IReadOnlyList<byte[]>> leaves)
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
                    proof.Add(Hash(from, to, leaves));
                }

                return;
            }

            var middle = from + Merkle.Split(to - from);

            if (earlier <= middle)
            {
                Walk(from, middle, isWhole);
                proof.Add(Hash(middle, to, leaves));
            }
            else
            {
                Walk(middle, to, isWhole: false);
                proof.Add(Hash(from, middle, leaves));
            }
        }
    }

    /// <summary>Whether the leaf hashes of a complete tile are those the tree was built from.</summary>
    public bool IsTile(long tile, IReadOnlyList<byte[]> leaves) =>
        leaves.Count == TileSize && Complete(leaves).AsSpan().SequenceEqual(levels[0][(int)tile]);

    private byte[] Hash(long from, long to, Func<long, IReadOnlyList<byte[]>> leaves)
    {
        var length = to - from;

        if (length == 1)
        {
            return Tile(from / TileSize, leaves)[(int)(from % TileSize)];
        }

        if (length >= TileSize && BitOperations.IsPow2(length))
        {
            return levels[BitOperations.Log2((ulong)length) - TileLevel][(int)(from / length)];
        }

        var middle = from + Merkle.Split(length);

        return Merkle.NodeHash(Hash(from, middle, leaves), Hash(middle, to, leaves));
    }

    private IReadOnlyList<byte[]> Tile(long tile, Func<long, IReadOnlyList<byte[]>> leaves) =>
        tile * TileSize == Size - tail.Count ? tail : leaves(tile);

    private static IReadOnlyList<byte[]> TailOnly(long tile) => throw new InvalidOperationException($"Tile {tile} is complete.");

    private void Grow(int level, byte[] hash)
    {
        if (levels.Count == level)
        {
            levels.Add([]);
        }

        var nodes = levels[level];
        nodes.Add(hash);

        if (nodes.Count % 2 == 0)
        {
            Grow(level + 1, Merkle.NodeHash(nodes[^2], nodes[^1]));
        }
    }

    private static byte[] Complete(IReadOnlyList<byte[]> leaves)
    {
        var hashes = leaves.ToArray();

        for (var width = hashes.Length; width > 1; width /= 2)
        {
            for (var i = 0; i < width / 2; i++)
            {
                hashes[i] = Merkle.NodeHash(hashes[2 * i], hashes[(2 * i) + 1]);
            }
        }

        return hashes[0];
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(null, "The tree has no such position or size.");
        }
    }
}
