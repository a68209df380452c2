using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Governance.Ledger.Evidence;

/// <summary>The files of an evidence package and the shapes of what stands in them. The format is described in docs/ledger.md.</summary>
public static class EvidenceFormat
{
    public const int Version = 1;

    public const string Manifest = "manifest.json";
    public const string CheckpointFile = "checkpoint";
    public const string Keys = "keys";
    public const string Facts = "facts.jsonl";
    public const string Erasures = "erasures.jsonl";
    public const string Policies = "policies/";
    public const string Schemas = "schemas/";
    public const string Report = "report.pdf";
    public const string ReadMe = "README.txt";

    internal static readonly string[] Required = [CheckpointFile, Keys, Facts];

    internal static readonly string[] Optional = [Report, ReadMe, Erasures];

    /// <summary>One line of the facts: the leaf, its place, the proof that it stands there, and the personal values that were not erased.</summary>
    public static void WriteFact(
        long position, Leaf leaf, byte[]? previousHash, IReadOnlyList<byte[]> proof, IEnumerable<Disclosure> personal, IBufferWriter<byte> target)
    {
        CanonicalJson.Raw("{\"leaf\":"u8, target);
        leaf.Write(previousHash, target);
        CanonicalJson.Raw(",\"personal\":"u8, target);
        WritePersonal(personal, target);
        CanonicalJson.Raw(",\"position\":"u8, target);
        CanonicalJson.Number(position, target);
        CanonicalJson.Raw(",\"proof\":["u8, target);

        for (var i = 0; i < proof.Count; i++)
        {
            CanonicalJson.Raw(i == 0 ? ""u8 : ","u8, target);
            CanonicalJson.Text(Convert.ToBase64String(proof[i]), target);
        }

        CanonicalJson.Raw("]}"u8, target);
    }

    public static void WritePersonal(IEnumerable<Disclosure> personal, IBufferWriter<byte> target)
    {
        CanonicalJson.Raw("["u8, target);
        var isFirst = true;

        foreach (var disclosure in personal)
        {
            CanonicalJson.Raw(isFirst ? "{\"path\":"u8 : ",{\"path\":"u8, target);
            isFirst = false;
            CanonicalJson.Text(disclosure.Path, target);
            CanonicalJson.Raw(",\"salt\":"u8, target);
            CanonicalJson.Text(Base64Url.EncodeToString(disclosure.Salt), target);
            CanonicalJson.Raw(",\"value\":"u8, target);
            CanonicalJson.Encode(disclosure.Value, target);
            CanonicalJson.Raw("}"u8, target);
        }

        CanonicalJson.Raw("]"u8, target);
    }
}

/// <summary>What a package says of itself: everything about one case, or everything recorded in a period.</summary>
/// <param name="UseCaseId">The case; empty for a period.</param>
/// <param name="From">The first moment of the period, as leaves write moments; empty for a case.</param>
/// <param name="To">The moment the period ends before.</param>
/// <param name="Files">The SHA-256 of every other file, by its name.</param>
public sealed record EvidenceManifest(
    string Kind, string UseCaseId, string From, string To, string Origin, long Size, long Facts, string CreatedAt, IReadOnlyDictionary<string, string> Files)
{
    public const string Case = "case";
    public const string Period = "period";

    private static readonly string[] Members = ["createdAt", "facts", "files", "from", "kind", "origin", "size", "to", "useCaseId", "v"];

    public byte[] Write()
    {
        var target = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(target))
        {
            json.WriteStartObject();
            json.WriteString("createdAt", CreatedAt);
            json.WriteNumber("facts", Facts);
            json.WriteStartObject("files");

            foreach (var (name, hash) in Files)
            {
                json.WriteString(name, hash);
            }

            json.WriteEndObject();
            json.WriteString("from", From);
            json.WriteString("kind", Kind);
            json.WriteString("origin", Origin);
            json.WriteNumber("size", Size);
            json.WriteString("to", To);
            json.WriteString("useCaseId", UseCaseId);
            json.WriteNumber("v", EvidenceFormat.Version);
            json.WriteEndObject();
        }

        using var document = CanonicalJson.Parse(target.WrittenMemory.ToArray());

        return CanonicalJson.Write(document.RootElement);
    }

    public static EvidenceManifest Parse(byte[] bytes)
    {
        try
        {
            using var document = CanonicalJson.ParseCanonical(bytes, "The manifest");
            var root = document.RootElement;

            return Shape.Is(root, Members) && root.GetProperty("v").GetInt32() == EvidenceFormat.Version && Shape.Text(root, "kind") is Case or Period
                ? new(
                    Shape.Text(root, "kind"),
                    Shape.Text(root, "useCaseId"),
                    Shape.Text(root, "from"),
                    Shape.Text(root, "to"),
                    Shape.Text(root, "origin"),
                    root.GetProperty("size").GetInt64(),
                    root.GetProperty("facts").GetInt64(),
                    Shape.Text(root, "createdAt"),
                    root.GetProperty("files").EnumerateObject().ToDictionary(file => file.Name, file => Shape.Text(file.Value)))
                : throw Malformed();
        }
        catch (Exception e) when (e is LedgerException or InvalidOperationException or FormatException)
        {
            throw Malformed();
        }
    }

    private static LedgerException Malformed() => new("manifest-malformed", "The manifest is not that of an evidence package of version 1.");
}

/// <summary>Reads JSON whose shape somebody may have changed.</summary>
internal static class Shape
{
    public static bool Is(JsonElement value, IReadOnlyList<string> members) =>
        value.ValueKind is JsonValueKind.Object && value.EnumerateObject().Select(member => member.Name).SequenceEqual(members);

    public static string Text(JsonElement value, string name) => Text(value.GetProperty(name));

    public static string Text(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? CanonicalJson.TextOf(value) : throw new FormatException();
}
