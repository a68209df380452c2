using System.Text.Json;
using CsCheck;
using Governance.Audit.Sealing;
using Governance.Contracts;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Sealing;

/// <summary>
/// However facts arrive, they are sealed once and in order, and the verification of an honest ledger finds nothing: whichever values were
/// erased as they should be, however often the key was exchanged, and whenever the database was brought back from its latest backup.
/// </summary>
public sealed class HonestLedgerTests
{
    private const int Ledgers = 1_000, MostKeys = 3;

    [Fact]
    public void A_thousand_honest_ledgers_raise_no_alarm() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 12], Gen.Int[1, 9], Gen.Int[0, int.MaxValue]).Sample((streams, length, batch, seed) =>
        {
            var ledger = new HonestLedger(new(seed));
            ledger.AddCases(streams, length);
            ledger.Seal(batch);

            var report = ledger.Walk().Report(default, default);

            report.Findings.ShouldBeEmpty();
            report.Clocks.Number.ShouldBe(0, "what waits for its predecessor is sealed after what was received later");
            report.Leaves.ShouldBe(ledger.Facts);
            report.Checkpoints.ShouldBe(ledger.Checkpoints);
            report.Commitments.ShouldBe(ledger.Values);
            report.Erased.ShouldBe(ledger.Erased);
        }, iter: Ledgers);

    private sealed class HonestLedger(Random chance)
    {
        private const string Log = "honest";

        private static readonly PersonalMembers Rules = new(
            IsPersonal: false, new Dictionary<string, PersonalMembers> { ["title"] = PersonalMembers.All, ["claims"] = PersonalMembers.All, ["revision"] = PersonalMembers.None });

        private readonly List<Leaf> facts = [];
        private readonly Dictionary<Guid, IReadOnlyList<Disclosure>> personal = [];
        private readonly HashSet<(Guid EventId, string Path)> erased = [];
        private readonly Dictionary<Guid, int> exchanges = [];
        private readonly List<PlacedLeaf> placed = [];
        private readonly List<(long Size, string Note)> notes = [];
        private readonly List<(string Keeper, string Note)> kept = [];
        private readonly List<NoteSigner> signers = [];

        public int Facts => facts.Count;

        public int Values => personal.Values.Sum(values => values.Count);

        public int Erased => erased.Count;

        public int Checkpoints => notes.Count + kept.Count;

        /// <summary>Cases, erasures of some of their values, and exchanges of the key, in whatever order they arrive.</summary>
        public void AddCases(int streams, int length)
        {
            for (var n = 0; n < streams; n++)
            {
                var useCase = Guid.CreateVersion7();
                var ofCase = AddCase(useCase, chance.Next(1, length + 1));

                for (var erasures = chance.Next(3); erasures > 0; erasures--)
                {
                    AddErasure(useCase, ofCase);
                }
            }

            AddExchanges(chance.Next(MostKeys));
            var order = facts.ToArray();
            chance.Shuffle(order);
            facts.Clear();
            facts.AddRange(order.Select((fact, place) => fact with { ReceivedAt = Received(place) }));
        }

        /// <summary>Seals as the sealer does, batch by batch; what waits comes again later.</summary>
        public void Seal(int batch)
        {
            var (tree, hashes, waiting, signer) = (new MerkleTree(), new Dictionary<FactKey, byte[]>(), new List<Leaf>(), signers[0]);

            foreach (var arrived in facts.Chunk(batch).Append([]))
            {
                if (chance.Next(8) == 0)
                {
                    (tree, hashes) = Restored();
                    waiting = [.. waiting.Select(lost => lost with { ReceivedAt = Later(lost, arrived) })];
                }

                waiting.AddRange(arrived);
                signer = signers[arrived.Select(fact => exchanges.GetValueOrDefault(fact.EventId)).Append(signers.IndexOf(signer)).Max()];

                for (var progress = true; progress;)
                {
                    var (now, later) = SealingOrder.Of(waiting, hashes);

                    foreach (var leaf in now)
                    {
                        hashes[new(leaf.Leaf.Service, leaf.Leaf.Stream, leaf.Leaf.Version)] = leaf.Hash;
                        tree.Append(leaf.Hash);
                        placed.Add(leaf);
                    }

                    (waiting, progress) = (later, now.Count > 0);
                }

                if (notes.Count == 0 || notes[^1].Size < tree.Size)
                {
                    notes.Add((tree.Size, signer.Sign(new Checkpoint(Log, tree.Size, tree.Root()).ToString()).ToString()));
                }
            }

            waiting.ShouldBeEmpty();
            kept.Add(("the signer", notes[^1].Note));
            kept.Add(("an anchor", notes[chance.Next(notes.Count)].Note));
        }

        public LedgerWalk Walk()
        {
            var walk = new LedgerWalk(Log, new([.. signers.Select(signer => signer.Key)], kept));
            walk.Expect(notes);

            for (var i = 0; i < placed.Count; i++)
            {
                var (leaf, hash) = placed[i];
                walk.Add(new(i, leaf.EventId, leaf, hash, [.. personal.GetValueOrDefault(leaf.EventId, []).Where(value => !erased.Contains((leaf.EventId, value.Path)))]));
            }

            walk.End();

            return walk;
        }

        /// <summary>Versions have gaps: private events lie between the published ones. Not every fact holds personal values.</summary>
        private List<Leaf> AddCase(Guid id, int length)
        {
            var ofCase = new List<Leaf>();
            var previous = 0L;

            for (var i = 0; i < length; i++)
            {
                var version = previous + chance.Next(1, 4);
                var data = chance.Next(3) == 0 ? """{"revision":1}""" : $$"""{"revision":1,"title":"Case {{i}}","claims":["{{id}}",{{chance.Next()}}]}""";
                ofCase.Add(Add(id, version, previous, "governance.x.v1", "intake", "mona", data, Rules, id));
                previous = version;
            }

            return ofCase;
        }

        /// <summary>Asked for by one, approved by one or two others, and carried out in one or two steps on values that nothing has named yet.</summary>
        private void AddErasure(Guid useCase, List<Leaf> ofCase)
        {
            var erasure = Guid.CreateVersion7();
            string[] approvers = chance.Next(2) == 0 ? ["adam"] : ["adam", "eva"];
            Say(new ErasureRequested(erasure, ErasureSubject.UseCase, useCase, null, ErasureGround.Objection, "pia", approvers.Length, "A reason."), erasure, 1, "pia");

            for (var n = 0; n < approvers.Length; n++)
            {
                Say(new ErasureApproved(erasure, approvers[n]), erasure, n + 2, approvers[n]);
            }

            var (stream, steps) = (Guid.CreateVersion7(), chance.Next(1, 3));

            for (var step = 1; step <= steps; step++)
            {
                var gone = (from fact in ofCase
                            from value in personal.GetValueOrDefault(fact.EventId, [])
                            where !erased.Contains((fact.EventId, value.Path)) && chance.Next(2) == 0
                            group value.Path by fact.EventId into paths
                            select new ErasedFact(paths.Key, [.. paths])).ToList();
                erased.UnionWith(gone.SelectMany(fact => fact.Paths.Select(path => (fact.EventId, path))));
                Say(
                    new PersonalDataErased(useCase, 1, erasure, ErasureGround.Objection, "pia", approvers, Origin.Moment, Everything: false, [], gone),
                    stream, step, "service:audit", useCase);
            }
        }

        private void AddExchanges(int number)
        {
            for (var n = 0; n <= number; n++)
            {
                var seed = new byte[32];
                chance.NextBytes(seed);
                var next = new NoteSigner(Log, seed);

                if (signers.LastOrDefault() is { } former)
                {
                    var fact = Say(
                        new SigningKeyRotated(
                            former.Key.ToString(), next.Key.ToString(), Convert.ToBase64String(former.Bytes(next.Key.ToString())),
                            Convert.ToBase64String(next.Bytes(former.Key.ToString())), "adam"),
                        LedgerKeys.Stream, n, "adam");
                    exchanges.Add(fact.EventId, n);
                }

                signers.Add(next);
            }
        }

        private Leaf Say<T>(T fact, Guid stream, long version, string actor, Guid? useCase = null)
            where T : class =>
            Add(
                stream, version, version - 1, ContractName.Of(typeof(T)), "audit", actor, JsonSerializer.Serialize(fact, Json.Options),
                PersonalContracts.Of(ContractName.Of(typeof(T))), useCase);

        private Leaf Add(
            Guid stream, long version, long previous, string contract, string service, string actor, string data, PersonalMembers rules, Guid? useCase)
        {
            using var said = JsonDocument.Parse(data);
            var (canonical, values) = rules.Split(said.RootElement, Salt);
            var at = Origin.Moment.AddMinutes(version);
            var leaf = new Leaf(
                Log, Guid.CreateVersion7(), contract, useCase, useCase is null ? null : 1, service, stream, version, previous, actor, "b", stream, stream, at, at, at, canonical);
            facts.Add(leaf);
            personal.Add(leaf.EventId, values);

            return leaf;
        }

        private byte[] Salt()
        {
            var salt = new byte[Disclosure.SaltSize];
            chance.NextBytes(salt);

            return salt;
        }

        /// <summary>The database as of the last checkpoint: what was not sealed by then is lost with it, and is delivered again.</summary>
        private (MerkleTree Tree, Dictionary<FactKey, byte[]> Hashes) Restored()
        {
            var tree = new MerkleTree();
            placed.ForEach(leaf => tree.Append(leaf.Hash));

            return (tree, placed.ToDictionary(known => new FactKey(known.Leaf.Service, known.Leaf.Stream, known.Leaf.Version), known => known.Hash));
        }

        /// <summary>Facts arrive within hours, and may have to wait for one another.</summary>
        private static DateTimeOffset Received(int place) => Origin.Moment.AddHours(1).AddMinutes(10 * place);

        private static DateTimeOffset Later(Leaf lost, Leaf[] arrived) => arrived.Length > 0 ? arrived[0].ReceivedAt : lost.ReceivedAt;
    }
}
