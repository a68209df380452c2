using System.Text;
using System.Text.Json.Nodes;
using Governance.Ledger;

namespace Governance.Audit.Tests.Evidence;

/// <summary>Every way to spoil a package we could think of, with the reason it must be refused for.</summary>
internal static class Corruption
{
    private const string Changed = "file-changed", Note = "note-malformed", Fact = "fact-malformed", Json = "not-canonical", Proof = "proof-wrong";

    private static readonly NoteSigner Mallory = new("governance.local/audit", [.. Enumerable.Repeat((byte)7, 32)]);

    public static IReadOnlyDictionary<string, (Func<EvidencePackage, byte[]> Spoil, string Code)> Kinds { get; } =
        new Dictionary<string, (Func<EvidencePackage, byte[]>, string)>
        {
            ["no zip"] = (_ => "evidence"u8.ToArray(), "zip-unreadable"),
            ["nothing"] = (_ => [], "zip-unreadable"),
            ["cut off"] = (p => p.Zip[..^200], "zip-unreadable"),
            ["a flipped bit in a packed file"] = (p => Flipped(p.Zip, 900), "zip-unreadable"),
            ["a file twice"] = (p => EvidencePackage.Pack([.. p.Files.Select(f => (f.Key, f.Value)), ("keys", p.Files["keys"])]), "file-twice"),
            ["an extra file"] = (p => p.Changed(f => f["extra"] = []), "file-unlisted"),
            ["a file outside of the package"] = (p => p.Changed(f => f["../keys"] = []), "file-unlisted"),
            ["an extra file that is listed"] = (p => p.Resealed(f => f["extra"] = []), "file-unlisted"),

            ["no manifest"] = (p => p.Changed(f => f.Remove("manifest.json")), "manifest-missing"),
            ["a manifest that is no JSON"] = (p => p.Changed(f => f["manifest.json"] = "{"u8.ToArray()), "manifest-malformed"),
            ["a manifest with spaces"] = (p => p.Changed(f => f["manifest.json"] = [.. f["manifest.json"], (byte)' ']), "manifest-malformed"),
            ["a manifest that is a list"] = (p => p.Changed(f => f["manifest.json"] = "[]"u8.ToArray()), "manifest-malformed"),
            ["a case called a period"] = Manifest(m => m["kind"] = "period", "other-period"),
            ["a manifest with a number for a moment"] = Manifest(m => m["from"] = 1, "manifest-malformed"),
            ["a manifest of version 2"] = Manifest(m => m["v"] = 2, "manifest-malformed"),
            ["a manifest of another kind"] = Manifest(m => m["kind"] = "other", "manifest-malformed"),
            ["a manifest with an extra member"] = Manifest(m => m["extra"] = 1, "manifest-malformed"),
            ["a manifest without a member"] = Manifest(m => m.Remove("createdAt"), "manifest-malformed"),
            ["a manifest with its size as text"] = Manifest(m => m["size"] = "7", "manifest-malformed"),
            ["a manifest with files as a list"] = Manifest(m => m["files"] = new JsonArray(), "manifest-malformed"),
            ["a manifest with a number for a hash"] = Manifest(m => m["files"]!["keys"] = 1, "manifest-malformed"),
            ["a wrong hash"] = Manifest(m => m["files"]!["keys"] = new string('0', 64), Changed),
            ["a hash in capitals"] = Manifest(m => m["files"]!["keys"] = m["files"]!["keys"]!.GetValue<string>().ToUpperInvariant(), Changed),
            ["a listed file that is not there"] = Manifest(m => m["files"]!["policies/x.json"] = new string('0', 64), "file-missing"),
            ["a file that is not listed"] = Manifest(m => m["files"]!.AsObject().Remove("facts.jsonl"), "file-unlisted"),
            ["no facts"] = (p => p.Resealed(f => f.Remove("facts.jsonl")), "file-missing"),
            ["no checkpoint"] = (p => p.Resealed(f => f.Remove("checkpoint")), "file-missing"),
            ["no keys"] = (p => p.Resealed(f => f.Remove("keys")), "file-missing"),
            ["another size"] = Manifest(m => m["size"] = m["size"]!.GetValue<long>() + 1, "checkpoint-differs"),
            ["another log"] = Manifest(m => m["origin"] = "elsewhere.example/audit", "checkpoint-differs"),
            ["another number of facts"] = Manifest(m => m["facts"] = 4, "count-differs"),
            ["another use case"] = Manifest(m => m["useCaseId"] = Guid.Empty.ToString(), "other-case"),

            ["another report"] = (p => p.Changed(f => f["report.pdf"] = [.. f["report.pdf"], 0]), Changed),
            ["another readme"] = (p => p.Changed(f => f["README.txt"] = "Trust me."u8.ToArray()), Changed),
            ["other facts"] = (p => p.Changed(f => f["facts.jsonl"] = [.. f["facts.jsonl"], (byte)'\n']), Changed),

            ["an empty list of keys"] = File("keys", _ => "\n", "key-malformed"),
            ["a key that is none"] = File("keys", _ => "key\n", "key-malformed"),
            ["a key of another type"] = File("keys", text => text.Replace("+A", "+B", StringComparison.Ordinal), "key-malformed"),
            ["a key with another id"] = File("keys", text => text.Replace(text.Split('+')[1], "00000000", StringComparison.Ordinal), "key-malformed"),
            ["a key without an end"] = File("keys", text => text.TrimEnd('\n'), "key-malformed"),
            ["the key of somebody else"] = File("keys", _ => $"{Mallory.Key}\n", "signature-missing"),

            ["a checkpoint without a signature"] = File("checkpoint", text => text[..(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)], Note),
            ["a checkpoint with another size"] = File("checkpoint", text => text.Replace("\n1", "\n2", StringComparison.Ordinal), "signature-wrong"),
            ["a checkpoint with another signature"] = (p => p.Resealed(f => f["checkpoint"] = Encoding.UTF8.GetBytes(Resigned(p, Text(p)))), "signature-wrong"),
            ["a checkpoint signed by somebody else"] = (p => p.Resealed(f => f["checkpoint"] = Encoding.UTF8.GetBytes(Mallory.Sign(Text(p)).ToString())), "signature-missing"),
            ["a checkpoint somebody else signed and vouches for"] = (p => p.Resealed(f =>
            {
                f["checkpoint"] = Encoding.UTF8.GetBytes(Mallory.Sign((Checkpoint.Parse(Text(p)) with { Root = Merkle.EmptyRoot }).ToString()).ToString());
                f["keys"] = Encoding.UTF8.GetBytes($"{Mallory.Key}\n");
            }), Proof),
            ["a checkpoint with line ends of Windows"] = File("checkpoint", text => text.Replace("\n", "\r\n", StringComparison.Ordinal), Note),
            ["a checkpoint with the wrong dash"] = File("checkpoint", text => text.Replace('—', '-'), Note),
            ["a checkpoint with a malformed signature"] = File("checkpoint", text => text.Insert(text.Length - 1, "!"), Note),
            ["a checkpoint with a short signature"] = File("checkpoint", text => $"{text[..(text.LastIndexOf(' ') + 1)]}AAAA\n", Note),
            ["a checkpoint with 17 signatures"] = File("checkpoint", text => text + string.Concat(Enumerable.Repeat(text[text.IndexOf('—', StringComparison.Ordinal)..], 16)), Note),
            ["a checkpoint that is not UTF-8"] = (p => p.Resealed(f => f["checkpoint"] = [0xc3, 0x28]), Note),
            ["a checkpoint of four lines"] = Signed(text => $"{text}more\n", "checkpoint-malformed"),
            ["a checkpoint with zeros before its size"] = Signed(text => text.Replace("\n1", "\n01", StringComparison.Ordinal), "checkpoint-malformed"),
            ["a checkpoint with a short root"] = Signed(text => $"{string.Join('\n', text.Split('\n')[..2])}\nAAAA\n", "checkpoint-malformed"),
            ["a checkpoint of an empty name"] = Signed(text => text[text.IndexOf('\n', StringComparison.Ordinal)..], "checkpoint-malformed"),

            ["a fact left out"] = Lines(lines => lines.RemoveAt(0), "chain-broken"),
            ["two facts exchanged"] = Lines(lines =>
            {
                var other = lines.FindIndex(line => Stream(line) != Stream(lines[0]));
                (lines[0], lines[other]) = (lines[other], lines[0]);
            }, "order-wrong"),
            ["a fact twice"] = Lines(lines => lines.Insert(0, lines[0]), "order-wrong"),
            ["no fact at all"] = Lines(lines => lines.Clear(), Json),
            ["facts without an end"] = (p => p.Resealed(f => f["facts.jsonl"] = f["facts.jsonl"][..^1]), Json),
            ["facts that are not UTF-8"] = (p => p.Resealed(f => f["facts.jsonl"] = [0xff, .. f["facts.jsonl"]]), Json),
            ["facts with a byte order mark"] = (p => p.Resealed(f => f["facts.jsonl"] = [0xef, 0xbb, 0xbf, .. f["facts.jsonl"]]), Json),
            ["a fact with a space"] = Line(line => line.Replace("{\"leaf\":", "{\"leaf\": ", StringComparison.Ordinal), Json),
            ["a fact with a member twice"] = Line(line => line.Replace("\"v\":1", "\"v\":1,\"v\":1", StringComparison.Ordinal), Json),
            ["a fact with a fraction"] = Line(line => line.Replace("\"v\":1", "\"v\":1.0", StringComparison.Ordinal), Json),
            ["a fact with an exponent"] = Line(line => line.Replace("\"v\":1", "\"v\":1e0", StringComparison.Ordinal), Json),
            ["a fact with a minus zero"] = Line(line => line.Replace("\"v\":1", "\"v\":-0", StringComparison.Ordinal), Json),
            ["a fact with a number too large"] = Line(line => line.Replace("\"v\":1", "\"v\":9007199254740992", StringComparison.Ordinal), Json),
            ["a fact with half a surrogate"] = Line(line => line.Replace("\"sub\":\"", "\"sub\":\"\\ud800", StringComparison.Ordinal), Json),
            ["a fact with U+0000"] = Line(line => line.Replace("\"sub\":\"", "\"sub\":\"\\u0000", StringComparison.Ordinal), Json),
            ["a fact escaped otherwise"] = Line(line => line.Replace("\"sub\":\"s", "\"sub\":\"\\u0073", StringComparison.Ordinal), Json),
            ["a fact nested without end"] = Line(_ => new string('[', 10_000) + new string(']', 10_000), Json),
            ["a fact nested 65 deep"] = Line(_ => new string('[', 65) + new string(']', 65), Json),
            ["a fact that is a list"] = Line(_ => "[]", Fact),
            ["a fact with NaN"] = Line(line => line.Replace("\"v\":1", "\"v\":NaN", StringComparison.Ordinal), Json),

            ["another actor"] = Leaf(leaf => leaf["actor"]!["sub"] = "mallory", Proof),
            ["another role"] = Leaf(leaf => leaf["actor"]!["role"] = "auditor", Proof),
            ["another moment"] = Leaf(leaf => leaf["recordedAt"] = "2020-01-01T00:00:00.000000Z", Proof),
            ["other content"] = Leaf(leaf => leaf["data"]!["number"] = "UC-2026-9999", Proof),
            ["a commitment removed"] = Leaf(leaf => leaf["data"]!["$sd"]!.AsObject().Remove("/facts/title"), Proof),
            ["another version of leaf"] = Leaf(leaf => leaf["v"] = 2, "leaf-version"),
            ["a leaf of another log"] = Leaf(leaf => leaf["log"] = "elsewhere", "other-log"),
            ["a leaf about another case"] = Leaf(leaf => leaf["useCaseId"] = Guid.Empty.ToString(), "other-case"),
            ["a leaf with an extra member"] = Leaf(leaf => leaf["extra"] = 1, Fact),
            ["a leaf without a member"] = Leaf(leaf => leaf.Remove("causation"), Fact),
            ["a leaf with a number for a text"] = Leaf(leaf => leaf["log"] = 1, Fact),
            ["a version as text"] = Leaf(leaf => leaf["v"] = "1", Fact),

            ["a time of another shape, signed for"] = Forged(leaf => leaf["effectiveAt"] = "2026-11-26T10:00:00Z", Fact),
            ["a time with an offset, signed for"] = Forged(leaf => leaf["receivedAt"] = "2026-11-26T10:00:00.000000+01:00", Fact),
            ["a day that does not exist, signed for"] = Forged(leaf => leaf["recordedAt"] = "2026-02-30T10:00:00.000000Z", Fact),
            ["an event that has no id, signed for"] = Forged(leaf => leaf["eventId"] = "first", Fact),

            ["another position"] = Changes(line => line["position"] = line["position"]!.GetValue<long>() + 1, Proof),
            ["a position beyond the tree"] = Changes(line => line["position"] = 4_000_000, Proof),
            ["a position below zero"] = Changes(line => line["position"] = -1, "order-wrong"),
            ["a position as text"] = Changes(line => line["position"] = "1", Fact),
            ["a shorter proof"] = Changes(line => line["proof"]!.AsArray().RemoveAt(0), Proof),
            ["a longer proof"] = Changes(line => line["proof"]!.AsArray().Add(line["proof"]![0]!.GetValue<string>()), Proof),
            ["siblings exchanged"] = Changes(line => line["proof"] = new JsonArray([.. line["proof"]!.AsArray().Reverse().Select(h => (JsonNode)h!.GetValue<string>())]), Proof),
            ["no proof"] = Changes(line => line["proof"] = new JsonArray(), Proof),
            ["a proof that is no list"] = Changes(line => line["proof"] = "trust me", Fact),
            ["a short hash in a proof"] = Changes(line => line["proof"]![0] = "AAAA", Fact),
            ["a hash in another spelling"] = Changes(line => line["proof"]![0] = line["proof"]![0]!.GetValue<string>().TrimEnd('='), Fact),
            ["an extra member beside the leaf"] = Changes(line => line["extra"] = 1, Fact),

            ["another personal value"] = Changes(line => line["personal"]![0]!["value"] = "nobody", "personal-changed"),
            ["another salt"] = Changes(line => line["personal"]![0]!["salt"] = new string('A', 43), "personal-changed"),
            ["a salt in another spelling"] = Changes(line => line["personal"]![0]!["salt"] = line["personal"]![0]!["salt"]!.GetValue<string>() + "=", Fact),
            ["a personal value withheld"] = Changes(line => line["personal"]!.AsArray().RemoveAt(0), "personal-missing"),
            ["a personal value too many"] = Changes(line => line["personal"]![0]!["path"] = "/invented", "personal-surplus"),
            ["a personal value twice"] = Changes(line => line["personal"]!.AsArray().Add(line["personal"]![0]!.DeepClone()), "personal-surplus"),
            ["personal values that are no list"] = Changes(line => line["personal"] = new JsonObject(), Fact),
            ["a personal value with an extra member"] = Changes(line => line["personal"]![0]!["extra"] = 1, Fact),

            ["another policy"] = (p => p.Resealed(f => f[Policy(p)] = "{}"u8.ToArray()), "policy-changed"),
            ["a policy that is no JSON"] = (p => p.Resealed(f => f[Policy(p)] = "{"u8.ToArray()), "policy-changed"),
            ["a policy with a threshold changed"] = (p => p.Resealed(f => f[Policy(p)] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(f[Policy(p)]).Replace("20", "21", StringComparison.Ordinal))), "policy-changed"),
            ["a policy under another name"] = (p => p.Resealed(f =>
            {
                f[$"policies/{new string('0', 64)}.json"] = f[Policy(p)];
                f.Remove(Policy(p));
            }), "policy-changed"),
            ["a policy left out"] = (p => p.Resealed(f => f.Remove(Policy(p))), "policy-missing"),
        };

    private static string Text(EvidencePackage package) => SignedNote.Parse(Encoding.UTF8.GetString(package.Files["checkpoint"])).Text;

    private static string Policy(EvidencePackage package) => package.Files.Keys.Where(name => name.StartsWith("policies/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).First();

    private static string Resigned(EvidencePackage package, string text)
    {
        var note = package.Signer.Sign(text);
        var signature = note.Signatures[0];

        return (note with { Signatures = [signature with { Value = Flipped(signature.Value, 10) }] }).ToString();
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= 1;

        return flipped;
    }

    private static (Func<EvidencePackage, byte[]>, string) Manifest(Action<JsonObject> change, string code) => (p => p.Resealed(_ => { }, change), code);

    private static (Func<EvidencePackage, byte[]>, string) File(string name, Func<string, string> change, string code) =>
        (p => p.Resealed(f => f[name] = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(f[name])))), code);

    private static (Func<EvidencePackage, byte[]>, string) Signed(Func<string, string> change, string code) =>
        (p => p.Resealed(f => f["checkpoint"] = Encoding.UTF8.GetBytes(p.Signer.Sign(change(Text(p))).ToString())), code);

    private static (Func<EvidencePackage, byte[]>, string) Lines(Action<List<string>> change, string code) => (p => p.Resealed(
        f =>
        {
            List<string> lines = [.. Encoding.UTF8.GetString(f["facts.jsonl"]).TrimEnd('\n').Split('\n')];

            // The withdrawal is of the submission's stream; where both are sealed in one round, it is the next fact of the ledger.
            lines.Sort((a, b) => Position(a).CompareTo(Position(b)));
            change(lines);
            f["facts.jsonl"] = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        },
        m => m["facts"] = m["facts"]), code);

    private static string Stream(string line) => $"{JsonNode.Parse(line)!["leaf"]!["service"]}/{JsonNode.Parse(line)!["leaf"]!["stream"]}";

    private static long Position(string line) => JsonNode.Parse(line)!["position"]!.GetValue<long>();

    private static (Func<EvidencePackage, byte[]>, string) Line(Func<string, string> change, string code) => Lines(lines => lines[0] = change(lines[0]), code);

    private static (Func<EvidencePackage, byte[]>, string) Changes(Action<JsonObject> change, string code) => Line(
        line =>
        {
            var json = JsonNode.Parse(line)!.AsObject();
            change(json);

            return Encoding.UTF8.GetString(EvidencePackage.Canonical(json));
        },
        code);

    /// <summary>What only the owner of the ledger's key can do: sign a tree of this one leaf.</summary>
    private static (Func<EvidencePackage, byte[]>, string) Forged(Action<JsonObject> change, string code) => (p => p.Resealed(
        f =>
        {
            var line = JsonNode.Parse(Encoding.UTF8.GetString(f["facts.jsonl"]).Split('\n')[0])!.AsObject();
            change(line["leaf"]!.AsObject());
            (line["position"], line["proof"]) = (0, new JsonArray());
            var root = Merkle.LeafHash(EvidencePackage.Canonical(line["leaf"]!));
            f["facts.jsonl"] = [.. EvidencePackage.Canonical(line), (byte)'\n'];
            f["checkpoint"] = Encoding.UTF8.GetBytes(p.Signer.Sign(new Checkpoint(p.Signer.Key.Name, 1, root).ToString()).ToString());
        },
        m => (m["size"], m["facts"]) = (1, 1)), code);

    private static (Func<EvidencePackage, byte[]>, string) Leaf(Action<JsonObject> change, string code) => Changes(line => change(line["leaf"]!.AsObject()), code);
}
