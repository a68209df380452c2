using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Packs;

/// <summary>
/// The laws, standards and house rules a use case is reviewed under, as data: which facts call for which tier, obligations and
/// sign-offs, which facts a sign-off depends on, and from when the law applies.
/// </summary>
public sealed record PolicyPack(
    string Version,
    DateTimeOffset EffectiveFrom,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Groups,
    IReadOnlyList<LegalDate> Calendar,
    IReadOnlyDictionary<RiskTier, int> ApprovalValidDays,
    IReadOnlyDictionary<RiskTier, IReadOnlyDictionary<ReviewQueue, int>> DueHours,
    IReadOnlyList<PackRule> Rules,
    IReadOnlyList<MaterialFact> Material) : IVersionedData;

/// <summary>The day from which a law or a part of it applies, and where that is written.</summary>
public sealed record LegalDate(string Id, string Law, DateOnly AppliesFrom, string Source);

/// <summary>What follows, and why, when the condition holds; a rule without a condition always holds.</summary>
public sealed record PackRule(
    string Id,
    string Statement,
    IReadOnlyList<string> Citations,
    Condition? When = null,
    RiskTier Tier = RiskTier.Low,
    IReadOnlyList<Obligation>? Obligations = null,
    IReadOnlyList<ReviewQueue>? SignOffs = null,
    string? Prohibits = null);

/// <summary>The reference names the article or control; the date is one of the calendar.</summary>
public sealed record Obligation(string Reference, string Duty, string? Date = null);

/// <summary>Every clause of <c>All</c> and, where there are any, at least one of <c>Any</c>.</summary>
public sealed record Condition(IReadOnlyList<Clause>? All = null, IReadOnlyList<Clause>? Any = null)
{
    public bool Holds(JsonNode facts, PolicyPack pack) =>
        (All ?? []).All(clause => clause.Holds(facts, pack))
        && (Any is not { Count: > 0 } || Any.Any(clause => clause.Holds(facts, pack)));
}

/// <summary>
/// One test of one fact, named by its path in the submission (or under <c>assessment</c>). <c>AnyOf</c> holds when the fact, or
/// one member of a list, is among the values, where <c>@name</c> stands for a group of the pack; <c>AtLeast</c> compares numbers;
/// <c>Unknown</c> tests whether the fact is stated. An unknown fact passes no other test.
/// </summary>
public sealed record Clause(string Fact, IReadOnlyList<string>? AnyOf = null, decimal? AtLeast = null, bool? Unknown = null)
{
    public bool Holds(JsonNode facts, PolicyPack pack)
    {
        var value = FactPath.Read(facts, Fact);

        return (Unknown is not { } unknown || unknown == value is null)
            && (AnyOf is null || AnyOf.SelectMany(v => Expand(v, pack)).Intersect(FactPath.Texts(value)).Any())
            && (AtLeast is not { } least || (FactPath.Number(value) is { } number && number >= least));
    }

    private static IReadOnlyList<string> Expand(string value, PolicyPack pack) =>
        value.StartsWith('@') ? pack.Groups[value[1..]] : [value];
}

/// <summary>A fact that voids sign-offs when it changes; with bands, only when it moves from one band into another.</summary>
public sealed record MaterialFact(string Path, IReadOnlyList<decimal>? Bands = null);

/// <summary>Reads facts by their JSON member path, such as <c>data.categories</c>.</summary>
public static class FactPath
{
    public static JsonNode? Read(JsonNode facts, string path)
    {
        JsonNode? node = facts;

        foreach (var member in path.Split('.'))
        {
            node = (node as JsonObject)?[member];
        }

        return node;
    }

    /// <summary>The value as text, or that of each member of a list.</summary>
    public static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        null => [],
        JsonArray items => items.SelectMany(Texts),
        _ => [value.ToString()],
    };

    public static decimal? Number(JsonNode? value) =>
        value is JsonValue && decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
