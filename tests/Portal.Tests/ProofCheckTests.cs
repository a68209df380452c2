using Governance.Ledger;
using Governance.Portal.Trail;

namespace Governance.Portal.Tests;

public sealed class ProofCheckTests
{
    private static readonly NoteSigner Signer = new("example.com/log", [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, 4).Select(i => Merkle.LeafHash([(byte)i]))];
    private static readonly byte[] Left = Merkle.NodeHash(Leaves[0], Leaves[1]), Right = Merkle.NodeHash(Leaves[2], Leaves[3]);
    private static readonly string[] Keys = [Signer.Key.ToString()];

    [Fact]
    public void A_fact_that_stands_in_the_signed_tree_is_proven() => Check(Proof()).ShouldBe(new Proven(4, null));

    [Fact]
    public void Every_false_proof_is_found_out()
    {
        var wrong = new Dictionary<string, Proven>
        {
            ["another leaf"] = ProofCheck.Inclusion(Proof(), 2, Convert.ToBase64String(Leaves[3]), Keys),
            ["another position"] = ProofCheck.Inclusion(Proof() with { Position = 3 }, 2, Convert.ToBase64String(Leaves[2]), Keys),
            ["a proof that leads elsewhere"] = Check(Proof() with { Proof = [Convert.ToBase64String(Leaves[0]), Convert.ToBase64String(Left)] }),
            ["a proof cut short"] = Check(Proof() with { Proof = [Convert.ToBase64String(Leaves[3])] }),
            ["a signature of somebody else"] = Check(Proof() with { Checkpoint = Signed(4, Root, new NoteSigner("example.com/log", new byte[32])) }),
            ["a note that was changed"] = Check(Proof() with { Checkpoint = Proof().Checkpoint.Replace("\n4\n", "\n5\n", StringComparison.Ordinal) }),
            ["no note"] = Check(Proof() with { Checkpoint = "nothing" }),
            ["no base64"] = Check(Proof() with { Proof = ["%%%"] }),
        };

        wrong.Where(known => known.Value.Holds).ShouldBeEmpty();
    }

    [Fact]
    public void A_log_that_only_grew_continues_the_kept_one_and_an_exchanged_one_does_not()
    {
        var proof = new ConsistencyAnswer(2, 4, [Convert.ToBase64String(Right)], "", Signed(4, Root));

        ProofCheck.Consistency(proof, Signed(2, Left), Keys).Holds.ShouldBeTrue();
        ProofCheck.Consistency(proof, Signed(2, Right), Keys).Holds.ShouldBeFalse();
        ProofCheck.Consistency(proof with { From = 3 }, Signed(2, Left), Keys).Holds.ShouldBeFalse();
    }

    [Fact]
    public void A_checkpoint_is_worth_what_its_signature_is()
    {
        var checkpoint = new CheckpointAnswer("example.com/log", 4, Convert.ToBase64String(Root), Signed(4, Root), DateTimeOffset.UnixEpoch, Keys);

        ProofCheck.Signature(checkpoint).Holds.ShouldBeTrue();
        ProofCheck.Signature(checkpoint with { Size = 5 }).Holds.ShouldBeFalse();
        ProofCheck.Signature(checkpoint with { Keys = [] }).Holds.ShouldBeFalse();
    }

    private static byte[] Root => Merkle.NodeHash(Left, Right);

    private static Proven Check(InclusionAnswer proof) => ProofCheck.Inclusion(proof, 2, Convert.ToBase64String(Leaves[2]), Keys);

    private static InclusionAnswer Proof() =>
        new(2, Guid.Empty, Convert.ToBase64String(Leaves[2]), 4, [Convert.ToBase64String(Leaves[3]), Convert.ToBase64String(Left)], Signed(4, Root));

    private static string Signed(long size, byte[] root, NoteSigner? signer = null) =>
        (signer ?? Signer).Sign(new Checkpoint("example.com/log", size, root).ToString()).ToString();
}
