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
    public static string Hash(UseCaseFacts facts, Versioned<PolicyPack> pack)
    {
        var known = JsonSerializer.SerializeToNode(facts, Json.Options)!;

        return Canonical.Hash(new JsonObject(
            from fact in pack.Content.Material
            select KeyValuePair.Create(fact.Path, Value(FactPath.Read(known, fact.Path), fact.Bands))));
    }

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
