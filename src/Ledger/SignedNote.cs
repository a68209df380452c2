using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Governance.Ledger;

/// <summary>A text with signatures below it, in the C2SP signed-note format: those of its signer (Ed25519, type 0x01) and of witnesses.</summary>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    public const string Malformed = "note-malformed";

    private const string SignatureMark = "\u2014 ";
    private const int MostSignatures = 16;
    private const int LongestNote = 16 * 1024;

    public static SignedNote Parse(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);

        if (note.Length > LongestNote || end < 0 || !note.EndsWith('\n') || note.Any(c => c is < ' ' and not '\n'))
        {
            throw Wrong("a note is a text, an empty line and signatures, each line ended by a line feed");
        }

        var lines = note[(end + 2)..].Split('\n')[..^1];

        return lines.Length is >= 1 and <= MostSignatures
            ? new(note[..(end + 1)], [.. lines.Select(NoteSignature.Parse)])
            : throw Wrong($"a note has 1 to {MostSignatures} signatures");
    }

    public override string ToString() =>
        $"{Text}\n{string.Concat(Signatures.Select(signature => $"{SignatureMark}{signature}\n"))}";

    /// <summary>The first of the keys that has signed this text.</summary>
    /// <exception cref="LedgerException">A known key's signature is false, or no known key has signed.</exception>
    public NoteKey VerifiedBy(IEnumerable<NoteKey> keys)
    {
        NoteKey? signer = null;

        foreach (var key in keys)
        {
            foreach (var signature in Signatures.Where(signature => signature.Name == key.Name && signature.KeyId == key.Id))
            {
                signer = key.Verifies(Text, signature.Value)
                    ? signer ?? key
                    : throw new LedgerException("signature-wrong", $"The signature of {key.Name} does not fit the text above it.");
            }
        }

        return signer ?? throw new LedgerException("signature-missing", "No trusted key has signed this.");
    }

    internal static LedgerException Wrong(string why) => new(Malformed, $"This is no signed note: {why}.");

    internal static (string Name, byte[] Bytes) ReadSignature(string line)
    {
        var gap = line.LastIndexOf(' ');

        return line.StartsWith(SignatureMark, StringComparison.Ordinal) && gap > SignatureMark.Length
            ? (line[SignatureMark.Length..gap], Base64(line[(gap + 1)..]))
            : throw Wrong("a signature line reads '\u2014 name base64'");
    }

    /// <summary>Only the one canonical spelling of bytes is accepted.</summary>
    internal static byte[] Base64(string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text);

            return Convert.ToBase64String(bytes) == text ? bytes : throw Wrong("base64 is not in its canonical form");
        }
        catch (FormatException)
        {
            throw Wrong("base64 is malformed");
        }
    }
}

public sealed record NoteSignature(string Name, uint KeyId, byte[] Value)
{
    public static NoteSignature Parse(string line)
    {
        var (name, bytes) = SignedNote.ReadSignature(line);

        return bytes.Length == 4 + Ed25519.SignatureSize || bytes.Length == 4 + WitnessKey.ValueSize
            ? new(NoteKey.RequireName(name), BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..])
            : throw SignedNote.Wrong("a signature has a key id of 4 bytes and 64 bytes of Ed25519, with 8 bytes of time before them where it is a witness's");
    }

    public override string ToString()
    {
        var bytes = new byte[4 + Value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Value.CopyTo(bytes, 4);

        return $"{Name} {Convert.ToBase64String(bytes)}";
    }
}

/// <summary>The public half of a key that signs notes, written as C2SP prescribes: name, key id and key.</summary>
public sealed record NoteKey(string Name, byte[] PublicKey)
{
    private const byte Ed25519Type = 0x01;

    public uint Id { get; } = BinaryPrimitives.ReadUInt32BigEndian(
        SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', Ed25519Type, .. PublicKey]));

    public static NoteKey Parse(string text)
    {
        var parts = text.Split('+', 3);
        var bytes = parts.Length == 3 ? SignedNote.Base64(parts[2]) : [];

        if (bytes.Length != 1 + Ed25519.PublicKeySize || bytes[0] != Ed25519Type)
        {
            throw new LedgerException("key-malformed", "A key reads 'name+id+base64' and is of type Ed25519.");
        }

        var key = new NoteKey(RequireName(parts[0]), bytes[1..]);

        return $"{key.Id:x8}" == parts[1] ? key : throw new LedgerException("key-malformed", "The id of a key does not fit the key.");
    }

    public bool Verifies(string text, byte[] signature)
    {
        var message = CanonicalJson.Encode(text);

        return signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, PublicKey, 0, message, 0, message.Length);
    }

    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([Ed25519Type, .. PublicKey])}";

    public bool Equals(NoteKey? other) => other is not null && Name == other.Name && PublicKey.AsSpan().SequenceEqual(other.PublicKey);

    public override int GetHashCode() => HashCode.Combine(Name, Id);

    internal static string RequireName(string name) =>
        name.Length is > 0 and <= 200 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+')
            ? name
            : throw SignedNote.Wrong("the name of a key is not empty and has neither spaces nor '+'");
}

/// <summary>The private half.</summary>
public sealed class NoteSigner
{
    private readonly byte[] seed;

    public NoteSigner(string name, byte[] seed)
    {
        this.seed = seed.Length == Ed25519.SecretKeySize
            ? seed
            : throw new LedgerException("key-malformed", $"A private key has {Ed25519.SecretKeySize} bytes.");

        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        Key = new(NoteKey.RequireName(name), publicKey);
    }

    public NoteKey Key { get; }

    public SignedNote Sign(string text) => new(text, [new(Key.Name, Key.Id, Bytes(text))]);

    /// <summary>The signature over a text that is not a note by itself.</summary>
    public byte[] Bytes(string text)
    {
        var message = CanonicalJson.Encode(text);
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(seed, 0, message, 0, message.Length, signature, 0);

        return signature;
    }
}
