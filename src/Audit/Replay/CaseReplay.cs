using System.Globalization;
using System.Text.Json;
using Governance.Audit.Trail;

namespace Governance.Audit.Replay;

/// <summary>A case as it was known at a moment, with every step that led there.</summary>
/// <param name="Declared">What the business unit declared, of the latest revision known then; null members were unknown.</param>
/// <param name="Readiness">The parts of that revision alone: what was found about an older one no longer counts.</param>
public sealed record CaseReplay(
    Guid UseCaseId,
    string? Number,
    int Revision,
    string Stage,
    JsonElement? Declared,
    JsonElement? Readiness,
    JsonElement? Forecast,
    JsonElement? Recommendation,
    JsonElement? Review,
    IReadOnlyList<JsonElement> SignOffs,
    JsonElement? Verdict,
    IReadOnlyList<ReplayStep> Steps)
{
    private const string Prefix = "governance.", Suffix = ".v1";

    /// <summary>The fold of facts in the order they were recorded; a pure function.</summary>
    public static CaseReplay Of(Guid useCase, IReadOnlyList<RecordedFact> facts)
    {
        var state = new CaseReplay(useCase, null, 0, "unknown", null, null, null, null, null, [], null, []);
        var steps = new List<ReplayStep>(facts.Count);
        var earlier = new Dictionary<string, JsonElement>();

        foreach (var fact in facts)
        {
            var kind = KindOf(fact.Contract);
            var family = kind is "use-case-revised" ? "use-case-submitted" : kind;
            var isOutdated = fact.Revision < state.Revision;
            var changes = earlier.TryGetValue(family, out var before) ? JsonChanges.Between(before, fact.Data) : [];
            earlier[family] = fact.Data;
            state = isOutdated ? state : state.With(kind, fact);
            steps.Add(ReplayStep.Of(fact, kind, isOutdated, changes));
        }

        return state with { Steps = steps };
    }

    private CaseReplay With(string kind, RecordedFact fact)
    {
        var data = fact.Data;

        return kind switch
        {
            "use-case-submitted" or "use-case-revised" => this with
            {
                Number = Text(data, "number"),
                Revision = fact.Revision ?? Revision,
                Stage = "assessing",
                Declared = Member(data, "facts"),
                Readiness = null,
                Forecast = null,
                Recommendation = null,
                Review = null,
                SignOffs = [],
                Verdict = null,
            },
            "data-readiness-assessed" => this with { Readiness = data },
            "cost-forecast" => this with { Forecast = data },
            "strategy-recommended" => this with { Recommendation = data },
            "review-opened" => this with { Review = data, Stage = Verdict is null ? "in-review" : Stage },
            "sign-off-recorded" => this with { SignOffs = [.. SignOffs, data] },
            "changes-requested" => this with { Stage = "changes-requested" },
            "use-case-approved" => this with { Stage = "approved", Verdict = data },
            "use-case-rejected" => this with { Stage = "rejected", Verdict = data },
            "approval-expired" => this with { Stage = "expired" },
            "use-case-withdrawn" => this with { Stage = "withdrawn" },
            _ => this,
        };
    }

    private static string KindOf(string contract) =>
        contract.StartsWith(Prefix, StringComparison.Ordinal) && contract.EndsWith(Suffix, StringComparison.Ordinal)
            ? contract[Prefix.Length..^Suffix.Length]
            : contract;

    private static JsonElement? Member(JsonElement data, string name) => data.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement data, string name) => Member(data, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}

/// <summary>One fact of a case in a sentence, with what it changed against the last of its kind.</summary>
/// <param name="IsOutdated">About a revision that was no longer the latest: recorded, but without effect.</param>
public sealed record ReplayStep(
    long? Position,
    string Contract,
    int? Revision,
    DateTimeOffset RecordedAt,
    DateTimeOffset EffectiveAt,
    string Actor,
    string ActorRole,
    string Sentence,
    bool IsOutdated,
    IReadOnlyList<JsonChange> Changes)
{
    public static ReplayStep Of(RecordedFact fact, string kind, bool isOutdated, IReadOnlyList<JsonChange> changes)
    {
        var who = fact.ActorRole is "service" ? fact.Service : $"{fact.Actor} ({fact.ActorRole})";
        var when = fact.RecordedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        var what = kind.Replace('-', ' ');
        var first = changes.Take(3).Select(change => change.ToString());
        var more = changes.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $", and {changes.Count - 3} more") : "";
        var changed = changes.Count == 0 ? "" : $": {string.Join(", ", first)}{more}";

        return new(
            fact.Position, fact.Contract, fact.Revision, fact.RecordedAt, fact.EffectiveAt, fact.Actor, fact.ActorRole,
            $"On {when} {who}: {what}, revision {fact.Revision}{changed}{(isOutdated ? " (outdated, without effect)" : "")}.",
            isOutdated,
            changes);
    }
}
