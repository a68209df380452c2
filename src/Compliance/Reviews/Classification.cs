using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Compliance.Packs;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>
/// Which laws and rules a use case comes under, and who must sign it off. A pure function: the same facts, assessment and pack
/// give the same result on any machine.
/// </summary>
public static class Classification
{
    public const string EngineVersion = "classification-1";

    public static ClassificationResult Classify(UseCaseFacts facts, RecommendedStrategy assessment, Versioned<PolicyPack> pack)
    {
        var known = JsonSerializer.SerializeToNode(facts, Json.Options)!;
        known["assessment"] = JsonSerializer.SerializeToNode(assessment, Json.Options);

        var policy = pack.Content;
        var fired = policy.Rules.Where(rule => rule.When is null || rule.When.Holds(known, policy)).ToList();
        var tier = fired.Max(rule => rule.Tier);
        var prohibited = fired.FirstOrDefault(rule => rule.Prohibits is not null)?.Prohibits;

        return new ClassificationResult(
            tier,
            [.. fired.SelectMany(rule => rule.Obligations ?? []).Select(o => Text(o, policy)).Distinct(StringComparer.Ordinal)],
            tier is RiskTier.Prohibited ? [] : [.. SignOffs(fired, policy.DueHours[tier])],
            prohibited,
            policy.ApprovalValidDays[tier],
            [.. fired.Select(rule => new FiredPackRule(rule.Id, rule.Statement, rule.Citations))]);
    }

    /// <summary>One sign-off per queue, for all the reasons that ask for it; the tier decides how soon it is due.</summary>
    private static IEnumerable<SignOffRequirement> SignOffs(
        IEnumerable<PackRule> fired, IReadOnlyDictionary<ReviewQueue, int> dueHours) =>
        from rule in fired
        from queue in rule.SignOffs ?? []
        group rule.Statement by queue into reasons
        orderby reasons.Key
        select new SignOffRequirement(reasons.Key, string.Join(" ", reasons), dueHours[reasons.Key]);

    private static string Text(Obligation obligation, PolicyPack pack)
    {
        var text = $"{obligation.Reference}: {obligation.Duty}";

        return pack.Calendar.FirstOrDefault(date => date.Id == obligation.Date) is { } date
            ? string.Create(CultureInfo.InvariantCulture, $"{text} (applies from {date.AppliesFrom:yyyy-MM-dd})")
            : text;
    }
}

/// <summary>What a pack can ask of a strategy assessment.</summary>
public sealed record RecommendedStrategy(StrategyKind Recommendation, bool Retrieval, Tuning Tuning, decimal Confidence)
{
    public static RecommendedStrategy Of(StrategyAssessment assessment) =>
        new(assessment.Recommendation, assessment.Retrieval, assessment.Tuning, assessment.Confidence);
}

/// <summary>
/// A prohibited use case has no sign-offs: nobody may approve it. An approval lasts as many days as its tier allows, none where
/// there can be no approval.
/// </summary>
public sealed record ClassificationResult(
    RiskTier Tier,
    IReadOnlyList<string> Obligations,
    IReadOnlyList<SignOffRequirement> SignOffs,
    string? ProhibitedReason,
    int ApprovalValidDays,
    IReadOnlyList<FiredPackRule> Rules);

public sealed record SignOffRequirement(ReviewQueue Queue, string Reason, int DueHours);

public sealed record FiredPackRule(string Id, string Statement, IReadOnlyList<string> Citations);
