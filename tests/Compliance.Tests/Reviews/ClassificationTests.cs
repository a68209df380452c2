using System.Text.Json;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using static System.StringComparison;
using static Governance.Contracts.ReviewQueue;

namespace Governance.Compliance.Tests.Reviews;

public sealed class ClassificationTests
{
    private static readonly Versioned<PolicyPack> Pack =
        VersionedData.FromResources<PolicyPack>(typeof(Classification).Assembly, "Packs").Get("2026-11");

    /// <summary>Summarises minutes for staff: no personal data, no sector, nobody affected.</summary>
    private static readonly UseCaseFacts InternalTool = new()
    {
        Title = "Meeting minutes",
        Summary = "Turns notes into minutes.",
        BusinessUnit = "IT",
        Objective = new() { Statement = "Save an hour per meeting.", MissionCritical = false },
        Domain = Domain.General,
        InconsistencyRisk = Level.Low,
        Volume = new() { RequestsPerMonth = 2_000, PromptTokensPerRequest = 3_000, OutputTokensPerRequest = 500 },
        Data = new() { LabelledExamples = 0, Categories = [] },
        Compliance = new()
        {
            Jurisdictions = ["DE"],
            RegulatedSectors = [],
            MedicalDevice = false,
            AffectsIndividuals = false,
            AutomatedDecision = false,
            EuAiActArea = EuAiActArea.None,
            InteractsWithPublic = false,
        },
        Benefit = new() { Basis = BenefitBasis.HoursSaved },
    };

    [Fact]
    public void A_low_risk_internal_tool_needs_only_the_risk_reviewer()
    {
        var result = Classify(InternalTool);

        result.Tier.ShouldBe(RiskTier.Low);
        Queues(result).ShouldBe([Risk]);
        result.ProhibitedReason.ShouldBeNull();
        result.Obligations.ShouldContain(o => o.StartsWith("NIST AI RMF", Ordinal));
        result.Obligations.ShouldContain(o => o.StartsWith("ISO/IEC 42001", Ordinal));
    }

    [Fact]
    public void A_prohibited_practice_is_rejected_with_the_reason_and_shown_to_nobody_for_approval()
    {
        var result = Classify(In(InternalTool, EuAiActArea.ProhibitedPractice));

        result.Tier.ShouldBe(RiskTier.Prohibited);
        result.ProhibitedReason.ShouldNotBeNull().ShouldContain("Art. 5");
        result.SignOffs.ShouldBeEmpty();
        result.ApprovalValidDays.ShouldBe(0);
    }

    [Theory]
    [InlineData(EuAiActArea.Biometrics)]
    [InlineData(EuAiActArea.CriticalInfrastructure)]
    [InlineData(EuAiActArea.Education)]
    [InlineData(EuAiActArea.Employment)]
    [InlineData(EuAiActArea.EssentialServices)]
    [InlineData(EuAiActArea.LawEnforcement)]
    [InlineData(EuAiActArea.Migration)]
    [InlineData(EuAiActArea.Justice)]
    public void An_area_of_Annex_III_is_high_risk_and_says_from_when_the_law_applies(EuAiActArea area)
    {
        var result = Classify(In(InternalTool, area));

        result.Tier.ShouldBe(RiskTier.High);
        result.SignOffs.Select(s => (s.Id, s.Stage)).ShouldBe([("legal", 1), ("privacy", 1), ("risk", 2)]);
        Duty(result, "EU AI Act Art. 26").ShouldEndWith("(applies from 2027-12-02)");
    }

    [Fact]
    public void A_safety_component_follows_the_later_date_of_Annex_I() =>
        Duty(Classify(In(InternalTool, EuAiActArea.SafetyComponent)), "EU AI Act Art. 6(1)")
            .ShouldEndWith("(applies from 2028-08-02)");

    [Fact]
    public void Outside_the_EU_the_same_area_stays_high_risk_without_duties_under_EU_law()
    {
        var result = Classify(In(With(c => c with { Jurisdictions = ["US"] }), EuAiActArea.Employment));

        result.Tier.ShouldBe(RiskTier.High);
        result.Obligations.ShouldNotContain(o => o.StartsWith("EU AI Act", Ordinal));
        result.Obligations.ShouldContain(o => o.StartsWith("29 CFR 1607.4", Ordinal));
    }

    [Fact]
    public void Personal_data_in_finance_in_the_EU_needs_risk_legal_and_privacy()
    {
        var result = Classify(InternalTool with
        {
            Data = InternalTool.Data with { Categories = [DataCategory.Personal] },
            Compliance = InternalTool.Compliance with { Jurisdictions = ["EU"], RegulatedSectors = [RegulatedSector.Finance] },
        });

        Queues(result).ShouldBe([Risk, Legal, Privacy]);
        result.Tier.ShouldBe(RiskTier.Medium);
        result.Obligations.ShouldContain(o => o.StartsWith("GDPR Art. 5-6:", Ordinal));
        result.Obligations.ShouldContain(o => o.StartsWith("DORA Art. 28-30:", Ordinal));
    }

    [Theory]
    [InlineData(RegulatedSector.Finance)]
    [InlineData(RegulatedSector.Insurance)]
    [InlineData(RegulatedSector.Healthcare)]
    [InlineData(RegulatedSector.MedicalDevice)]
    [InlineData(RegulatedSector.Legal)]
    [InlineData(RegulatedSector.PublicSector)]
    [InlineData(RegulatedSector.Education)]
    [InlineData(RegulatedSector.Employment)]
    public void Every_regulated_sector_goes_to_legal(RegulatedSector sector) =>
        Queues(Classify(With(c => c with { RegulatedSectors = [sector] }))).ShouldContain(Legal);

    [Theory]
    [InlineData(StrategyKind.FineTuning, true)]
    [InlineData(StrategyKind.Hybrid, true)]
    [InlineData(StrategyKind.PromptEngineering, false)]
    public void A_tuned_medical_device_needs_a_validation_stage(StrategyKind strategy, bool stage)
    {
        var result = Classify(With(c => c with { MedicalDevice = true }), strategy);

        result.Tier.ShouldBe(RiskTier.High);
        result.Obligations.Any(o => o.StartsWith("C04:", Ordinal) && o.Contains("validation stage")).ShouldBe(stage);
    }

    [Theory]
    [InlineData(DataCategory.SpecialCategory)]
    [InlineData(DataCategory.Health)]
    [InlineData(DataCategory.Children)]
    public void The_most_sensitive_data_is_high_risk_and_needs_an_impact_assessment(DataCategory category)
    {
        var result = Classify(Holding(category));

        result.Tier.ShouldBe(RiskTier.High);
        Queues(result).ShouldBe([Risk, Privacy, Security]);
        result.Obligations.ShouldContain(o => o.StartsWith("GDPR Art. 35:", Ordinal));
    }

    [Theory]
    [InlineData(DataCategory.TradeSecret)]
    [InlineData(DataCategory.Privileged)]
    [InlineData(DataCategory.PaymentCard)]
    public void Confidential_data_goes_to_security(DataCategory category) =>
        Queues(Classify(Holding(category))).ShouldContain(Security);

    [Theory]
    [InlineData(StrategyKind.FineTuning)]
    [InlineData(StrategyKind.Hybrid)]
    public void Tuning_a_model_goes_to_security(StrategyKind strategy) =>
        Queues(Classify(InternalTool, strategy)).ShouldBe([Risk, Security]);

    [Fact]
    public void A_decision_about_people_without_a_human_is_high_risk()
    {
        var result = Classify(InternalTool with
        {
            Data = InternalTool.Data with { Categories = [DataCategory.Personal] },
            Compliance = InternalTool.Compliance with { AffectsIndividuals = true, AutomatedDecision = true },
        });

        result.Tier.ShouldBe(RiskTier.High);
        result.Obligations.ShouldContain(o => o.StartsWith("GDPR Art. 22:", Ordinal));
    }

    [Fact]
    public void Talking_with_the_public_has_to_be_disclosed() =>
        Duty(Classify(With(c => c with { InteractsWithPublic = true })), "EU AI Act Art. 50(1)")
            .ShouldEndWith("(applies from 2026-08-02)");

    [Fact]
    public void What_is_not_stated_is_not_taken_for_harmless()
    {
        var silent = InternalTool with
        {
            Data = new() { LabelledExamples = 0 },
            Compliance = new() { Jurisdictions = ["FR"], RegulatedSectors = [] },
        };
        var result = Classify(silent);

        result.Tier.ShouldBe(RiskTier.Medium);
        Queues(result).ShouldBe([Risk, Legal, Privacy]);
    }

    [Fact]
    public void A_queue_asked_for_by_several_rules_appears_once_with_every_reason()
    {
        var result = Classify(Holding(DataCategory.Privileged), StrategyKind.FineTuning);
        var security = result.SignOffs.Single(s => s.Id == "security");

        security.Reason.ShouldContain("privileged");
        security.Reason.ShouldContain("tuned model");
        security.DueHours.ShouldBe(32); // four working days of eight hours, the pack's time for the medium tier
    }

    [Fact]
    public void Requirements_on_the_same_queues_merge_into_the_largest_quorum_and_the_latest_stage()
    {
        SignOffRule[] asked = [new([Legal, Risk], Quorum: 2), new([Risk, Legal], Quorum: 1, Stage: 2), new([Privacy])];
        var pack = Pack with { Content = Pack.Content with { Rules = [.. asked.Select((a, i) => new PackRule($"rule-{i}", $"Reason {i}.", ["derived"], SignOffs: [a]))] } };

        var requirements = Classification.Classify(InternalTool, Assessed(StrategyKind.PromptEngineering), pack).SignOffs;

        requirements.Select(r => (r.Id, r.Quorum, r.Stage, r.Reason)).ShouldBe(
            [("privacy", 1, 1, "Reason 2."), ("risk-or-legal", 2, 2, "Reason 0. Reason 1.")]);
        requirements[1].AnyOf.ShouldBe([Risk, Legal]);
    }

    [Fact]
    public void A_wider_requirement_goes_up_in_a_narrower_one_that_fulfils_it()
    {
        SignOffRule[] asked = [new([Legal, Privacy]), new([Legal], Stage: 2), new([Risk, Security], Quorum: 2), new([Security])];
        var pack = Pack with { Content = Pack.Content with { Rules = [.. asked.Select((a, i) => new PackRule($"rule-{i}", $"Reason {i}.", ["derived"], SignOffs: [a]))] } };

        Classification.Classify(InternalTool, Assessed(StrategyKind.PromptEngineering), pack)
            .SignOffs.Select(r => (r.Id, r.Quorum, r.Stage, r.Reason)).ShouldBe(
            [
                ("risk-or-security", 2, 1, "Reason 2."), // one person of security is fewer than the two it asks for
                ("security", 1, 1, "Reason 3."),
                ("legal", 1, 2, "Reason 1. Reason 0."),
            ]);
    }

    [Fact]
    public void Obligations_and_evidence_name_the_rule_they_come_from()
    {
        var pack = Pack with
        {
            Content = Pack.Content with
            {
                Rules = [new("only", "Always.", ["derived"], Obligations: [new("EU AI Act Art. 50", "disclose", "eu-ai-act-transparency"), new("R1", "do")],
                    Evidence: [new("text shown to users", EvidenceBy.Owner, "EU AI Act Art. 50")])],
            },
        };
        var result = Classification.Classify(InternalTool, Assessed(StrategyKind.PromptEngineering), pack);

        result.Duties.ShouldBe([new("EU AI Act Art. 50", "disclose", new DateOnly(2026, 8, 2), "only"), new("R1", "do", null, "only")]);
        result.Evidence.ShouldBe([new("text shown to users", EvidenceBy.Owner, "EU AI Act Art. 50", "only")]);
    }

    [Fact]
    public void A_group_may_hold_another() => Pack.Content.Members("gdpr").ShouldBe([.. Pack.Content.Members("eu"), "IS", "LI", "NO", "GB"], ignoreOrder: true);

    [Fact]
    public void Every_compliance_rule_of_the_rulebook_is_in_the_pack() =>
        Enumerable.Range(1, 10).Select(n => $"C{n:00}")
            .ShouldAllBe(id => Pack.Content.Rules.Any(r => r.Id.StartsWith(id, Ordinal)));

    [Fact]
    public void Every_rule_is_cited_and_refers_only_to_what_the_pack_holds()
    {
        Pack.Content.Rules.Select(r => r.Id).ShouldBeUnique();
        Pack.Content.Rules.ShouldAllBe(r => r.Statement.Length > 0 && r.Citations.Count > 0);
        Pack.Content.Rules.SelectMany(r => r.Obligations ?? []).Where(o => o.Date is not null)
            .ShouldAllBe(o => Pack.Content.Calendar.Any(d => d.Id == o.Date && d.Source.Length > 0));
    }

    /// <summary>A misspelt path would make a rule silently never fire.</summary>
    [Fact]
    public void Every_fact_a_rule_reads_exists()
    {
        var read = Pack.Content.Rules.SelectMany(r => (r.When?.All ?? []).Concat(r.When?.Any ?? [])).Select(c => c.Fact)
            .Concat(Pack.Content.Material.Select(m => m.Path));

        read.Where(path => !Exists(typeof(UseCaseFacts), path) && !Exists(typeof(RecommendedStrategy), path.Replace("assessment.", "", Ordinal))).ShouldBeEmpty();
    }

    public static TheoryData<string> Demos =>
        [.. typeof(ClassificationTests).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("demo/", Ordinal))];

    [Theory]
    [MemberData(nameof(Demos))]
    public void Every_demo_use_case_is_valid_and_can_be_classified(string name)
    {
        var facts = JsonSerializer.Deserialize<UseCaseFacts>(
            typeof(ClassificationTests).Assembly.GetManifestResourceStream(name)!, Json.Options)!;

        foreach (var strategy in Enum.GetValues<StrategyKind>())
        {
            var result = Classify(facts, strategy);

            Queues(result).ShouldContain(Risk);
            result.ProhibitedReason.ShouldBeNull();
        }
    }

    [Fact]
    public void There_are_fourteen_demo_use_cases_at_least() => Demos.Count.ShouldBeGreaterThanOrEqualTo(14);

    private static ClassificationResult Classify(UseCaseFacts facts, StrategyKind strategy = StrategyKind.PromptEngineering) =>
        Classification.Classify(facts, Assessed(strategy), Pack);

    private static IEnumerable<ReviewQueue> Queues(ClassificationResult result) => result.SignOffs.SelectMany(s => s.AnyOf);

    private static string Duty(ClassificationResult result, string reference) =>
        result.Obligations.Single(o => o.StartsWith($"{reference}:", Ordinal));

    private static UseCaseFacts With(Func<ComplianceProfile, ComplianceProfile> change) =>
        InternalTool with { Compliance = change(InternalTool.Compliance) };

    private static UseCaseFacts In(UseCaseFacts facts, EuAiActArea area) =>
        facts with { Compliance = facts.Compliance with { EuAiActArea = area } };

    private static UseCaseFacts Holding(DataCategory category) =>
        InternalTool with { Data = InternalTool.Data with { Categories = [category] } };

    private static RecommendedStrategy Assessed(StrategyKind strategy) => new(
        strategy,
        Retrieval: false,
        strategy is StrategyKind.PromptEngineering ? Tuning.None : Tuning.ParameterEfficient,
        Confidence: 0.9m);

    private static bool Exists(Type type, string path) => path.Split('.').Aggregate(
        (Type?)type,
        (owner, member) => owner?.GetProperties()
            .SingleOrDefault(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == member)?.PropertyType) is not null;
}
