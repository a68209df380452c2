using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Ledger;

/// <summary>What a witness says to a request: an HTTP status and the text that goes with it.</summary>
public sealed record WitnessAnswer(int Status, string Text);

/// <summary>
/// A witness (C2SP tlog-witness): remembers the latest state of each log it knows, in a folder, and signs only what continues it. A log
/// that shows different people different histories gets the signature for one of them at most.
/// </summary>
public sealed class Witness(WitnessSigner signer, IReadOnlyList<NoteKey> logs, string folder, TimeProvider clock)
{
    /// <summary>The longest request: a note and 63 hashes.</summary>
    public const int LongestRequest = 24 * 1024;

    private const int MostHashes = 63;

    private readonly Lock gate = new();

    /// <param name="request">The body of <c>add-checkpoint</c>.</param>
    public WitnessAnswer AddCheckpoint(string request)
    {
        if (Parse(request) is not var (old, proof, note, checkpoint))
        {
            return new(400, "The body reads: 'old' and a size, hashes in base64, an empty line, and a checkpoint.\n");
        }

        NoteKey[] keys = [.. logs.Where(log => log.Name == checkpoint.Origin)];

        if (keys is [])
        {
            return new(404, "This witness does not know the log.\n");
        }

        if (!IsSigned(note, keys))
        {
            return new(403, "No key this witness knows of the log has signed the checkpoint.\n");
        }

        if (old > checkpoint.Size)
        {
            return new(400, "The old size is above that of the checkpoint.\n");
        }

        lock (gate)
        {
            var last = Latest(checkpoint.Origin) ?? new(checkpoint.Origin, 0, Merkle.EmptyRoot);

            if (old != last.Size || (old == checkpoint.Size && !last.Root.AsSpan().SequenceEqual(checkpoint.Root)))
            {
                return new(409, string.Create(CultureInfo.InvariantCulture, $"{last.Size}\n"));
            }

            if (!Merkle.IsConsistent(old, checkpoint.Size, last.Root, checkpoint.Root, proof))
            {
                return new(422, "The checkpoint does not continue what this witness has signed.\n");
            }

            Remember(checkpoint);
        }

        return new(200, $"\u2014 {signer.Cosign(note.Text, clock.GetUtcNow())}\n");
    }

    private static (long Old, List<byte[]> Proof, SignedNote Note, Checkpoint Checkpoint)? Parse(string request)
    {
        var end = request.IndexOf("\n\n", StringComparison.Ordinal);

        if (end < 0 || request.Length > LongestRequest)
        {
            return null;
        }

        try
        {
            var lines = request[..end].Split('\n');
            var note = SignedNote.Parse(request[(end + 2)..]);
            var proof = lines[1..].Select(SignedNote.Base64).ToList();

            return lines[0].StartsWith("old ", StringComparison.Ordinal)
                && long.TryParse(lines[0].AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var old)
                && lines[0] == string.Create(CultureInfo.InvariantCulture, $"old {old}")
                && proof.Count <= MostHashes && proof.TrueForAll(hash => hash.Length == Merkle.HashSize)
                ? (old, proof, note, Checkpoint.Parse(note.Text))
                : null;
        }
        catch (LedgerException)
        {
            return null;
        }
    }

    private static bool IsSigned(SignedNote note, NoteKey[] keys)
    {
        try
        {
            note.VerifiedBy(keys);

            return true;
        }
        catch (LedgerException)
        {
            return false;
        }
    }

    private Checkpoint? Latest(string origin) => File.Exists(FileOf(origin)) ? Checkpoint.Parse(File.ReadAllText(FileOf(origin))) : null;

    /// <summary>On disk before the signature leaves.</summary>
    private void Remember(Checkpoint checkpoint)
    {
        var next = $"{FileOf(checkpoint.Origin)}.next";

        using (var file = File.Create(next))
        {
            file.Write(Encoding.UTF8.GetBytes(checkpoint.ToString()));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, FileOf(checkpoint.Origin), overwrite: true);
    }

    private string FileOf(string origin) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin))));
}
