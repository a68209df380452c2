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
    public const string EngineVersion = "classification-2";

    public static EngineVersions<Func<UseCaseFacts, RecommendedStrategy, Versioned<PolicyPack>, ClassificationResult>> Versions { get; } = new((EngineVersion, Classify));

    public static ClassificationResult Classify(UseCaseFacts facts, RecommendedStrategy assessment, Versioned<PolicyPack> pack)
    {
        var known = JsonSerializer.SerializeToNode(facts, Json.Options)!;
        known["assessment"] = JsonSerializer.SerializeToNode(assessment, Json.Options);

        var policy = pack.Content;
        var fired = policy.Rules.Where(rule => rule.When is null || rule.When.Holds(known, policy)).ToList();
        var tier = fired.Max(rule => rule.Tier);
        var prohibited = fired.FirstOrDefault(rule => rule.Prohibits is not null)?.Prohibits;

        List<RequiredDuty> duties =
        [
            .. from rule in fired
               from obligation in rule.Obligations ?? []
               select new RequiredDuty(obligation.Reference, obligation.Duty, AppliesFrom(obligation, policy), rule.Id),
        ];

        return new ClassificationResult(
            tier,
            [.. duties.Select(Text).Distinct(StringComparer.Ordinal)],
            tier is RiskTier.Prohibited ? [] : [.. SignOffs(fired, policy.DueHours[tier])],
            prohibited,
            policy.ApprovalValidDays[tier],
            [.. fired.Select(rule => new FiredPackRule(rule.Id, rule.Statement, rule.Citations))],
            duties,
            [
                .. from rule in fired
                   from evidence in rule.Evidence ?? []
                   select new RequiredEvidence(evidence.What, evidence.By, evidence.Citation, rule.Id),
            ]);
    }

    /// <summary>
    /// One requirement for each set of queues, for all the reasons that ask for it: with the highest quorum, and in the latest stage,
    /// since both satisfy every rule. The tier decides how soon it is due; of several queues, the quickest.
    /// </summary>
    private static IEnumerable<SignOffRequirement> SignOffs(
        IEnumerable<PackRule> fired, IReadOnlyDictionary<ReviewQueue, int> dueHours) =>
        Fold(from rule in fired
             from asked in rule.SignOffs ?? []
             group (rule.Statement, asked.Quorum, asked.Stage) by SignOffRequirement.IdOf(asked.AnyOf) into requirement
             let queues = SignOffRequirement.QueuesOf(requirement.Key)
             select new SignOffRequirement(
                 requirement.Key,
                 queues,
                 requirement.Max(r => r.Quorum),
                 requirement.Max(r => r.Stage),
                 Reasons(requirement.Select(r => r.Statement)),
                 queues.Min(queue => dueHours[queue])))
            .OrderBy(r => r.Stage).ThenBy(r => r.AnyOf[0]).ThenBy(r => r.AnyOf.Count).ThenBy(r => r.Id, StringComparer.Ordinal);

    /// <summary>
    /// Whoever signs off for a narrower requirement does so for a wider one as well, which therefore goes up in it: where legal is
    /// needed anyway, nobody else is asked for "legal or privacy".
    /// </summary>
    private static List<SignOffRequirement> Fold(IEnumerable<SignOffRequirement> requirements)
    {
        List<SignOffRequirement> left = [.. requirements.OrderBy(r => r.AnyOf.Count).ThenBy(r => r.AnyOf[0]).ThenBy(r => r.Id, StringComparer.Ordinal)];

        for (var i = left.Count - 1; i > 0; i--)
        {
            var wide = left[i];
            var at = left.FindIndex(0, i, narrow => narrow.Quorum >= wide.Quorum && narrow.AnyOf.Count < wide.AnyOf.Count && !narrow.AnyOf.Except(wide.AnyOf).Any());

            if (at >= 0)
            {
                left[at] = left[at] with { Stage = Math.Max(left[at].Stage, wide.Stage), Reason = Reasons([left[at].Reason, wide.Reason]) };
                left.RemoveAt(i);
            }
        }

        return left;
    }

    private static string Reasons(IEnumerable<string> statements) => string.Join(" ", statements.Distinct(StringComparer.Ordinal));

    private static DateOnly? AppliesFrom(Obligation obligation, PolicyPack pack) =>
        pack.Calendar.FirstOrDefault(date => date.Id == obligation.Date)?.AppliesFrom;

    private static string Text(RequiredDuty duty) => duty.AppliesFrom is { } from
        ? string.Create(CultureInfo.InvariantCulture, $"{duty.Reference}: {duty.Duty} (applies from {from:yyyy-MM-dd})")
        : $"{duty.Reference}: {duty.Duty}";
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
    IReadOnlyList<FiredPackRule> Rules,
    IReadOnlyList<RequiredDuty> Duties,
    IReadOnlyList<RequiredEvidence> Evidence);

/// <summary>
/// So many different people, each from any of the queues, whose order follows the stages. The hours are business hours. The id is made
/// of the queues (<c>legal</c>, <c>risk-or-legal</c>), so that the same demand keeps it through revisions and packs.
/// </summary>
public sealed record SignOffRequirement(
    string Id, IReadOnlyList<ReviewQueue> AnyOf, int Quorum, int Stage, string Reason, int DueHours)
{
    private const string Or = "-or-";

    public static string IdOf(IEnumerable<ReviewQueue> queues) => string.Join(Or, queues.Distinct().Order().Select(Choice.NameOf));

    internal static IReadOnlyList<ReviewQueue> QueuesOf(string id) =>
        [.. id.Split(Or).Select(name => Enum.GetValues<ReviewQueue>().Single(queue => Choice.NameOf(queue) == name))];
}

/// <summary>What the article or control of the reference asks, from the day it applies where the pack knows one.</summary>
public sealed record RequiredDuty(string Reference, string Duty, DateOnly? AppliesFrom, string RuleId);

public sealed record RequiredEvidence(string What, EvidenceBy By, string Citation, string RuleId);

public sealed record FiredPackRule(string Id, string Statement, IReadOnlyList<string> Citations);
