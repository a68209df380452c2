using System.Text;
using Governance.Ledger;

namespace Governance.Audit.Tests.Ledger;

public sealed class WitnessTests : IDisposable
{
    private static readonly NoteSigner Log = new("governance.example/audit", [.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly WitnessSigner Signer = new("witness.example/w1", [.. Enumerable.Repeat((byte)2, 32)]);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("governance-test-");
    private readonly MerkleTree tree = new();

    [Fact]
    public void What_continues_the_log_is_signed_with_the_time()
    {
        var witness = Witness();
        Grow(3);
        Ask(witness, 0).Status.ShouldBe(200);
        Grow(2);

        var answer = Ask(witness, 3);

        answer.Status.ShouldBe(200, answer.Text);
        var note = SignedNote.Parse(Note() + answer.Text);
        WitnessKey.Parse(Signer.Key.ToString()).Saw(note)!.Value.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        note.VerifiedBy([Log.Key]);
        Should.Throw<LedgerException>(() => Signer.Key.Saw(note with { Text = note.Text.Replace("\n5\n", "\n6\n", StringComparison.Ordinal) })).Code.ShouldBe("signature-wrong");
    }

    /// <summary>Key, checkpoint and cosignature of the example in the format's description.</summary>
    [Fact]
    public void A_cosignature_made_elsewhere_is_read()
    {
        var note = SignedNote.Parse(
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
            + "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
            + "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n");

        note.Signatures.Select(signature => signature.Name).ShouldBe(["example.com/behind-the-sofa", "witness.example.com/w1"]);
        Signer.Key.Saw(note).ShouldBeNull("another witness has signed");
    }

    [Fact]
    public void T9_A_history_run_again_is_refused()
    {
        var witness = Witness();
        Grow(4);
        Ask(witness, 0).Status.ShouldBe(200);

        var other = new MerkleTree();
        Grow(6, other, "another history");

        Ask(witness, 4, other).Status.ShouldBe(422);
        Ask(witness, 0, other).ShouldBe(new(409, "4\n"));
    }

    [Fact]
    public void T10_Two_trees_of_one_size_are_not_both_signed()
    {
        var witness = Witness();
        Grow(4);
        Ask(witness, 0).Status.ShouldBe(200);
        var other = new MerkleTree();
        Grow(4, other, "what the auditor is shown");

        Ask(witness, 4, other).Status.ShouldBe(409);
        Ask(witness, 4).Status.ShouldBe(200, "the one it has signed it signs again");
    }

    [Fact]
    public void T8_A_log_that_shrank_is_refused_also_by_a_witness_that_was_started_anew()
    {
        Grow(4);
        Ask(Witness(), 0).Status.ShouldBe(200);
        var shorter = new MerkleTree();
        Grow(2, shorter);

        Ask(Witness(), 4, shorter).Status.ShouldBe(400);
        Ask(Witness(), 2, shorter).ShouldBe(new(409, "4\n"));
    }

    [Fact]
    public void Only_logs_it_knows_and_only_with_their_signature()
    {
        Grow(1);
        var strangers = new NoteSigner("elsewhere.example/log", new byte[32]);
        var thief = new NoteSigner(Log.Key.Name, new byte[32]);

        Witness().AddCheckpoint($"old 0\n\n{strangers.Sign(new Checkpoint(strangers.Key.Name, 1, tree.Root()).ToString())}").Status.ShouldBe(404);
        Witness().AddCheckpoint($"old 0\n\n{thief.Sign(new Checkpoint(Log.Key.Name, 1, tree.Root()).ToString())}").Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old 0\n")]
    [InlineData("new 0\n\nNOTE")]
    [InlineData("old -1\n\nNOTE")]
    [InlineData("old 00\n\nNOTE")]
    [InlineData("old 0 \n\nNOTE")]
    [InlineData("old 0\nhash\n\nNOTE")]
    [InlineData("old 0\nAAAA\n\nNOTE")]
    [InlineData("old 0\n\nno note\n")]
    public void A_request_of_another_shape_is_refused(string request)
    {
        Grow(1);

        Witness().AddCheckpoint(request.Replace("NOTE", Note(), StringComparison.Ordinal)).Status.ShouldBe(400);
    }

    [Fact]
    public void A_request_that_is_too_long_is_refused()
    {
        Grow(1);
        var hashes = string.Concat(Enumerable.Repeat($"{Convert.ToBase64String(new byte[32])}\n", 64));

        Witness().AddCheckpoint($"old 0\n{hashes}\n{Note()}").Status.ShouldBe(400);
        Witness().AddCheckpoint(new StringBuilder("old 0\n").Append('A', 100_000).Append("\n\n").Append(Note()).ToString()).Status.ShouldBe(400);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Witness Witness() => new(Signer, [Log.Key], folder.FullName, TimeProvider.System);

    private string Note(MerkleTree? of = null) => Log.Sign(new Checkpoint(Log.Key.Name, (of ?? tree).Size, (of ?? tree).Root()).ToString()).ToString();

    private WitnessAnswer Ask(Witness witness, long old, MerkleTree? of = null)
    {
        var whole = of ?? tree;
        var proof = old <= whole.Size ? whole.ConsistencyProof(old, whole.Size, _ => throw new InvalidOperationException()) : [];

        return witness.AddCheckpoint($"old {old}\n{string.Concat(proof.Select(hash => $"{Convert.ToBase64String(hash)}\n"))}\n{Note(whole)}");
    }

    private void Grow(int leaves, MerkleTree? of = null, string content = "leaf")
    {
        for (var i = 0; i < leaves; i++)
        {
            (of ?? tree).Append(Merkle.LeafHash(Encoding.UTF8.GetBytes($"{content} {(of ?? tree).Size}")));
        }
    }
}
