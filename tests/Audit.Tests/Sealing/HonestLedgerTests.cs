using CsCheck;
using Governance.Audit.Sealing;
using Governance.Ledger;
using Governance.Testing;

namespace Governance.Audit.Tests.Sealing;

/// <summary>However facts arrive, they are sealed once and in order, and the verification of an honest ledger finds nothing.</summary>
public sealed class HonestLedgerTests
{
    private const int Ledgers = 1_000;

    [Fact]
    public void A_thousand_honest_ledgers_raise_no_alarm() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 12], Gen.Int[1, 9], Gen.Int[0, int.MaxValue]).Sample((streams, length, batch, seed) =>
        {
            var chance = new Random(seed);
            var facts = Enumerable.Range(0, streams).SelectMany(_ => Stream(Guid.CreateVersion7(), chance.Next(1, length + 1), chance)).ToArray();
            chance.Shuffle(facts);
            facts = [.. facts.Select((fact, place) => fact with { ReceivedAt = Received(place) })];
            var (walk, keys) = Seal(facts, batch, seed);

            var report = walk.Report(default, default);

            report.Findings.ShouldBeEmpty();
            report.Clocks.Number.ShouldBe(0, "what waits for its predecessor is sealed after what was received later");
            report.Leaves.ShouldBe(facts.Length);
            report.Checkpoints.ShouldBe(keys);
        }, iter: Ledgers);

    /// <summary>Facts arrive within hours, and may have to wait for one another.</summary>
    private static DateTimeOffset Received(int place) => Origin.Moment.AddHours(1).AddMinutes(10 * place);

    /// <summary>Versions have gaps: private events lie between the published ones.</summary>
    private static IEnumerable<Leaf> Stream(Guid id, int length, Random chance)
    {
        var previous = 0L;

        for (var i = 0; i < length; i++)
        {
            var version = previous + chance.Next(1, 4);

            var at = Origin.Moment.AddMinutes(i);

            yield return new(
                "honest", Guid.CreateVersion7(), "governance.x.v1", id, 1, "intake", id, version, previous, "a", "b", id, id, at, at, at, "{}");
            previous = version;
        }
    }

    /// <summary>Seals as the sealer does, batch by batch; what waits comes again later.</summary>
    private static (LedgerWalk Walk, int Checkpoints) Seal(Leaf[] facts, int batch, int seed)
    {
        var signer = new NoteSigner("honest", BitConverter.GetBytes(seed).Concat(new byte[28]).ToArray());
        var (tree, hashes) = (new MerkleTree(), new Dictionary<FactKey, byte[]>());
        var (placed, notes) = (new List<PlacedLeaf>(), new List<(long, string)>());
        var waiting = new List<Leaf>();

        foreach (var arrived in facts.Chunk(batch).Append([]))
        {
            for (var progress = true; progress;)
            {
                var (now, later) = SealingOrder.Of([.. waiting, .. arrived.Except(placed.Select(p => p.Leaf)).Except(waiting)], hashes);

                foreach (var leaf in now)
                {
                    hashes[new(leaf.Leaf.Service, leaf.Leaf.Stream, leaf.Leaf.Version)] = leaf.Hash;
                    tree.Append(leaf.Hash);
                    placed.Add(leaf);
                }

                (waiting, progress) = (later, now.Count > 0);
            }

            if (notes.Count == 0 || notes[^1].Item1 < tree.Size)
            {
                notes.Add((tree.Size, signer.Sign(new Checkpoint("honest", tree.Size, tree.Root()).ToString()).ToString()));
            }
        }

        waiting.ShouldBeEmpty();
        var walk = new LedgerWalk("honest", new([signer.Key], []), notes);

        for (var i = 0; i < placed.Count; i++)
        {
            walk.Add(i, placed[i].Leaf.EventId, placed[i].Leaf, placed[i].Hash, []);
        }

        walk.End();

        return (walk, notes.Count);
    }
}
