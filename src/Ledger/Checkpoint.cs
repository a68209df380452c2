using System.Globalization;

namespace Governance.Ledger;

/// <summary>What a log says it holds: its name, how many leaves, and their root. Three lines, signed as a note (C2SP tlog-checkpoint).</summary>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    public const string Malformed = "checkpoint-malformed";

    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');

        return lines is [{ Length: > 0 } origin, var size, var root, ""]
            ? new(origin, ReadSize(size), ReadRoot(root))
            : throw new LedgerException(Malformed, "A checkpoint is three lines: origin, size and root.");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    public bool Equals(Checkpoint? other) =>
        other is not null && Origin == other.Origin && Size == other.Size && Root.AsSpan().SequenceEqual(other.Root);

    public override int GetHashCode() => HashCode.Combine(Origin, Size);

    private static long ReadSize(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size.ToString(CultureInfo.InvariantCulture) == text && size <= 9_007_199_254_740_991
            ? size
            : throw new LedgerException(Malformed, "The size of a checkpoint is a plain whole number.");

    private static byte[] ReadRoot(string text)
    {
        try
        {
            return SignedNote.Base64(text) is { Length: Merkle.HashSize } root
                ? root
                : throw new LedgerException(Malformed, "The root of a checkpoint has 32 bytes.");
        }
        catch (LedgerException e) when (e.Code == SignedNote.Malformed)
        {
            throw new LedgerException(Malformed, "The root of a checkpoint is base64 in canonical form.");
        }
    }
}
