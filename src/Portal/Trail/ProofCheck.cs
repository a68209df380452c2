using Governance.Ledger;

namespace Governance.Portal.Trail;

/// <summary>What the audit service answers about its last signed state, and about the place of one fact in it.</summary>
internal sealed record CheckpointAnswer(string Origin, long Size, string Root, string Note, DateTimeOffset SignedAt, IReadOnlyList<string> Keys);

internal sealed record InclusionAnswer(long Position, Guid EventId, string LeafHash, long Size, IReadOnlyList<string> Proof, string Checkpoint);

internal sealed record ConsistencyAnswer(long From, long To, IReadOnlyList<string> Proof, string Earlier, string Later);

/// <summary>Whether something signed holds, as the portal has computed it; the mistake is null where it does.</summary>
internal sealed record Proven(long Size, string? Mistake)
{
    public bool Holds => Mistake is null;
}

/// <summary>The portal checks what the audit service proves with the same code as the offline verifier, and takes nobody's word for it.</summary>
internal static class ProofCheck
{
    /// <summary>The signature of a checkpoint under the keys of the log.</summary>
    public static Proven Signature(CheckpointAnswer checkpoint) => Try(checkpoint.Size, () =>
    {
        var signed = Open(checkpoint.Note, checkpoint.Keys);

        return signed.Size == checkpoint.Size && Convert.ToBase64String(signed.Root) == checkpoint.Root ? null : "The note says something else than the answer.";
    });

    /// <summary>That the fact, by the hash its trail shows, stands at its position of the signed tree.</summary>
    public static Proven Inclusion(InclusionAnswer proof, long position, string? leafHash, IReadOnlyList<string> keys) => Try(proof.Size, () =>
    {
        var signed = Open(proof.Checkpoint, keys);

        return proof.LeafHash != leafHash || proof.Position != position || proof.Size != signed.Size ? "The proof is about something else."
            : Merkle.IsIncluded(Convert.FromBase64String(proof.LeafHash), position, signed.Size, Hashes(proof.Proof), signed.Root) ? null
            : "The fact is not in the signed tree.";
    });

    /// <summary>That the log has only grown since a checkpoint somebody has kept.</summary>
    public static Proven Consistency(ConsistencyAnswer proof, string kept, IReadOnlyList<string> keys) => Try(proof.To, () =>
    {
        var (earlier, later) = (Open(kept, keys), Open(proof.Later, keys));

        return earlier.Size != proof.From || later.Size != proof.To ? "The proof is about something else."
            : Merkle.IsConsistent(earlier.Size, later.Size, earlier.Root, later.Root, Hashes(proof.Proof)) ? null
            : "The log is not the one of that day any more.";
    });

    private static Checkpoint Open(string note, IReadOnlyList<string> keys)
    {
        var signed = SignedNote.Parse(note);
        signed.VerifiedBy(keys.Select(NoteKey.Parse));

        return Checkpoint.Parse(signed.Text);
    }

    private static IReadOnlyList<byte[]> Hashes(IEnumerable<string> proof) => [.. proof.Select(Convert.FromBase64String)];

    private static Proven Try(long size, Func<string?> mistake)
    {
        try
        {
            return new(size, mistake());
        }
        catch (Exception e) when (e is LedgerException or FormatException)
        {
            return new(size, e.Message);
        }
    }
}
