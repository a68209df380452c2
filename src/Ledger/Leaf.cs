using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Governance.Ledger;

/// <summary>
/// Everything the ledger attests about one published fact. <paramref name="Previous"/> is the version of the fact the origin published
/// before it on the same stream, 0 for none, and <paramref name="PreviousHash"/> that fact's leaf hash: so the tree proves the order
/// and the completeness of every stream. <paramref name="Data"/> is canonical JSON in which personal members are commitments.
/// </summary>
public sealed record Leaf(
    string Log,
    Guid EventId,
    string Contract,
    Guid? UseCaseId,
    int? Revision,
    string Service,
    Guid Stream,
    long Version,
    long Previous,
    string Actor,
    string ActorRole,
    Guid Correlation,
    Guid Causation,
    DateTimeOffset EffectiveAt,
    DateTimeOffset RecordedAt,
    DateTimeOffset ReceivedAt,
    string Data)
{
    public const int FormatVersion = 1;

    /// <summary>How leaves write moments; texts of this form sort like the moments.</summary>
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    private const int TimeLength = 27;

    /// <summary>Where this thread writes leaves it hashes: a verification would otherwise spend much of its time on memory it lets go at once.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? hashed;

    /// <summary>The hash of the leaf with its predecessor's.</summary>
    /// <param name="previousHash">Null for the first fact of a stream.</param>
    public byte[] Hash(byte[]? previousHash)
    {
        var bytes = hashed ??= new();
        bytes.ResetWrittenCount();
        Write(previousHash, bytes);

        return Merkle.LeafHash(bytes.WrittenSpan);
    }

    /// <summary>The canonical bytes: members in the order of their names, each always there.</summary>
    public void Write(byte[]? previousHash, IBufferWriter<byte> target)
    {
        CanonicalJson.Raw("{\"actor\":{\"role\":"u8, target);
        CanonicalJson.Text(ActorRole, target);
        CanonicalJson.Raw(",\"sub\":"u8, target);
        CanonicalJson.Text(Actor, target);
        CanonicalJson.Raw("},\"causation\":"u8, target);
        Id(Causation, target);
        CanonicalJson.Raw(",\"contract\":"u8, target);
        CanonicalJson.Text(Contract, target);
        CanonicalJson.Raw(",\"correlation\":"u8, target);
        Id(Correlation, target);
        CanonicalJson.Raw(",\"data\":"u8, target);
        CanonicalJson.Encode(Data, target);
        CanonicalJson.Raw(",\"effectiveAt\":"u8, target);
        Time(EffectiveAt, target);
        CanonicalJson.Raw(",\"eventId\":"u8, target);
        Id(EventId, target);
        CanonicalJson.Raw(",\"log\":"u8, target);
        CanonicalJson.Text(Log, target);
        CanonicalJson.Raw(",\"prev\":"u8, target);
        CanonicalJson.Text(previousHash is null ? "" : Convert.ToBase64String(previousHash), target);
        CanonicalJson.Raw(",\"previous\":"u8, target);
        CanonicalJson.Number(Previous, target);
        CanonicalJson.Raw(",\"receivedAt\":"u8, target);
        Time(ReceivedAt, target);
        CanonicalJson.Raw(",\"recordedAt\":"u8, target);
        Time(RecordedAt, target);
        CanonicalJson.Raw(",\"revision\":"u8, target);
        CanonicalJson.Number(Revision ?? 0, target);
        CanonicalJson.Raw(",\"service\":"u8, target);
        CanonicalJson.Text(Service, target);
        CanonicalJson.Raw(",\"stream\":"u8, target);
        Id(Stream, target);
        CanonicalJson.Raw(",\"useCaseId\":"u8, target);

        if (UseCaseId is { } useCase)
        {
            Id(useCase, target);
        }
        else
        {
            CanonicalJson.Raw("\"\""u8, target);
        }

        CanonicalJson.Raw(",\"v\":1,\"version\":"u8, target);
        CanonicalJson.Number(Version, target);
        CanonicalJson.Raw("}"u8, target);
    }

    private static void Id(Guid id, IBufferWriter<byte> target)
    {
        var span = target.GetSpan(38);
        span[0] = (byte)'"';
        Utf8Formatter.TryFormat(id, span[1..], out var written);
        span[written + 1] = (byte)'"';
        target.Advance(written + 2);
    }

    private static void Time(DateTimeOffset time, IBufferWriter<byte> target)
    {
        // The round-trip format is far faster than any other, and has but one digit more.
        var span = target.GetSpan(32);
        span[0] = (byte)'"';
        time.UtcDateTime.TryFormat(span[1..], out _, "O", CultureInfo.InvariantCulture);
        "Z\""u8.CopyTo(span[TimeLength..]);
        target.Advance(TimeLength + 2);
    }
}
