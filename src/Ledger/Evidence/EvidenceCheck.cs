using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Governance.Ledger.Evidence;

/// <summary>What a package proves.</summary>
/// <param name="Streams">How many origin streams the facts come from; each is complete from its first fact to its last one in here.</param>
/// <param name="Signer">The key that signed, and whether it came from outside the package.</param>
/// <param name="Clocks">Where clocks were wrong, which refuses nothing.</param>
public sealed record EvidenceReport(
    EvidenceManifest Manifest,
    Checkpoint Checkpoint,
    NoteKey Signer,
    bool SignerIsTrusted,
    IReadOnlyList<(WitnessKey Witness, DateTimeOffset Saw)> Witnesses,
    int Streams,
    int Commitments,
    int Erased,
    IReadOnlyList<EvidenceFact> Facts,
    IReadOnlyDictionary<string, byte[]> Policies,
    ClockReport Clocks);

public sealed record EvidenceFact(long Position, JsonElement Leaf, IReadOnlyList<Disclosure> Personal);

/// <summary>
/// Verifies a package with nothing but its bytes, in a fixed order, and stops at the first deviation: two verifiers that follow
/// docs/ledger.md give the same reason.
/// </summary>
public static class EvidenceCheck
{
    private const long LargestFile = 1L << 30;

    /// <param name="trusted">Public keys known from elsewhere; without any, those in the package are believed, and the report says so.</param>
    /// <param name="witnesses">Each of them must have signed the checkpoint, too.</param>
    /// <exception cref="LedgerException">The package does not prove what it says.</exception>
    public static EvidenceReport Verify(Stream zip, IReadOnlyList<NoteKey> trusted, params IReadOnlyList<WitnessKey> witnesses)
    {
        var files = ReadFiles(zip);
        var manifest = EvidenceManifest.Parse(files.TryGetValue(EvidenceFormat.Manifest, out var bytes)
            ? bytes
            : throw new LedgerException("manifest-missing", "There is no manifest.json."));

        Files(manifest, files);
        var (checkpoint, signer) = Signature(manifest, files, trusted);
        var note = SignedNote.Parse(Utf8(files[EvidenceFormat.CheckpointFile], SignedNote.Malformed));
        var seen = witnesses.Select(witness => (
            witness, witness.Saw(note) ?? throw new LedgerException("witness-missing", $"The witness {witness.Name} has not signed the checkpoint."))).ToList();
        var policies = Policies(files);
        var facts = new FactsCheck(manifest, checkpoint).Read(files[EvidenceFormat.Facts], files.GetValueOrDefault(EvidenceFormat.Erasures));
        Decided(facts.Facts, policies);

        return new(
            manifest, checkpoint, signer, trusted.Count > 0, seen, facts.Streams, facts.Commitments, facts.Erased, facts.Facts, policies, facts.Clocks);
    }

    private static Dictionary<string, byte[]> ReadFiles(Stream zip)
    {
        try
        {
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8);
            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);

            foreach (var entry in archive.Entries)
            {
                if (entry.Length > LargestFile)
                {
                    throw new LedgerException("zip-unreadable", $"{entry.FullName} is larger than 1 GiB.");
                }

                using var content = new MemoryStream();
                using (var stream = entry.Open())
                {
                    stream.CopyTo(content);
                }

                if (content.Length != entry.Length || Crc(content.ToArray()) != entry.Crc32)
                {
                    throw new LedgerException("zip-unreadable", "A file of the package is damaged.");
                }

                if (!files.TryAdd(entry.FullName, content.ToArray()))
                {
                    throw new LedgerException("file-twice", $"{entry.FullName} is in the package twice.");
                }
            }

            return files;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            throw new LedgerException("zip-unreadable", "This is no readable zip file.");
        }
    }

    private static void Files(EvidenceManifest manifest, Dictionary<string, byte[]> files)
    {
        foreach (var name in files.Keys.Where(name => name is not EvidenceFormat.Manifest).Order(StringComparer.Ordinal))
        {
            if (!manifest.Files.ContainsKey(name) || !IsKnown(name))
            {
                throw new LedgerException("file-unlisted", "A file of the package is not in its manifest, or has no place in a package.");
            }
        }

        foreach (var name in manifest.Files.Keys.Concat(EvidenceFormat.Required).Distinct().Order(StringComparer.Ordinal))
        {
            if (!files.TryGetValue(name, out var content))
            {
                throw new LedgerException("file-missing", $"{name} is missing.");
            }

            if (!manifest.Files.TryGetValue(name, out var hash) || hash != Convert.ToHexStringLower(SHA256.HashData(content)))
            {
                throw new LedgerException("file-changed", $"{name} is not the file the manifest lists.");
            }
        }
    }

    private static bool IsKnown(string name) =>
        EvidenceFormat.Required.Contains(name) || EvidenceFormat.Optional.Contains(name)
            || (name.EndsWith(".json", StringComparison.Ordinal)
                && (name.StartsWith(EvidenceFormat.Policies, StringComparison.Ordinal) || name.StartsWith(EvidenceFormat.Schemas, StringComparison.Ordinal)));

    private static (Checkpoint Checkpoint, NoteKey Signer) Signature(
        EvidenceManifest manifest, Dictionary<string, byte[]> files, IReadOnlyList<NoteKey> trusted)
    {
        NoteKey[] own = [.. Lines(files[EvidenceFormat.Keys], "key-malformed").Select(ParseKey)];
        var note = SignedNote.Parse(Utf8(files[EvidenceFormat.CheckpointFile], SignedNote.Malformed));
        var signer = note.VerifiedBy(trusted.Count > 0 ? trusted : own);
        var checkpoint = Checkpoint.Parse(note.Text);

        return checkpoint.Origin == manifest.Origin && checkpoint.Size == manifest.Size
            ? (checkpoint, signer)
            : throw new LedgerException("checkpoint-differs", "The checkpoint is not the one the manifest names.");
    }

    private static NoteKey ParseKey(string line)
    {
        try
        {
            return NoteKey.Parse(line);
        }
        catch (LedgerException)
        {
            throw new LedgerException("key-malformed", "A key reads 'name+id+base64' and is of type Ed25519.");
        }
    }

    /// <summary>Policies are named by the hash that decisions name them by.</summary>
    private static Dictionary<string, byte[]> Policies(Dictionary<string, byte[]> files)
    {
        var policies = new Dictionary<string, byte[]>(StringComparer.Ordinal);

        foreach (var (name, content) in files.Where(file => file.Key.StartsWith(EvidenceFormat.Policies, StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var hash = name[EvidenceFormat.Policies.Length..^".json".Length];

            if (ContentHash.Of(content) != hash)
            {
                throw new LedgerException("policy-changed", $"{name} does not have the content it is named after.");
            }

            policies.Add(hash, content);
        }

        return policies;
    }

    /// <summary>What every automated decision was made under is in the package.</summary>
    private static void Decided(IReadOnlyList<EvidenceFact> facts, Dictionary<string, byte[]> policies)
    {
        foreach (var fact in facts)
        {
            var data = fact.Leaf.GetProperty("data");

            foreach (var hash in (string?[])[Member(Element(data, "basis"), "policyHash"), Member(data, "priceBookHash"), Member(data, "calendarHash")])
            {
                if (hash is not null && !policies.ContainsKey(hash))
                {
                    throw new LedgerException(
                        "policy-missing", string.Create(CultureInfo.InvariantCulture, $"What the fact at position {fact.Position} was decided under is not in the package."));
                }
            }
        }
    }

    private static JsonElement? Element(JsonElement? value, string name) =>
        value is { ValueKind: JsonValueKind.Object } && value.Value.TryGetProperty(name, out var member) ? member : null;

    private static string? Member(JsonElement? value, string name) =>
        Element(value, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    internal static string Utf8(byte[] bytes, string code)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new LedgerException(code, "A file of the package is not UTF-8.");
        }
    }

    internal static string[] Lines(byte[] bytes, string code)
    {
        var text = Utf8(bytes, code);

        return text.EndsWith('\n')
            ? text[..^1].Split('\n')
            : throw new LedgerException(code, "A file of the package does not end with a line feed.");
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = ~0u;

        foreach (var b in bytes)
        {
            crc = CrcTable[(crc ^ b) & 0xff] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static readonly uint[] CrcTable =
    [
        .. Enumerable.Range(0, 256).Select(i =>
        {
            var value = (uint)i;

            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 1 ? 0xedb88320 ^ (value >> 1) : value >> 1;
            }

            return value;
        }),
    ];
}
