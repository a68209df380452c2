using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Packs;

/// <summary>
/// The laws, standards and house rules a use case is reviewed under, as data: which facts call for which tier, obligations, evidence
/// and sign-offs, how soon these are due and what happens when nobody answers, which facts a sign-off depends on, what may be approved
/// in bulk, how long approvals and delegations last, and from when the law applies.
/// </summary>
/// <param name="DueHours">Business hours for each queue's answer.</param>
/// <param name="ReviewAgainDays">How many days ahead of an approval's expiry its next review opens.</param>
/// <param name="Groups">Lists of values a condition can name; a group may hold another as <c>@name</c>.</param>
public sealed record PolicyPack(
    string Version,
    DateTimeOffset EffectiveFrom,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Groups,
    IReadOnlyList<LegalDate> Calendar,
    IReadOnlyDictionary<RiskTier, int> ApprovalValidDays,
    IReadOnlyDictionary<RiskTier, int> ReviewAgainDays,
    IReadOnlyDictionary<RiskTier, IReadOnlyDictionary<ReviewQueue, int>> DueHours,
    IReadOnlyDictionary<RiskTier, Escalation> Escalations,
    BulkApproval BulkApproval,
    DelegationLimits Delegation,
    Handling Handling,
    IReadOnlyList<PackRule> Rules,
    IReadOnlyList<MaterialFact> Material) : IVersionedData
{
    /// <summary>The members of a group, those of the groups in it included.</summary>
    public IEnumerable<string> Members(string group) =>
        GroupsIn(group).SelectMany(name => Groups.GetValueOrDefault(name, [])).Where(member => !member.StartsWith('@')).Distinct(StringComparer.Ordinal);

    /// <summary>The group itself and all it holds, each once.</summary>
    public IReadOnlyList<string> GroupsIn(string group)
    {
        List<string> found = [group];

        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(
                Groups.GetValueOrDefault(found[i], []).Where(member => member.StartsWith('@')).Select(member => member[1..]).Distinct(StringComparer.Ordinal).Except(found).ToList());
        }

        return found;
    }
}

/// <summary>The day from which a law or a part of it applies, and where that is written.</summary>
public sealed record LegalDate(string Id, string Law, DateOnly AppliesFrom, string Source);

/// <summary>
/// What happens while a sign-off is awaited: who is due is reminded, then others are called, and in the end the review does what
/// <paramref name="OnNoAnswer"/> says. Percentages are of the service level, in business hours; silence never approves.
/// </summary>
public sealed record Escalation(IReadOnlyList<int> RemindAtPercent, IReadOnlyList<EscalationStep> Steps, NoAnswer OnNoAnswer);

/// <summary>Calls a second queue, whose reviewers may then answer as well, or tells everybody of a role.</summary>
public sealed record EscalationStep(int AtPercent, ReviewQueue? Queue = null, string? Role = null);

public sealed record NoAnswer(int AtPercent, Unanswered Then);

/// <summary>What becomes of a review nobody answers.</summary>
public enum Unanswered { StaysOpen, RequestsChanges, Rejects }

/// <summary>
/// Which tiers may be approved many at a time: reviews of one tier only, each with a precedent, an approval still in force of a case
/// of that tier with the same <paramref name="PrecedentFacts"/> (a number counts as the same within its material band).
/// </summary>
public sealed record BulkApproval(IReadOnlyList<RiskTier> Tiers, IReadOnlyList<string> PrecedentFacts, int MostAtOnce);

public sealed record DelegationLimits(int MostDays);

/// <summary>How many business hours a claim holds, and how many days before a condition is due its owner is reminded.</summary>
public sealed record Handling(int ClaimHours, int ConditionRemindDays);

/// <summary>What follows, and why, when the condition holds; a rule without a condition always holds.</summary>
public sealed record PackRule(
    string Id,
    string Statement,
    IReadOnlyList<string> Citations,
    Condition? When = null,
    RiskTier Tier = RiskTier.Low,
    IReadOnlyList<Obligation>? Obligations = null,
    IReadOnlyList<Evidence>? Evidence = null,
    IReadOnlyList<SignOffRule>? SignOffs = null,
    string? Prohibits = null);

/// <summary>The reference names the article or control; the date is one of the calendar.</summary>
public sealed record Obligation(string Reference, string Duty, string? Date = null);

/// <summary>A document or record that has to exist, who has to bring it, and which article or control asks for it.</summary>
public sealed record Evidence(string What, EvidenceBy By, string Citation);

/// <summary>The business unit that owns the case, the supplier of the model, or the reviewers of a queue.</summary>
public enum EvidenceBy { Owner, Supplier, Risk, Legal, Privacy, Security }

/// <summary>
/// As many different people as the quorum says, each from any of the queues. Requirements of one stage run in parallel; a stage opens
/// when all earlier ones are complete.
/// </summary>
public sealed record SignOffRule(IReadOnlyList<ReviewQueue> AnyOf, int Quorum = 1, int Stage = 1);

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

    private static IEnumerable<string> Expand(string value, PolicyPack pack) =>
        value.StartsWith('@') ? pack.Members(value[1..]) : [value];
}

/// <summary>
/// A fact that voids the sign-offs of the queues that depend on it, or of all where none is named, when it changes; with bands, only
/// when it moves from one band into another.
/// </summary>
public sealed record MaterialFact(string Path, IReadOnlyList<decimal>? Bands = null, IReadOnlyList<ReviewQueue>? DependsOn = null)
{
    public bool Concerns(ReviewQueue queue) => DependsOn is null || DependsOn.Contains(queue);
}
