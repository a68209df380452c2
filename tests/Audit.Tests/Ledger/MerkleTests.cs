using System.Text;
using CsCheck;
using Governance.Ledger;

namespace Governance.Audit.Tests.Ledger;

public sealed class MerkleTests
{
    private const int LargestTree = 4_096;

    /// <summary>The leaves of RFC 6962's own test data.</summary>
    private static readonly string[] Rfc6962 =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly byte[][] Hashes =
        [.. Enumerable.Range(0, LargestTree).Select(i => Merkle.LeafHash(Encoding.UTF8.GetBytes($"leaf {i}")))];

    private static readonly MerkleTree Tree = Grown(Hashes);

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Roots_are_those_of_RFC_6962(int size, string root)
    {
        var tree = Grown(Rfc6962.Take(size).Select(leaf => Merkle.LeafHash(Convert.FromHexString(leaf))));

        (tree.Size, Convert.ToHexStringLower(tree.Root())).ShouldBe((size, root));
    }

    [Fact]
    public void Every_size_up_to_4096_has_the_root_its_definition_gives()
    {
        var growing = new MerkleTree();

        for (var size = 1; size <= LargestTree; size++)
        {
            growing.Append(Hashes[size - 1]);

            if (size % 61 == 0 || size < 300 || size > LargestTree - 5)
            {
                var root = ByDefinition(0, size);
                growing.Root().ShouldBe(root, $"size {size}");
                Tree.Root(size, Tiles).ShouldBe(root, $"size {size}, asked for later");
            }
        }
    }

    [Fact]
    public void A_leaf_is_proven_to_be_in_every_tree_that_holds_it_and_no_other_leaf_is() =>
        Positions.Sample((position, size) =>
        {
            var proof = Tree.InclusionProof(position, size, Tiles);
            var root = Tree.Root(size, Tiles);

            Merkle.IsIncluded(Hashes[position], position, size, proof, root).ShouldBeTrue();
            Merkle.IsIncluded(Hashes[(position + 1) % LargestTree], position, size, proof, root).ShouldBeFalse();
            proof.Count.ShouldBeLessThanOrEqualTo(12);

            foreach (var elsewhere in new[] { position - 1, position + 1, size - 1 }.Where(p => p != position))
            {
                Merkle.IsIncluded(Hashes[position], elsewhere, size, proof, root).ShouldBeFalse($"at {elsewhere}");
            }
        }, iter: 400);

    [Fact]
    public void A_proof_with_anything_changed_added_or_missing_proves_nothing() =>
        Gen.Select(Positions, Gen.Int[0, int.MaxValue]).Sample((pair, chance) =>
        {
            var (position, size) = pair;
            var proof = Tree.InclusionProof(position, size, Tiles);
            var root = Tree.Root(size, Tiles);
            Merkle.IsIncluded(Hashes[position], position, size, [.. proof, root], root).ShouldBeFalse();

            if (proof.Count > 0)
            {
                var at = chance % proof.Count;
                Merkle.IsIncluded(Hashes[position], position, size, [.. proof.Where((_, i) => i != at)], root).ShouldBeFalse();
                Merkle.IsIncluded(Hashes[position], position, size, [.. proof.Select((hash, i) => i == at ? Flipped(hash, chance) : hash)], root).ShouldBeFalse();
            }
        }, iter: 300);

    [Fact]
    public void Two_sizes_of_one_tree_are_proven_consistent_and_a_rewritten_one_is_not() =>
        Gen.Select(Gen.Int[1, LargestTree], Gen.Int[1, LargestTree], Gen.Int[0, int.MaxValue]).Sample((a, b, chance) =>
        {
            var (from, to) = (Math.Min(a, b), Math.Max(a, b));
            var proof = Tree.ConsistencyProof(from, to, Tiles);
            var (earlier, later) = (Tree.Root(from, Tiles), Tree.Root(to, Tiles));

            Merkle.IsConsistent(from, to, earlier, later, proof).ShouldBeTrue();
            Merkle.IsConsistent(from, to, Flipped(earlier, chance), later, proof).ShouldBeFalse();
            Merkle.IsConsistent(from, to, earlier, Flipped(later, chance), proof).ShouldBeFalse();
            Merkle.IsConsistent(to, from, later, earlier, proof).ShouldBe(from == to);
            Merkle.IsConsistent(from, to, earlier, later, [.. proof, earlier]).ShouldBeFalse();

            if (proof.Count > 0)
            {
                Merkle.IsConsistent(from, to, earlier, later, proof[..^1]).ShouldBeFalse();
                Merkle.IsConsistent(from, to, earlier, later, [.. proof.Select((hash, i) => i == chance % proof.Count ? Flipped(hash, chance) : hash)])
                    .ShouldBeFalse();
            }
        }, iter: 400);

    [Fact]
    public void Every_tree_has_grown_from_the_empty_one()
    {
        Merkle.IsConsistent(0, 3, Merkle.EmptyRoot, Tree.Root(3, Tiles), []).ShouldBeTrue();
        Merkle.IsConsistent(0, 3, Tree.Root(3, Tiles), Tree.Root(3, Tiles), []).ShouldBeFalse();
        Tree.ConsistencyProof(0, 3, Tiles).ShouldBeEmpty();
    }

    [Fact]
    public void An_inner_node_never_passes_for_a_leaf()
    {
        byte[] node = [.. Hashes[0], .. Hashes[1]];

        Merkle.LeafHash(node).ShouldNotBe(Merkle.NodeHash(Hashes[0], Hashes[1]));
    }

    private static Gen<(int Position, int Size)> Positions =>
        from size in Gen.Int[1, LargestTree] from position in Gen.Int[0, size - 1] select (position, size);

    private static byte[] Flipped(byte[] hash, int chance)
    {
        var flipped = hash.ToArray();
        flipped[chance % flipped.Length] ^= (byte)(1 << (chance % 8));

        return flipped;
    }

    private static MerkleTree Grown(IEnumerable<byte[]> leaves)
    {
        var tree = new MerkleTree();

        foreach (var leaf in leaves)
        {
            tree.Append(leaf);
        }

        return tree;
    }

    private static MerkleTile Tiles(long tile) =>
        MerkleTile.Of(Hashes[(int)(tile * MerkleTree.TileSize)..(int)((tile + 1) * MerkleTree.TileSize)]);

    /// <summary>RFC 6962, section 2.1, to the letter.</summary>
    private static byte[] ByDefinition(int from, int count)
    {
        if (count == 1)
        {
            return Hashes[from];
        }

        var half = 1;

        while (half * 2 < count)
        {
            half *= 2;
        }

        return Merkle.NodeHash(ByDefinition(from, half), ByDefinition(from + half, count - half));
    }
}
