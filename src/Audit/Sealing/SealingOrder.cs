using Governance.Ledger;

namespace Governance.Audit.Sealing;

/// <summary>The place of a fact at its origin.</summary>
internal readonly record struct FactKey(string Service, Guid Stream, long Version);

internal readonly record struct PlacedLeaf(Leaf Leaf, byte[] Hash);

/// <summary>The order in which a batch is sealed: as it arrived, but each fact after the one its origin published before it.</summary>
internal static class SealingOrder
{
    /// <param name="hashes">Leaf hashes of predecessors sealed earlier.</param>
    /// <returns>What can be sealed with its hash, and what waits for a fact that has not come.</returns>
    public static (List<PlacedLeaf> Placed, List<Leaf> Waiting) Of(IReadOnlyList<Leaf> batch, IReadOnlyDictionary<FactKey, byte[]> hashes)
    {
        var known = new Dictionary<FactKey, byte[]>(hashes);
        var followers = batch.Where(leaf => leaf.Previous > 0).ToDictionary(leaf => Key(leaf, leaf.Previous));
        var placed = new List<PlacedLeaf>(batch.Count);

        foreach (var leaf in batch)
        {
            if (leaf.Previous == 0 || hashes.ContainsKey(Key(leaf, leaf.Previous)))
            {
                for (Leaf? next = leaf; next is not null; next = followers.GetValueOrDefault(Key(next, next.Version)))
                {
                    var hash = next.Hash(next.Previous == 0 ? null : known[Key(next, next.Previous)]);
                    known[Key(next, next.Version)] = hash;
                    placed.Add(new(next, hash));
                }
            }
        }

        var done = placed.Select(p => p.Leaf).ToHashSet(ReferenceEqualityComparer.Instance);

        return (placed, [.. batch.Where(leaf => !done.Contains(leaf))]);
    }

    private static FactKey Key(Leaf leaf, long version) => new(leaf.Service, leaf.Stream, version);
}
