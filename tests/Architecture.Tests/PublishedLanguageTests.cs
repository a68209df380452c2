using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Architecture.Tests;

public sealed partial class PublishedLanguageTests
{
    private const string Approved = "tests/Architecture.Tests/contracts.approved.json";

    private static readonly JsonSerializerOptions Readable = new(Json.Options) { WriteIndented = true };

    /// <summary>Text that no person writes: codes the platform checks or assigns, and sentences of a policy.</summary>
    private static readonly HashSet<string> Impersonal =
    [
        // Codes, numbers, versions and hashes.
        "ReviewOpened.Number", "StrategyRecommended.Number", "UseCaseRevised.Number", "UseCaseSubmitted.Number",
        "ReviewOpened.FactsHash", "SignOffRecorded.FactsHash", "UseCaseApproved.FactsHash",
        "DecisionBasis.PolicyVersion", "DecisionBasis.PolicyHash", "DecisionBasis.EngineVersion", "DecisionBasis.InputHash",
        "DecisionBasis.ResultHash", "CostForecast.PriceBookVersion", "CostForecast.PriceBookHash", "CostForecast.Currency",
        "PriceBookDrafted.Version", "PriceBookDrafted.Hash", "PriceBookPublished.Version", "PriceBookPublished.Hash",
        "PriceBookDrafted.DraftedBy", "PriceBookPublished.Authors", "PriceBookPublished.PublishedBy",
        "PolicyDrafted.Version", "PolicyDrafted.Hash", "PolicyPublished.Version", "PolicyPublished.Hash",
        "ReviewReminded.Number", "ReviewEscalated.Number", "ConditionReminded.Number", "ReviewEscalated.Role",
        "SignOffRecorded.RequirementId", "ReviewClaimed.RequirementId", "ReviewReleased.RequirementId", "ReviewReminded.RequirementId",
        "ReviewEscalated.RequirementId", "SignOffVoided.RequirementId", "ConditionTerms.Id", "ConditionEvidenceGiven.ConditionId",
        "ConditionMet.ConditionId", "ConditionEvidenceRefused.ConditionId", "ConditionReminded.ConditionId", "ApprovalSuspended.ConditionId",
        "ReviewOpened.ImmaterialChanges", "SignOffVoided.Because", "DelegationGiven.BusinessUnits",
        "PolicyPackDrafted.Version", "PolicyPackDrafted.Hash", "PolicyPackPublished.Version", "PolicyPackPublished.Hash",
        "PolicyPackDrafted.DraftedBy", "PolicyPackPublished.Authors", "PolicyPackPublished.PublishedBy",
        "PriceBookDraftDiscarded.Version", "PriceBookDraftDiscarded.Hash", "PriceBookDraftDiscarded.DiscardedBy",
        "PolicyDraftDiscarded.Version", "PolicyDraftDiscarded.Hash", "PolicyDraftDiscarded.DiscardedBy",
        "PolicyPackDraftDiscarded.Version", "PolicyPackDraftDiscarded.Hash", "PolicyPackDraftDiscarded.DiscardedBy",
        "Money.Currency", "ComplianceProfile.Jurisdictions", "UseCaseFacts.BusinessUnit", "ModelChoice.Base", "UseCaseApproved.Model",

        "SigningKeyRotated.OldKey", "SigningKeyRotated.NewKey", "SigningKeyRotated.SignedByOld", "SigningKeyRotated.SignedByNew",
        "ReviewOpened.ImmaterialChanges", "SignOffRecorded.RequirementId", "ConditionTerms.Id",
        "ReviewOpened.CalendarId", "ReviewOpened.CalendarHash", "BusinessCalendarAdopted.CalendarId", "BusinessCalendarAdopted.Hash",

        "PersonalDataErasedFrom.Service", "ErasedDeclaration.Paths", "ErasedFact.Paths", "LegalHoldSet.BusinessUnit",
        // Paths of facts, and their values where those are numbers or words of a list.
        "BreakEvenIf.Fact", "BreakEvenIf.Value",

        // A host without the rest of its address, kinds of notices, and our own words for what it answered.
        "WebhookAdded.Host", "WebhookAdded.Kinds", "WebhookSwitchedOff.Because",

        // The content of rules and hours, as JSON.
        "PriceBookDrafted.Content", "PolicyDrafted.Content", "PolicyPackDrafted.Content", "BusinessCalendarAdopted.Content",

        // Subjects of accounts: they say who acted, and name nobody by themselves.
        "SignOffRecorded.ReviewedBy", "ChangesRequested.ReviewedBy", "UseCaseRejected.ReviewedBy", "StrategyRecommended.Editors",
        "SignOffRecorded.OnBehalfOf", "ChangesRequested.OnBehalfOf", "UseCaseRejected.OnBehalfOf", "ConditionTerms.Owner",
        "ReviewClaimed.ClaimedBy", "ReviewClaimed.OnBehalfOf", "ReviewReleased.ReleasedBy", "ReviewPrioritised.PrioritisedBy",
        "ReviewReminded.ClaimedBy", "SignOffVoided.ReviewedBy", "ConditionEvidenceGiven.GivenBy", "ConditionMet.AcceptedBy",
        "ConditionMet.OnBehalfOf", "ConditionEvidenceRefused.RefusedBy", "ConditionEvidenceRefused.OnBehalfOf", "ConditionReminded.Owner",
        "DelegationGiven.From", "DelegationGiven.To", "DelegationGiven.GivenBy", "DelegationRevoked.RevokedBy",
        "SigningKeyRotated.RotatedBy", "WebhookAdded.AddedBy", "WebhookSecretRotated.RotatedBy", "WebhookRemoved.RemovedBy",
        "ErasureRequested.Account", "ErasureRequested.RequestedBy", "ErasureApproved.ApprovedBy", "ErasureRefused.RefusedBy",
        "AccountErased.Account", "AccountForgotten.Account",
        "PersonalDataErased.RequestedBy", "PersonalDataErased.ApprovedBy", "LegalHoldSet.SetBy", "LegalHoldReleaseRequested.RequestedBy",
        "LegalHoldReleased.RequestedBy", "LegalHoldReleased.ReleasedBy",
        "ReviewOpened.Editors", "SignOffRecorded.OnBehalfOf", "ChangesRequested.OnBehalfOf", "UseCaseRejected.OnBehalfOf", "ConditionTerms.Owner",
        "CaseRead.ReadBy", "CasesRead.ReadBy", "SignOffRecorded.ReviewedBy", "ChangesRequested.ReviewedBy", "UseCaseRejected.ReviewedBy", "StrategyRecommended.Editors",
        "PolicyDrafted.DraftedBy", "PolicyPublished.Authors", "PolicyPublished.PublishedBy",

        // Sentences of a policy, filled in with numbers and codes only.
        "ReviewOpened.Obligations", "RequiredSignOff.Id", "RequiredSignOff.Reason", "BreakEven.Explanation",
        "ReadinessCheck.Id", "ReadinessCheck.Message", "ReadinessCheck.Citations",
        "Gate.Id", "Gate.Message", "Gate.Citations",
        "FactorContribution.Id", "FactorContribution.Name", "FactorContribution.Reason", "FactorContribution.Citations",
        "FiredRule.Id", "FiredRule.Statement", "FiredRule.Citations",
        "ChecklistAnswer.Id", "ChecklistAnswer.Question", "ChecklistAnswer.Answer",
        "FrameworkSection.Title", "FrameworkSection.Finding", "FrameworkSection.Citations",
        "SourceConflict.Id", "SourceConflict.Topic", "SourceConflict.Stand", "SourceConflict.Sources",
        "AssessmentWarning.Id", "AssessmentWarning.Message", "AssessmentWarning.Citations",
        "Flip.Change", "ComponentAssessment.Reason", "StrategyAssessment.Unknowns",
        "MigrationTrigger.Id", "MigrationTrigger.Trigger", "MigrationTrigger.Citations",
    ];

    [Fact]
    public void Every_fact_is_a_sealed_record_that_audit_hears() => Assert.All(PublishedLanguage.Facts, fact =>
    {
        IsRecord(fact.Type).ShouldBeTrue($"{fact.Type.Name} is not a record");
        fact.Type.IsSealed.ShouldBeTrue($"{fact.Type.Name} is not sealed");
        fact.Type.IsAssignableTo(typeof(IGovernanceEvent)).ShouldBeTrue($"{fact.Type.Name} would escape the audit trail");
    });

    [Fact]
    public void Whatever_audit_hears_has_a_name_on_the_wire() =>
        PublishedLanguage.Records
            .Where(type => type.IsAssignableTo(typeof(IGovernanceEvent)))
            .Except(PublishedLanguage.Facts.Select(fact => fact.Type))
            .ShouldBeEmpty("give it [Contract(name, version)]");

    [Fact]
    public void Whatever_a_fact_carries_is_a_sealed_record_too() =>
        PublishedLanguage.Records.Where(type => !type.IsSealed || !IsRecord(type)).ShouldBeEmpty();

    [Fact]
    public void No_two_facts_share_a_name_and_version() =>
        PublishedLanguage.Facts.GroupBy(fact => (fact.Name, fact.Version)).Where(same => same.Count() > 1).ShouldBeEmpty();

    [Fact]
    public void The_name_on_the_wire_is_kebab_case_and_owes_nothing_to_the_type() => Assert.All(PublishedLanguage.Facts, fact =>
    {
        KebabCase().IsMatch(fact.Name).ShouldBeTrue($"{fact.Name} is not kebab-case");
        fact.Version.ShouldBeGreaterThan(0);
        MessageUrn.ForType(fact.Type).ToString().ShouldBe($"governance:{fact.Name}:v{fact.Version}");
        ContractName.Of(fact.Type).ShouldBe($"governance.{fact.Name}.v{fact.Version}");
    });

    [Fact]
    public void No_contract_changes_shape_unnoticed()
    {
        var actual = new JsonObject(PublishedLanguage.Facts.Select(
            fact => KeyValuePair.Create($"{fact.Name}:v{fact.Version}", (JsonNode?)fact.Schema))).ToJsonString(Readable) + "\n";
        var approved = File.Exists(Repository.At(Approved)) ? Repository.Read(Approved) : "";

        if (actual != approved)
        {
            var renewed = Path.Combine(AppContext.BaseDirectory, "contracts.actual.json");
            File.WriteAllText(renewed, actual);

            Assert.Fail($"""
                The published language changed:
                {Difference(approved.Split('\n'), actual.Split('\n'))}
                A contract may gain optional members only; a different meaning is the next version beside the old one.
                If that is what you did, approve it in the same commit:
                  cp {Path.GetRelativePath(Repository.Root, renewed)} {Approved}
                """);
        }
    }

    [Fact]
    public void No_contract_holds_a_number_or_a_time_that_machines_read_differently() =>
        Find((_, item) => item == typeof(double) || item == typeof(float) || item == typeof(object) || item == typeof(DateTime))
            .ShouldBeEmpty("use decimal, a record, DateTimeOffset or DateOnly");

    [Fact]
    public void Text_that_a_person_may_have_written_is_marked_personal() =>
        Find(IsUnmarkedText)
            .Except(Impersonal, StringComparer.Ordinal)
            .ShouldBeEmpty("mark it [Personal], or list it in this test with the reason why nobody writes it freely");

    [Fact]
    public void Nothing_is_listed_as_impersonal_that_is_gone_or_marked() =>
        Impersonal
            .Except(Find(IsUnmarkedText), StringComparer.Ordinal)
            .ShouldBeEmpty();

    private static IEnumerable<string> Find(Func<PropertyInfo, Type, bool> which) =>
        from type in PublishedLanguage.Records
        from property in PublishedLanguage.Members(type)
        where which(property, PublishedLanguage.ItemOf(property.PropertyType).Item)
        select $"{type.Name}.{property.Name}";

    private static bool IsUnmarkedText(PropertyInfo property, Type item) =>
        item == typeof(string) && !property.IsDefined(typeof(PersonalAttribute));

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    /// <summary>The lines between the common beginning and the common end, shortened.</summary>
    private static string Difference(string[] before, string[] after)
    {
        var start = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var end = before.Skip(start).Reverse().Zip(after.Skip(start).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();

        return string.Join('\n', Shown("-", before).Concat(Shown("+", after)));

        IEnumerable<string> Shown(string sign, string[] lines) => lines[start..^end].Take(20).Select(line => $"  {sign} {line}");
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex KebabCase();
}
