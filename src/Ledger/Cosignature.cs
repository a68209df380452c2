using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Governance.Ledger;

/// <summary>
/// The public half of a witness's key (C2SP tlog-cosignature, Ed25519, type 0x04). Its signature under a checkpoint says that, at a
/// moment, this was the largest state of the log it had seen, and that it continues all it had seen before.
/// </summary>
public sealed record WitnessKey(string Name, byte[] PublicKey)
{
    internal static readonly int ValueSize = sizeof(ulong) + Ed25519.SignatureSize;

    private const byte Type = 0x04;

    public uint Id { get; } = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', Type, .. PublicKey]));

    public static WitnessKey Parse(string text)
    {
        var parts = text.Split('+', 3);
        var bytes = parts.Length == 3 ? SignedNote.Base64(parts[2]) : [];

        if (bytes.Length != 1 + Ed25519.PublicKeySize || bytes[0] != Type)
        {
            throw new LedgerException("key-malformed", "A witness's key reads 'name+id+base64' and is of the type for cosignatures.");
        }

        var key = new WitnessKey(NoteKey.RequireName(parts[0]), bytes[1..]);

        return $"{key.Id:x8}" == parts[1] ? key : throw new LedgerException("key-malformed", "The id of a key does not fit the key.");
    }

    /// <summary>When the witness saw this checkpoint; null where it has not signed it.</summary>
    /// <exception cref="LedgerException">Its signature is false.</exception>
    public DateTimeOffset? Saw(SignedNote note)
    {
        DateTimeOffset? at = null;

        foreach (var signature in note.Signatures.Where(signature => signature.Name == Name && signature.KeyId == Id))
        {
            var seconds = signature.Value.Length == ValueSize ? BinaryPrimitives.ReadUInt64BigEndian(signature.Value) : ulong.MaxValue;
            var message = Message(note.Text, seconds);

            if (seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() || !Ed25519.Verify(signature.Value, sizeof(ulong), PublicKey, 0, message, 0, message.Length))
            {
                throw new LedgerException("signature-wrong", $"The signature of {Name} does not fit the text above it.");
            }

            at = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        }

        return at;
    }

    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([Type, .. PublicKey])}";

    internal static byte[] Message(string text, ulong seconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));
}

/// <summary>The private half.</summary>
public sealed class WitnessSigner
{
    private readonly byte[] seed;

    public WitnessSigner(string name, byte[] seed)
    {
        this.seed = seed;
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        Key = new(NoteKey.RequireName(name), publicKey);
    }

    public WitnessKey Key { get; }

    public NoteSignature Cosign(string text, DateTimeOffset at)
    {
        var seconds = (ulong)at.ToUnixTimeSeconds();
        var message = WitnessKey.Message(text, seconds);
        var value = new byte[WitnessKey.ValueSize];
        BinaryPrimitives.WriteUInt64BigEndian(value, seconds);
        Ed25519.Sign(seed, 0, message, 0, message.Length, value, sizeof(ulong));

        return new(Key.Name, Key.Id, value);
    }
}
