using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Packs;

/// <summary>
/// What a pack must be besides well formed, so that no classification can fail under it and no case passes unseen: facts, groups and
/// dates that exist, requirements that people can fulfil, and a sign-off that every case needs.
/// </summary>
public sealed partial class PackCheck
{
    /// <summary>As many people as one requirement may ask of one queue.</summary>
    private const int MostPeople = 5;

    private const int MostStages = 10;
    private const int MostPercent = 1_000;
    private const int MostDays = 3_650;
    private const int MostClaimHours = 80;
    private const int MostHours = 2_000;
    private const int MostAtOnce = 200;
    private const int LongestText = 1_000;

    private static readonly RiskTier[] Approvable = [RiskTier.Low, RiskTier.Medium, RiskTier.High];

    private static readonly string[] Told =
    [
        Roles.RiskReviewer, Roles.LegalReviewer, Roles.PrivacyReviewer, Roles.SecurityReviewer, Roles.Administrator, Roles.Executive, Roles.Auditor,
    ];

    private readonly PolicyPack pack;
    private readonly List<FieldError> errors = [];

    private PackCheck(PolicyPack pack) => this.pack = pack;

    public static IEnumerable<FieldError> Find(PolicyPack pack)
    {
        var check = new PackCheck(pack);
        check.Groups();
        check.Calendar();
        check.Approvals();
        check.ServiceLevels();
        check.Bulk();
        check.Require(pack.Handling.ClaimHours is >= 1 and <= MostClaimHours, "handling.claimHours", $"must lie between 1 and {MostClaimHours}.");
        check.Require(
            pack.Handling.ConditionRemindDays is >= 0 and <= MostDays, "handling.conditionRemindDays", $"must lie between 0 and {MostDays}.");
        check.Require(pack.Delegation.MostDays is >= 1 and <= MostDays, "delegation.mostDays", $"must lie between 1 and {MostDays}.");
        check.Rules();
        check.Material();

        return check.errors;
    }

    private void Groups()
    {
        foreach (var (name, members) in pack.Groups)
        {
            var path = $"groups.{name}";
            Require(members.Count > 0, path, "must have at least one member.");

            if (members.Where(member => member.StartsWith('@')).FirstOrDefault(member => pack.GroupsIn(member[1..]).Contains(name)) is { } through)
            {
                errors.Add(new(path, $"holds itself through {through}: a cycle."));
            }

            Each(path, members, (member, at) => Require(
                !member.StartsWith('@') || pack.Groups.ContainsKey(member[1..]), at, "is no group of this pack."));
        }
    }

    private void Calendar()
    {
        Unique("calendar", pack.Calendar, date => date.Id);
        Each("calendar", pack.Calendar, (date, path) =>
        {
            Text($"{path}.law", date.Law);
            Text($"{path}.source", date.Source);
        });
    }

    private void Approvals()
    {
        foreach (var tier in Approvable)
        {
            var name = Choice.NameOf(tier);
            var valid = pack.ApprovalValidDays.GetValueOrDefault(tier);
            Require(valid is >= 1 and <= MostDays, $"approvalValidDays.{name}", $"must be given, between 1 and {MostDays}.");
            Require(
                pack.ReviewAgainDays.TryGetValue(tier, out var ahead) && ahead >= 0 && ahead < valid,
                $"reviewAgainDays.{name}",
                "must be given, at least 0 and less than the days an approval lasts.");
        }

        Require(pack.ApprovalValidDays.ContainsKey(RiskTier.Prohibited), "approvalValidDays.prohibited", "must be given, as 0.");
        Require(pack.ApprovalValidDays.GetValueOrDefault(RiskTier.Prohibited) == 0, "approvalValidDays.prohibited", "must be 0: nothing prohibited is approved.");
    }

    private void ServiceLevels()
    {
        foreach (var tier in Approvable)
        {
            var name = Choice.NameOf(tier);

            foreach (var queue in Enum.GetValues<ReviewQueue>())
            {
                var hours = pack.DueHours.GetValueOrDefault(tier)?.GetValueOrDefault(queue);
                Require(hours is >= 1 and <= MostHours, $"dueHours.{name}.{Choice.NameOf(queue)}", $"must be given, between 1 and {MostHours} business hours.");
            }

            if (pack.Escalations.GetValueOrDefault(tier) is { } escalation)
            {
                Escalation($"escalations.{name}", escalation);
            }
            else
            {
                errors.Add(new($"escalations.{name}", "must be given."));
            }
        }
    }

    private void Escalation(string path, Escalation escalation)
    {
        Ascending($"{path}.remindAtPercent", escalation.RemindAtPercent);
        Ascending($"{path}.steps", [.. escalation.Steps.Select(step => step.AtPercent)], ".atPercent");
        Each($"{path}.steps", escalation.Steps, (step, at) =>
        {
            Require(step.Queue is null != step.Role is null, at, "must name either a queue or a role.");
            Require(step.Role is null || Told.Contains(step.Role), $"{at}.role", $"must be one of {string.Join(", ", Told)}.");
        });
        Require(
            escalation.OnNoAnswer.AtPercent is >= 100 and <= MostPercent && escalation.Steps.All(step => step.AtPercent < escalation.OnNoAnswer.AtPercent),
            $"{path}.onNoAnswer.atPercent",
            $"must lie after every step, between 100 and {MostPercent}.");
    }

    private void Ascending(string path, IReadOnlyList<int> percents, string member = "")
    {
        for (var i = 0; i < percents.Count; i++)
        {
            Require(percents[i] is >= 1 and <= MostPercent, At(path, i) + member, $"must lie between 1 and {MostPercent}.");
            Require(i == 0 || percents[i - 1] < percents[i], At(path, i) + member, "must be more than the one before.");
        }
    }

    private void Bulk()
    {
        var bulk = pack.BulkApproval;
        Each("bulkApproval.tiers", bulk.Tiers, (tier, path) => Require(tier is RiskTier.Low or RiskTier.Medium, path, "must be low or medium: the rest is looked at one by one."));
        Require(bulk.MostAtOnce is >= 1 and <= MostAtOnce, "bulkApproval.mostAtOnce", $"must lie between 1 and {MostAtOnce}.");
        Require(bulk.Tiers.Count == 0 || bulk.PrecedentFacts.Count > 0, "bulkApproval.precedentFacts", "must name a fact at least: no case is a precedent for every other.");
        Each("bulkApproval.precedentFacts", bulk.PrecedentFacts, (fact, path) => Fact(path, fact));
        Unique("bulkApproval.precedentFacts", bulk.PrecedentFacts, fact => fact);
    }

    private void Rules()
    {
        Unique("rules", pack.Rules, rule => rule.Id);
        Require(
            pack.Rules.Any(rule => rule.When is null && rule.SignOffs is { Count: > 0 }),
            "rules",
            "must have one without a condition that asks for a sign-off, or some case would be approved by nobody.");
        Each("rules", pack.Rules, Rule);
    }

    private void Rule(PackRule rule, string path)
    {
        Require(RuleId().IsMatch(rule.Id), $"{path}.id", "must be 1 to 60 letters, digits, dots or hyphens.");
        Text($"{path}.statement", rule.Statement);
        Require(rule.Citations.Count > 0, $"{path}.citations", "must name a source at least.");
        Each($"{path}.citations", rule.Citations, (citation, at) => Text(at, citation));
        Require(rule.Tier is RiskTier.Prohibited == rule.Prohibits is not null, $"{path}.prohibits", "is needed for the tier prohibited, and belongs to no other.");
        Require(rule.Tier is not RiskTier.Prohibited || rule.When is not null, $"{path}.when", "is needed: a rule without it prohibits every case.");
        Require(rule.Prohibits is null || rule.SignOffs is null or [], $"{path}.signOffs", "is not for a rule that prohibits: nobody may approve.");

        Each($"{path}.when.all", rule.When?.All ?? [], Clause);
        Each($"{path}.when.any", rule.When?.Any ?? [], Clause);
        Require(rule.When is null || (rule.When.All ?? []).Concat(rule.When.Any ?? []).Any(), $"{path}.when", "must have a clause; leave it out for a rule that always holds.");
        Each($"{path}.obligations", rule.Obligations ?? [], (obligation, at) =>
        {
            Text($"{at}.reference", obligation.Reference);
            Text($"{at}.duty", obligation.Duty);
            Require(obligation.Date is null || pack.Calendar.Any(date => date.Id == obligation.Date), $"{at}.date", "is no date of this pack's calendar.");
        });
        Each($"{path}.evidence", rule.Evidence ?? [], (evidence, at) =>
        {
            Text($"{at}.what", evidence.What);
            Text($"{at}.citation", evidence.Citation);
        });
        Each($"{path}.signOffs", rule.SignOffs ?? [], SignOff);
    }

    private void SignOff(SignOffRule signOff, string path)
    {
        Require(signOff.AnyOf.Count > 0, $"{path}.anyOf", "must name a queue at least.");
        Unique($"{path}.anyOf", signOff.AnyOf, queue => Choice.NameOf(queue));
        Require(signOff.Quorum >= 1, $"{path}.quorum", "must be 1 at least.");
        Require(signOff.Quorum <= MostPeople * Math.Max(1, signOff.AnyOf.Count), $"{path}.quorum", $"asks for more than {MostPeople} people of each queue.");
        Require(signOff.Stage is >= 1 and <= MostStages, $"{path}.stage", $"must lie between 1 and {MostStages}.");
    }

    private void Clause(Clause clause, string path)
    {
        Require(clause.AnyOf is not null || clause.AtLeast is not null || clause.Unknown is not null, path, "must test something: anyOf, atLeast or unknown.");

        if (Fact($"{path}.fact", clause.Fact) is not { } type)
        {
            return;
        }

        Require(clause.AtLeast is null || FactPath.IsNumber(type), $"{path}.atLeast", "compares numbers, and the fact is none.");
        Require(clause.AnyOf is not [], $"{path}.anyOf", "must have a value at least.");
        var known = FactPath.ValuesOf(type);
        Each($"{path}.anyOf", clause.AnyOf ?? [], (value, at) =>
        {
            if (value.StartsWith('@'))
            {
                Require(pack.Groups.ContainsKey(value[1..]), at, "is no group of this pack.");
            }

            foreach (var member in Expand(value).Where(member => known is not null && !known.Contains(member)))
            {
                errors.Add(new(at, $"{member} is no value of {clause.Fact}."));
            }
        });
    }

    private IEnumerable<string> Expand(string value) => value.StartsWith('@') ? pack.Members(value[1..]) : [value];

    private void Material()
    {
        Unique("material", pack.Material, fact => fact.Path);
        Each("material", pack.Material, (fact, path) =>
        {
            var type = Fact($"{path}.path", fact.Path);
            Require(fact.Bands is null || type is null || FactPath.IsNumber(type), $"{path}.bands", "are for numbers, and the fact is none.");
            Require(fact.Bands is null || fact.Bands.Zip(fact.Bands.Skip(1)).All(pair => pair.First < pair.Second), $"{path}.bands", "must ascend.");
            Require(fact.DependsOn is not [], $"{path}.dependsOn", "must name a queue at least; leave it out for all.");
            Unique($"{path}.dependsOn", fact.DependsOn ?? [], queue => Choice.NameOf(queue));
        });
    }

    private Type? Fact(string path, string fact)
    {
        var type = FactPath.TypeOf(fact);
        Require(type is not null, path, "is no fact of a submission, nor of its assessment.");

        return type;
    }

    private void Text(string path, string text) =>
        Require(!string.IsNullOrWhiteSpace(text) && text.Length <= LongestText, path, $"must be a text of 1 to {LongestText} characters.");

    private void Unique<TEntry>(string path, IReadOnlyList<TEntry> entries, Func<TEntry, string> id)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);

        for (var i = 0; i < entries.Count; i++)
        {
            Require(seen.Add(id(entries[i])), At(path, i), "stands in this list already.");
        }
    }

    private static void Each<TEntry>(string path, IReadOnlyList<TEntry> entries, Action<TEntry, string> check)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            check(entries[i], At(path, i));
        }
    }

    private void Require(bool holds, string path, string otherwise)
    {
        if (!holds)
        {
            errors.Add(new(path, otherwise));
        }
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.-]{0,59}\z")]
    private static partial Regex RuleId();
}
