using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Compliance.Packs;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>
/// The facts a sign-off is given on, as the pack lists them. What is not listed may change without voiding a sign-off, and so may
/// the order of a list, or a number that stays within its band.
/// </summary>
public static class MaterialFacts
{
    /// <summary>The hash of the facts the sign-off of a queue depends on, or of all material facts where no queue is named.</summary>
    public static string Hash(
        UseCaseFacts facts, RecommendedStrategy assessment, Versioned<PolicyPack> pack, ReviewQueue? queue = null)
    {
        var known = Known(new(facts, assessment));

        return Canonical.Hash(new JsonObject(
            from fact in pack.Content.Material
            where queue is not { } concerned || fact.Concerns(concerned)
            select KeyValuePair.Create(fact.Path, Value(known, fact))));
    }

    /// <summary>
    /// What is different after a revision: material facts with the queues whose sign-offs they void, and the rest by their paths.
    /// </summary>
    public static FactChanges Changed(ReviewedFacts before, ReviewedFacts after, Versioned<PolicyPack> pack)
    {
        var (old, now) = (Known(before), Known(after));
        List<MaterialChange> material =
        [
            .. from fact in pack.Content.Material
               where !Same(Value(old, fact), Value(now, fact))
               select new MaterialChange(fact.Path, [.. Enum.GetValues<ReviewQueue>().Where(fact.Concerns)]),
        ];

        return new(
            material,
            [
                .. Differences(old, now, "").Order(StringComparer.Ordinal)
                    .Where(path => !material.Any(change => Covers(change.Path, path) || Covers(path, change.Path))),
            ]);
    }

    /// <summary>Two cases of equal likeness are the same as far as bulk approval compares them; a number counts by its material band.</summary>
    public static string Likeness(ReviewedFacts reviewed, Versioned<PolicyPack> pack)
    {
        var known = Known(reviewed);

        return Canonical.Hash(new JsonObject(
            from path in pack.Content.BulkApproval.PrecedentFacts
            let fact = pack.Content.Material.FirstOrDefault(fact => fact.Path == path) ?? new MaterialFact(path)
            select KeyValuePair.Create(path, Value(known, fact))));
    }

    private static JsonNode Known(ReviewedFacts reviewed)
    {
        var known = JsonSerializer.SerializeToNode(reviewed.Facts, Json.Options)!;
        known["assessment"] = JsonSerializer.SerializeToNode(reviewed.Assessment, Json.Options);

        return known;
    }

    /// <summary>The paths of all single values and lists that differ, as they are written.</summary>
    private static IEnumerable<string> Differences(JsonNode? before, JsonNode? after, string path)
    {
        if (before is JsonObject || after is JsonObject)
        {
            var (old, now) = (before as JsonObject ?? [], after as JsonObject ?? []);

            return old.Select(m => m.Key).Union(now.Select(m => m.Key), StringComparer.Ordinal)
                .SelectMany(name => Differences(old[name], now[name], path is "" ? name : $"{path}.{name}"));
        }

        return Same(before, after) ? [] : [path];
    }

    private static bool Same(JsonNode? before, JsonNode? after) => Canonical.Write(before) == Canonical.Write(after);

    private static bool Covers(string path, string other) =>
        other.StartsWith(path, StringComparison.Ordinal) && (other.Length == path.Length || other[path.Length] == '.');

    private static JsonNode? Value(JsonNode known, MaterialFact fact) => Value(FactPath.Read(known, fact.Path), fact.Bands);

    private static JsonNode? Value(JsonNode? value, IReadOnlyList<decimal>? bands) => value switch
    {
        null => null,
        _ when bands is not null && FactPath.Number(value) is { } number => string.Create(
            CultureInfo.InvariantCulture, $"band {bands.Count(band => number >= band)}"),
        JsonArray items => new JsonArray(
            [.. items.Select(Canonical.Write).Order(StringComparer.Ordinal).Select(text => JsonValue.Create(text))]),
        _ => value.DeepClone(),
    };
}

/// <summary>What a sign-off is given on: the facts of a revision and what the strategy engine recommends for them.</summary>
public sealed record ReviewedFacts(UseCaseFacts Facts, RecommendedStrategy Assessment);

/// <summary>The paths are those of the submission, or lie under <c>assessment</c>.</summary>
public sealed record FactChanges(IReadOnlyList<MaterialChange> Material, IReadOnlyList<string> Immaterial)
{
    public bool Void(ReviewQueue queue) => Material.Any(change => change.Voids.Contains(queue));
}

public sealed record MaterialChange(string Path, IReadOnlyList<ReviewQueue> Voids);
