using Governance.Ledger;

namespace Governance.Audit.Tests.Ledger;

public sealed class SignedNoteTests
{
    private static readonly NoteSigner Signer = new("governance.example/audit", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    private static readonly Checkpoint Checkpoint = new("governance.example/audit", 7, Merkle.EmptyRoot);

    /// <summary>Key, text and signature of the documentation of Go's note package, where the format comes from.</summary>
    [Fact]
    public void A_note_signed_elsewhere_is_verified()
    {
        var key = NoteKey.Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        var note = SignedNote.Parse(
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
            + "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");

        note.VerifiedBy([key]).ShouldBe(key);
    }

    [Fact]
    public void A_checkpoint_comes_back_from_its_note()
    {
        var note = SignedNote.Parse(Signer.Sign(Checkpoint.ToString()).ToString());

        note.VerifiedBy([Signer.Key]).ShouldBe(Signer.Key);
        Checkpoint.Parse(note.Text).ShouldBe(Checkpoint);
        NoteKey.Parse(Signer.Key.ToString()).ShouldBe(Signer.Key);
    }

    [Fact]
    public void A_changed_text_or_an_unknown_key_is_refused()
    {
        var note = Signer.Sign(Checkpoint.ToString());
        var stranger = new NoteSigner(Signer.Key.Name, [.. Enumerable.Repeat((byte)9, 32)]);

        Should.Throw<LedgerException>(() => (note with { Text = (Checkpoint with { Size = 8 }).ToString() }).VerifiedBy([Signer.Key])).Code.ShouldBe("signature-wrong");
        Should.Throw<LedgerException>(() => note.VerifiedBy([stranger.Key])).Code.ShouldBe("signature-missing");
    }

    [Theory]
    [InlineData("a\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", true)]
    [InlineData("a\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false)]
    [InlineData("a\n007\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n+7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", false)]
    [InlineData("a\n7\n47DEQpj8\n", false)]
    [InlineData("\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("a\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n", false)]
    public void A_checkpoint_is_three_plain_lines(string text, bool isOne)
    {
        if (isOne)
        {
            Checkpoint.Parse(text).Size.ShouldBe(7);
        }
        else
        {
            Should.Throw<LedgerException>(() => Checkpoint.Parse(text)).Code.ShouldBe(Checkpoint.Malformed);
        }
    }

    [Theory]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name\n")]
    [InlineData("text\n\n- name AAAA\n")]
    [InlineData("text\n\n— name AAAA\n")]
    [InlineData("te\rxt\n\n— name AAAA\n")]
    [InlineData("")]
    public void A_note_of_another_shape_is_refused(string note) =>
        Should.Throw<LedgerException>(() => SignedNote.Parse(note)).Code.ShouldBe(SignedNote.Malformed);

    [Fact]
    public void A_note_with_ten_thousand_signatures_is_refused()
    {
        var note = Signer.Sign(Checkpoint.ToString());

        Should.Throw<LedgerException>(() => SignedNote.Parse((note with { Signatures = [.. Enumerable.Repeat(note.Signatures[0], 10_000)] }).ToString()));
        Should.Throw<LedgerException>(() => SignedNote.Parse((note with { Signatures = [.. Enumerable.Repeat(note.Signatures[0], 17)] }).ToString()));
    }
}
