using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;

namespace Governance.Ledger;

/// <summary>The hash tree of RFC 6962, section 2.1: leaves and inner nodes are hashed under prefixes of their own, so that neither passes for the other.</summary>
public static class Merkle
{
    public const int HashSize = 32;

    /// <summary>The root of the tree without leaves.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    public static byte[] LeafHash(ReadOnlySpan<byte> leaf)
    {
        var rented = ArrayPool<byte>.Shared.Rent(leaf.Length + 1);

        try
        {
            rented[0] = 0x00;
            leaf.CopyTo(rented.AsSpan(1));

            return SHA256.HashData(rented.AsSpan(0, leaf.Length + 1));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + (2 * HashSize)];
        both[0] = 0x01;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashSize)..]);

        return SHA256.HashData(both);
    }

    /// <summary>How many leaves the left half of a tree holds: the largest power of two below its size.</summary>
    public static long Split(long size) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(size - 1)));

    /// <summary>Whether a leaf is the one at this position of the tree with this size and root (RFC 9162, section 2.1.3.2).</summary>
    public static bool IsIncluded(ReadOnlySpan<byte> leafHash, long position, long size, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (position < 0 || position >= size)
        {
            return false;
        }

        var (node, last) = (position, size - 1);
        var hash = leafHash.ToArray();

        foreach (var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling, hash);

                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>Whether a tree has only grown since an earlier size and root (RFC 9162, section 2.1.4.2).</summary>
    public static bool IsConsistent(long from, long to, ReadOnlySpan<byte> earlier, ReadOnlySpan<byte> later, IReadOnlyList<byte[]> proof)
    {
        if (from < 0 || from > to)
        {
            return false;
        }

        if (from == to)
        {
            return proof.Count == 0 && earlier.SequenceEqual(later);
        }

        if (from == 0)
        {
            return proof.Count == 0 && earlier.SequenceEqual(EmptyRoot);
        }

        List<byte[]> path = BitOperations.IsPow2(from) ? [earlier.ToArray(), .. proof] : [.. proof];

        if (path.Count == 0)
        {
            return false;
        }

        var (node, last) = (from - 1, to - 1);

        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }

        var (old, grown) = (path[0], path[0]);

        foreach (var hash in path.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                old = NodeHash(hash, old);
                grown = NodeHash(hash, grown);

                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                grown = NodeHash(grown, hash);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && earlier.SequenceEqual(old) && later.SequenceEqual(grown);
    }
}
