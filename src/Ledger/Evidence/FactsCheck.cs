using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Governance.Ledger.Evidence;

/// <summary>Verifies the facts of a package line by line: form, place in the tree, order, completeness of each stream, commitments.</summary>
internal sealed class FactsCheck(EvidenceManifest manifest, Checkpoint checkpoint)
{
    public const string Malformed = "fact-malformed";

    private static readonly string[] LineMembers = ["leaf", "personal", "position", "proof"];

    private static readonly string[] LeafMembers =
    [
        "actor", "causation", "contract", "correlation", "data", "effectiveAt", "eventId", "log", "prev", "previous", "receivedAt",
        "recordedAt", "revision", "service", "stream", "useCaseId", "v", "version",
    ];

    private readonly Dictionary<(string Service, string Stream), (long Version, string Hash, StreamTimes? Times)> heads = [];
    private readonly List<EvidenceFact> facts = [];
    private readonly List<(long Position, string EventId, string UseCaseId, string Path)> missing = [];
    private readonly ErasedValues erased = new();
    private readonly Clocks clocks = new();
    private readonly List<(string EventId, TimedFact Fact, string Cause)> caused = [];
    private long last = -1;

    public int Streams => heads.Count;

    public int Commitments { get; private set; }

    /// <summary>How many of the values committed to are gone by an erasure.</summary>
    public int Erased => missing.Count;

    public IReadOnlyList<EvidenceFact> Facts => facts;

    public ClockReport Clocks => clocks.Report;

    /// <param name="erasures">The facts of erasures that are not among the others, as they come later than the period; or null.</param>
    public FactsCheck Read(byte[] file, byte[]? erasures)
    {
        foreach (var line in EvidenceCheck.Lines(file, CanonicalJson.NotCanonical))
        {
            using var document = CanonicalJson.ParseCanonical(CanonicalJson.Encode(line), "A fact");

            try
            {
                Check(document.RootElement);
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
            {
                throw new LedgerException(Malformed, $"The fact after position {last} has another shape than a fact of version 1.");
            }
        }

        Require(
            facts.Count == manifest.Facts, "count-differs", $"The manifest speaks of {manifest.Facts} facts, the package holds {facts.Count}.");
        ReadErasures(erasures);

        foreach (var (position, eventId, useCaseId, path) in missing)
        {
            Require(erased.Of(eventId, useCaseId, path) is not null, "personal-missing", Where("is missing, and no erasure says why", path, position));
        }

        CompareWithCauses();

        return this;
    }

    private void CompareWithCauses()
    {
        var known = caused.ToLookup(entry => entry.EventId, entry => entry.Fact, StringComparer.Ordinal);

        foreach (var (_, fact, cause) in caused)
        {
            foreach (var found in known[cause].Take(1))
            {
                clocks.Caused(fact, found.Service, found.Recorded);
            }
        }
    }

    private void ReadErasures(byte[]? file)
    {
        last = -1;

        foreach (var line in file is null ? [] : EvidenceCheck.Lines(file, CanonicalJson.NotCanonical))
        {
            using var document = CanonicalJson.ParseCanonical(CanonicalJson.Encode(line), "An erasure");

            try
            {
                var (leaf, _) = Sealed(document.RootElement, belongs: null);
                Require(IsErasure(leaf), "erasure-other", "Among the erasures is a fact of another kind.");
                Erasure(leaf);
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
            {
                throw new LedgerException(Malformed, $"The erasure after position {last} has another shape than a fact of version 1.");
            }
        }
    }

    private void Check(JsonElement line)
    {
        var (leaf, hash) = Sealed(line, Belongs);
        Chain(leaf, last, hash);
        facts.Add(new(last, leaf.Clone(), Personal(leaf, line.GetProperty("personal"), last)));

        if (IsErasure(leaf))
        {
            Erasure(leaf);
        }
    }

    /// <summary>A leaf of this log, at a later position than the one before, that is in the tree that was signed.</summary>
    private (JsonElement Leaf, byte[] Hash) Sealed(JsonElement line, Action<JsonElement>? belongs)
    {
        Require(Shape.Is(line, LineMembers) && Shape.Is(line.GetProperty("leaf"), LeafMembers), Malformed, "A fact has other members than those of version 1.");
        var leaf = line.GetProperty("leaf");
        var position = line.GetProperty("position").GetInt64();

        Require(leaf.GetProperty("v").GetInt64() == Leaf.FormatVersion, "leaf-version", "A leaf is of another version than 1.");
        Require(Shape.Text(leaf, "log") == checkpoint.Origin, "other-log", "A fact belongs to another log.");
        Require(position > last, "order-wrong", "The facts are not in the order of their positions.");
        belongs?.Invoke(leaf);

        var hash = Merkle.LeafHash(CanonicalJson.Write(leaf));
        var proof = line.GetProperty("proof").EnumerateArray().Select(Hash).ToList();
        Require(
            Merkle.IsIncluded(hash, position, checkpoint.Size, proof, checkpoint.Root),
            "proof-wrong",
            string.Create(CultureInfo.InvariantCulture, $"The fact at position {position} is not in the tree that was signed."));
        last = position;

        return (leaf, hash);
    }

    private static bool IsErasure(JsonElement leaf) =>
        Shape.Text(leaf, "contract") is ErasureFact.Contract && Shape.Text(leaf, "service") is ErasureFact.Service;

    private void Erasure(JsonElement leaf)
    {
        var fact = ErasureFact.Of(leaf.GetProperty("data"));
        Require(
            fact.TookTwoPeople,
            "erasure-unapproved",
            string.Create(CultureInfo.InvariantCulture, $"The erasure at position {last} was not asked for by one person and approved by another."));
        Require(
            fact.UseCaseId == Shape.Text(leaf, "useCaseId"), "erasure-other", string.Create(CultureInfo.InvariantCulture, $"The erasure at position {last} is about another use case."));
        erased.Add(fact);
    }

    private void Belongs(JsonElement leaf)
    {
        if (manifest.Kind is EvidenceManifest.Case)
        {
            Require(Shape.Text(leaf, "useCaseId") == manifest.UseCaseId, "other-case", "A fact is about another use case.");

            return;
        }

        var at = Shape.Text(leaf, "recordedAt");
        Require(
            string.CompareOrdinal(manifest.From, at) <= 0 && string.CompareOrdinal(at, manifest.To) < 0,
            "other-period",
            "A fact was recorded outside of the period.");
    }

    private void Chain(JsonElement leaf, long position, byte[] hash)
    {
        var stream = (Shape.Text(leaf, "service"), Shape.Text(leaf, "stream"));
        var isKnown = heads.TryGetValue(stream, out var head);
        head = isKnown ? head : (0, "", null);

        // What a stream published before the period is not in its package.
        Require(
            (!isKnown && manifest.Kind is EvidenceManifest.Period) || leaf.GetProperty("previous").GetInt64() == head.Item1 && Shape.Text(leaf, "prev") == head.Item2,
            "chain-broken",
            string.Create(CultureInfo.InvariantCulture, $"Before the fact at position {position} another one of its stream is missing."));

        var timed = new TimedFact(position, leaf.GetProperty("eventId").GetGuid(), stream.Item1, Time(leaf, "effectiveAt"), Time(leaf, "recordedAt"), Time(leaf, "receivedAt"));
        heads[stream] = (leaf.GetProperty("version").GetInt64(), Convert.ToBase64String(hash), clocks.Add(timed, head.Times));
        caused.Add((Shape.Text(leaf, "eventId"), timed, Shape.Text(leaf, "causation")));
    }

    private static DateTimeOffset Time(JsonElement leaf, string name) =>
        DateTimeOffset.ParseExact(Shape.Text(leaf, name), Leaf.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private List<Disclosure> Personal(JsonElement leaf, JsonElement personal, long position)
    {
        var data = leaf.GetProperty("data");
        Require(data.ValueKind is JsonValueKind.Object, Malformed, "The data of a fact is no object.");
        var expected = PersonalMembers.CommitmentsIn(data);
        var disclosures = new List<Disclosure>();
        Commitments += expected.Count;

        foreach (var item in personal.EnumerateArray())
        {
            Require(Shape.Is(item, ["path", "salt", "value"]), Malformed, "A personal value has other members than path, salt and value.");
            var disclosure = new Disclosure(
                Shape.Text(item, "path"), Salt(Shape.Text(item, "salt")), CanonicalJson.WriteText(item.GetProperty("value")));

            Require(expected.Remove(disclosure.Path, out var commitment), "personal-surplus", Where("is not one the fact commits to", disclosure.Path, position));
            Require(disclosure.Commitment() == commitment, "personal-changed", Where("is not the one committed to", disclosure.Path, position));
            disclosures.Add(disclosure);
        }

        missing.AddRange(expected.Keys.Order(StringComparer.Ordinal).Select(path => (position, Shape.Text(leaf, "eventId"), Shape.Text(leaf, "useCaseId"), path)));

        return disclosures;
    }

    private static string Where(string what, string path, long position) =>
        string.Create(CultureInfo.InvariantCulture, $"The value {path} of the fact at position {position} {what}.");

    private static byte[] Hash(JsonElement value)
    {
        var text = Shape.Text(value);
        var bytes = Convert.FromBase64String(text);

        return bytes.Length == Merkle.HashSize && Convert.ToBase64String(bytes) == text ? bytes : throw new FormatException();
    }

    private static byte[] Salt(string text)
    {
        var bytes = Base64Url.DecodeFromChars(text);

        return Base64Url.EncodeToString(bytes) == text ? bytes : throw new FormatException();
    }

    private static void Require(bool holds, string code, string message)
    {
        if (!holds)
        {
            throw new LedgerException(code, message);
        }
    }
}
