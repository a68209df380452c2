using System.Text.Json;
using Governance.Contracts;
using Governance.Ledger;

namespace Governance.Audit.Erasures;

/// <summary>What of one case an erasure would take.</summary>
public sealed record CaseScope(Guid UseCaseId, string? Number, IReadOnlyList<string> BusinessUnits, ErasureRule Rule, IReadOnlyList<PersonalValue> Values)
{
    public static IReadOnlyList<ErasedFact> Of(IReadOnlyList<PersonalValue> values) =>
        [.. values.GroupBy(value => value.EventId).Select(fact => new ErasedFact(fact.Key, [.. fact.Select(value => value.Path)]))];
}

/// <summary>Which personal values of a case belong to whom; pure functions.</summary>
internal static class ErasureScope
{
    /// <summary>All of a case up to a revision and a moment.</summary>
    public static (ErasureRule Rule, IReadOnlyList<PersonalValue> Values) Everything(IReadOnlyList<PersonalValue> ofCase, int revision, DateTimeOffset before)
    {
        var rule = new ErasureRule(revision, before, Everything: true, []);

        return (rule, [.. ofCase.Where(rule.Covers)]);
    }

    /// <summary>
    /// What is chosen, whatever repeats it word for word in another fact of the case, and the rest of each fact that is no declaration:
    /// a service blanks its own events as a whole, but declared facts member by member.
    /// </summary>
    public static (ErasureRule Rule, IReadOnlyList<PersonalValue> Values) Chosen(
        IReadOnlyList<PersonalValue> ofCase, Func<PersonalValue, bool> isChosen, int revision, DateTimeOffset before)
    {
        var known = ofCase.Where(value => value.RecordedAt <= before).ToList();
        var chosen = known.Where(isChosen).ToHashSet();

        for (var size = -1; size < chosen.Count;)
        {
            size = chosen.Count;
            var declared = chosen.Where(value => ErasureRule.DeclaredPath(value) is not null)
                .Select(value => (value.Revision, ErasureRule.DeclaredPath(value))).ToHashSet();
            var others = chosen.Where(value => ErasureRule.DeclaredPath(value) is null).Select(value => value.EventId).ToHashSet();
            var texts = chosen.SelectMany(value => TextsIn(value.Value)).ToHashSet(StringComparer.Ordinal);

            chosen.UnionWith(known.Where(value => ErasureRule.DeclaredPath(value) is { } path
                ? declared.Contains((value.Revision, path)) || TextsIn(value.Value).Any(texts.Contains)
                : others.Contains(value.EventId) || TextsIn(value.Value).Any(texts.Contains)));
        }

        var paths = chosen.Where(value => ErasureRule.DeclaredPath(value) is not null)
            .GroupBy(value => value.Revision ?? 0)
            .OrderBy(group => group.Key)
            .Select(group => new ErasedDeclaration(group.Key, [.. group.Select(value => ErasureRule.DeclaredPath(value)!).Distinct().Order(StringComparer.Ordinal)]));

        return (new(revision, before, Everything: false, [.. paths]), [.. known.Where(chosen.Contains)]);
    }

    public static bool Names(PersonalValue value, string name) => TextsIn(value.Value).Any(text => text.Contains(name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> TextsIn(string json)
    {
        using var document = JsonDocument.Parse(json);

        return [.. TextsIn(document.RootElement)];
    }

    private static IEnumerable<string> TextsIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [CanonicalJson.TextOf(value)],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsIn),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => TextsIn(member.Value)),
        _ => [],
    };
}
