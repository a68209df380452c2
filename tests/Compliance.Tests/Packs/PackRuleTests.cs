using CsCheck;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Compliance.Tests.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Packs;

/// <summary>
/// What the shipped pack makes of stated facts, rule by rule. Expected values come from the rulebook (C01 to C10) and from the laws and
/// standards named, not from our own output.
/// </summary>
public sealed class PackRuleTests
{
    private static readonly UseCaseFacts Plain = Known.RiskOnly;

    private static readonly string[] Places = ["EU", "US", "GB", "CH", "DE"];

    /// <summary>Each practice with the letter of Art. 5(1) that prohibits it, and the day from which the letter applies.</summary>
    public static TheoryData<string, ProhibitedPractice, string> Art5 => new()
    {
        { "Art. 5(1)(a)", ProhibitedPractice.Manipulation, "2025-02-02" },
        { "Art. 5(1)(b)", ProhibitedPractice.ExploitingVulnerability, "2025-02-02" },
        { "Art. 5(1)(ba)", ProhibitedPractice.IntimateImagery, "2026-12-02" },
        { "Art. 5(1)(bb)", ProhibitedPractice.ChildAbuseMaterial, "2026-12-02" },
        { "Art. 5(1)(c)", ProhibitedPractice.SocialScoring, "2025-02-02" },
        { "Art. 5(1)(d)", ProhibitedPractice.CrimePrediction, "2025-02-02" },
        { "Art. 5(1)(e)", ProhibitedPractice.FaceScraping, "2025-02-02" },
        { "Art. 5(1)(f)", ProhibitedPractice.EmotionInference, "2025-02-02" },
        { "Art. 5(1)(g)", ProhibitedPractice.BiometricCategorisation, "2025-02-02" },
        { "Art. 5(1)(h)", ProhibitedPractice.RemoteBiometricIdentification, "2025-02-02" },
    };

    [Theory]
    [MemberData(nameof(Art5))]
    public void A_practice_is_blocked_with_the_letter_that_prohibits_it(string letter, ProhibitedPractice practice, string from)
    {
        var result = Classify(Plain with { Compliance = Plain.Compliance with { ProhibitedPractice = practice, EuAiActArea = EuAiActArea.ProhibitedPractice } });

        result.Tier.ShouldBe(RiskTier.Prohibited);
        result.SignOffs.ShouldBeEmpty();
        result.ProhibitedReason.ShouldNotBeNull().ShouldStartWith($"EU AI Act {letter} prohibits");
        result.Duties.Single(d => d.Reference == $"EU AI Act {letter}").AppliesFrom.ShouldBe(DateOnly.Parse(from, null));
    }

    [Fact]
    public void Every_prohibited_practice_has_its_letter() =>
        Art5.Count.ShouldBe(Enum.GetValues<ProhibitedPractice>().Length - 1);

    [Fact]
    public void A_stated_practice_is_prohibited_whatever_area_is_stated() =>
        Classify(Plain with { Compliance = Plain.Compliance with { ProhibitedPractice = ProhibitedPractice.SocialScoring } }).Tier.ShouldBe(RiskTier.Prohibited);

    [Fact]
    public void No_practice_is_no_prohibition() =>
        Classify(Plain with { Compliance = Plain.Compliance with { ProhibitedPractice = ProhibitedPractice.None } }).Tier.ShouldBe(RiskTier.Low);

    [Theory]
    [InlineData("Annex III(1)", EuAiActArea.Biometrics)]
    [InlineData("Annex III(2)", EuAiActArea.CriticalInfrastructure)]
    [InlineData("Annex III(3)", EuAiActArea.Education)]
    [InlineData("Annex III(4)", EuAiActArea.Employment)]
    [InlineData("Annex III(5)", EuAiActArea.EssentialServices)]
    [InlineData("Annex III(6)", EuAiActArea.LawEnforcement)]
    [InlineData("Annex III(7)", EuAiActArea.Migration)]
    [InlineData("Annex III(8)", EuAiActArea.Justice)]
    public void An_area_is_named_by_its_point_of_Annex_III(string point, EuAiActArea area)
    {
        var result = Classify(In("EU", Plain with { Compliance = Plain.Compliance with { EuAiActArea = area } }));

        result.Duties.Where(d => d.Reference.Contains("Annex III(", StringComparison.Ordinal)).ShouldHaveSingleItem().Reference.ShouldBe($"EU AI Act {point}");
        result.Duties.Where(d => d.Reference.StartsWith("EU AI Act Annex III", StringComparison.Ordinal)).ShouldAllBe(d => d.AppliesFrom == new DateOnly(2027, 12, 2));
        Evidence(result).ShouldContain("risk management file (EU AI Act Art. 9)");
    }

    [Fact]
    public void A_machine_that_decides_in_a_high_risk_area_needs_two_people_of_risk_after_the_others()
    {
        var result = Classify(In("EU", Plain with
        {
            Compliance = Plain.Compliance with { EuAiActArea = EuAiActArea.EssentialServices, AutomatedDecision = true, AffectsIndividuals = true },
        }));

        result.SignOffs.Select(s => (s.Id, s.Quorum, s.Stage)).ShouldBe([("legal", 1, 1), ("privacy", 1, 1), ("risk", 2, 2)]);
    }

    /// <summary>Rule, what is stated beyond a plain case, the tier, a duty by its reference, evidence and who must sign off.</summary>
    public static TheoryData<string, UseCaseFacts, StrategyKind, RiskTier, string, string, string> Rules => new()
    {
        { "baseline NIST AI RMF GOVERN", Plain, Prompting, RiskTier.Low, "NIST AI RMF GOVERN 1.6", "statement of purpose, users and context (NIST AI RMF MAP 1.1)", "risk" },
        { "baseline NIST AI RMF MAP", Plain, Prompting, RiskTier.Low, "NIST AI RMF MAP 1.1", "statement of purpose, users and context (NIST AI RMF MAP 1.1)", "risk" },
        { "baseline NIST AI RMF MEASURE", Plain, Prompting, RiskTier.Low, "NIST AI RMF MEASURE 2.3", "results of the evaluation against the objective (NIST AI RMF MEASURE 2.3)", "risk" },
        { "baseline NIST AI RMF MANAGE", Plain, Prompting, RiskTier.Low, "NIST AI RMF MANAGE 4.1", "plan for monitoring, override and switching off (NIST AI RMF MANAGE 4.1; ISO/IEC 42001 A.6.2.6)", "risk" },
        { "baseline ISO/IEC 42001", Plain, Prompting, RiskTier.Low, "ISO/IEC 42001 A.5.2", "plan for monitoring, override and switching off (NIST AI RMF MANAGE 4.1; ISO/IEC 42001 A.6.2.6)", "risk" },
        { "C01", Plain, StrategyKind.FineTuning, RiskTier.Medium, "NIST AI RMF MEASURE 2.7", "test of the tuned model for memorised training data (C01; NIST AI RMF MEASURE 2.7)", "risk,security" },
        { "C02", Plain, Prompting, RiskTier.Low, "ISO/IEC 42001 A.6.2.8", "repository of the prompts with their versions (ISO/IEC 42001 A.6.2.8)", "risk" },
        { "C03", Plain.Data(d => d with { ThirdPartyTrainingAllowed = false }), Prompting, RiskTier.Medium, "ISO/IEC 42001 A.10.3", "contract clauses on storage and training, checked one by one (C03)", "risk,legal" },
        { "C04", Plain.Compliance(c => c with { MedicalDevice = true }), Prompting, RiskTier.High, "ISO 14971", "risk management file of the device (ISO 14971)", "risk,legal" },
        { "C04 tuned", Plain.Compliance(c => c with { MedicalDevice = true }), StrategyKind.FineTuning, RiskTier.High, "C04", "validation report of the tuned model (C04)", "legal,security,risk@2" },
        { "C04 US", In("US", Plain.Compliance(c => c with { MedicalDevice = true })), Prompting, RiskTier.High, "21 CFR 820", "change control plan as agreed with the FDA (FDA, predetermined change control plan)", "risk,legal" },
        { "C05 finance EU", In("EU", Sector(RegulatedSector.Finance)), Prompting, RiskTier.Medium, "DORA Art. 28-30", "entry in the register of information (DORA Art. 28(3))", "risk,legal" },
        { "C05 finance US", In("US", Sector(RegulatedSector.Finance)), Prompting, RiskTier.Medium, "SR 26-2", "report of the independent validation (SR 26-2)", "risk,legal" },
        { "C05 credit US", In("US", Sector(RegulatedSector.Finance).Compliance(c => c with { AffectsIndividuals = true })), Prompting, RiskTier.Medium, "12 CFR 1002.9", "reasons the system can give, tested on declined cases (12 CFR 1002.9(b)(2))", "risk,legal" },
        { "C05 insurance EU", In("DE", Sector(RegulatedSector.Insurance)), Prompting, RiskTier.Medium, "EIOPA-BoS-25/360", "assessment of risk and proportionate measures (EIOPA-BoS-25/360)", "risk,legal" },
        { "C05 insurance US", In("US", Sector(RegulatedSector.Insurance)), Prompting, RiskTier.Medium, "NAIC Model Bulletin", "section of the programme that covers the use case (NAIC Model Bulletin, section 3)", "risk,legal" },
        { "C05 healthcare", Sector(RegulatedSector.Healthcare), Prompting, RiskTier.Medium, "C05", "list of the rules of healthcare that apply, each with how it is met (C05)", "risk,legal" },
        { "C05 healthcare US", In("US", Sector(RegulatedSector.Healthcare).Compliance(c => c with { AffectsIndividuals = true })), Prompting, RiskTier.Medium, "45 CFR 92.210", "review of the inputs and of the outcome by group (45 CFR 92.210(b))", "risk,legal" },
        { "C05 health data US", In("US", Holding(DataCategory.Health)), Prompting, RiskTier.High, "HIPAA 45 CFR 164.502(e)", "business associate agreement (HIPAA 45 CFR 164.504(e))", "risk,legal,privacy,security" },
        { "C05 healthcare, device unknown", Sector(RegulatedSector.Healthcare).Compliance(c => c with { MedicalDevice = null }), Prompting, RiskTier.Medium, "Regulation (EU) 2017/745 Art. 2(1)", "qualification of the software with its reasons (Regulation (EU) 2017/745 Art. 2(1))", "risk,legal" },
        { "C05 legal US", In("US", Sector(RegulatedSector.Legal)), Prompting, RiskTier.Medium, "ABA Model Rules 1.1, 1.6, 5.3", "policy on supervision and on clients' consent (ABA Formal Opinion 512)", "risk,legal" },
        { "C06", Sector(RegulatedSector.Finance) with { RepeatableBehaviourRequired = true }, Prompting, RiskTier.Medium, "NIST AI RMF MEASURE 2.5", "regression set with its latest results (C06; NIST AI RMF MEASURE 2.5)", "risk,legal" },
        { "C07", Plain, StrategyKind.Hybrid, RiskTier.Medium, "ISO/IEC 42001 A.6.2.7", "documentation of the custom model (C07; ISO/IEC 42001 A.6.2.7)", "risk,security" },
        { "C08", Plain.Compliance(c => c with { InteractsWithPublic = true }), Prompting, RiskTier.Medium, "C08", "text shown to users (C08; ISO/IEC 42001 A.8.2)", "risk" },
        { "C08 EU", In("FR", Plain.Compliance(c => c with { InteractsWithPublic = true })), Prompting, RiskTier.Medium, "EU AI Act Art. 50(1)", "notice shown at the first interaction (EU AI Act Art. 50(1), (5))", "risk,legal-or-privacy" },
        { "C09", Plain, Prompting, RiskTier.Low, "NIST AI RMF MEASURE 2.7", "report of the security test, attacks through prompts included (NIST AI RMF MEASURE 2.7; ISO/IEC 42001 A.6.2.4)", "risk" },
        { "C10", Plain with { InconsistencyRisk = Level.High }, Prompting, RiskTier.Medium, "NIST AI RMF MANAGE 1.3", "comparison of the alternatives and why the chosen one keeps trust (C10; NIST AI RMF MANAGE 1.3)", "risk" },
        { "GDPR Art. 6", In("EU", Holding(DataCategory.Personal)), Prompting, RiskTier.Medium, "GDPR Art. 5-6", "record of processing (GDPR Art. 30)", "risk,privacy" },
        { "GDPR Art. 9", In("EU", Holding(DataCategory.SpecialCategory)), Prompting, RiskTier.High, "GDPR Art. 9", "exception relied on, with its facts (GDPR Art. 9(2))", "risk,privacy,security" },
        { "GDPR Art. 8", In("EU", Holding(DataCategory.Children)), Prompting, RiskTier.High, "GDPR Art. 8", "way of verifying age and parental consent (GDPR Art. 8(2))", "risk,privacy,security" },
        { "GDPR Art. 35 large scale", In("EU", Holding(DataCategory.Personal) with { Volume = Plain.Volume with { RequestsPerMonth = 1_000_000 } }), Prompting, RiskTier.Medium, "GDPR Art. 35", "decision on an impact assessment, with reasons (GDPR Art. 35(1))", "risk,privacy" },
        { "GDPR Art. 22", In("EU", Plain.Compliance(c => c with { AutomatedDecision = true, AffectsIndividuals = true })), Prompting, RiskTier.High, "GDPR Art. 22", "procedure for human intervention and objection (GDPR Art. 22(3))", "risk,legal,privacy" },
        { "GDPR Art. 22(4)", In("EU", Holding(DataCategory.Health).Compliance(c => c with { AutomatedDecision = true, AffectsIndividuals = true })), Prompting, RiskTier.High, "GDPR Art. 22(4)", "consent or law relied on, and the safeguards (GDPR Art. 22(4))", "risk,legal,privacy,security" },
        { "EU AI Act Art. 4", In("EU", Plain), Prompting, RiskTier.Low, "EU AI Act Art. 4", "statement of purpose, users and context (NIST AI RMF MAP 1.1)", "risk" },
        { "EU AI Act Art. 50(2)", In("EU", Plain with { Task = new() { Kinds = [TaskKind.Generation] } }), Prompting, RiskTier.Low, "EU AI Act Art. 50(2)", "provider's statement on marking (EU AI Act Art. 50(2))", "risk" },
        { "EU AI Act Art. 50(3)", In("EU", Plain.Compliance(c => c with { EuAiActArea = EuAiActArea.Biometrics })), Prompting, RiskTier.High, "EU AI Act Art. 50(3)", "notice given to the people exposed (EU AI Act Art. 50(3))", "legal,privacy,risk@2" },
        { "EU AI Act Art. 50(4)", In("EU", Plain.Compliance(c => c with { InteractsWithPublic = true }) with { Task = new() { Kinds = [TaskKind.Generation] } }), Prompting, RiskTier.Medium, "EU AI Act Art. 50(4)", "editorial responsibility, or the disclosure used (EU AI Act Art. 50(4))", "risk,legal-or-privacy" },
        { "EU AI Act Art. 27", In("EU", Sector(RegulatedSector.PublicSector).Compliance(c => c with { EuAiActArea = EuAiActArea.EssentialServices })), Prompting, RiskTier.High, "EU AI Act Art. 27(1)", "assessment of the impact on fundamental rights (EU AI Act Art. 27(1))", "legal,privacy,risk@2" },
        { "EU AI Act Art. 26(7)", In("EU", Sector(RegulatedSector.Employment).Compliance(c => c with { EuAiActArea = EuAiActArea.Employment })), Prompting, RiskTier.High, "EU AI Act Art. 26(7)", "information given to workers and their representatives (EU AI Act Art. 26(7))", "legal,privacy,risk@2" },
        { "EU AI Act Annex I", Plain.Compliance(c => c with { EuAiActArea = EuAiActArea.SafetyComponent }), Prompting, RiskTier.High, "EU AI Act Art. 6(1)", "file of the product's conformity assessment (EU AI Act Art. 43(3))", "risk,legal,security" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_gives_its_tier_duty_evidence_and_sign_offs(
        string rule, UseCaseFacts facts, StrategyKind strategy, RiskTier tier, string duty, string evidence, string signOffs)
    {
        var result = Classify(facts, strategy);

        result.Tier.ShouldBe(tier, rule);
        result.Duties.Select(d => d.Reference).ShouldContain(duty, rule);
        Evidence(result).ShouldContain(evidence, rule);
        string.Join(",", result.SignOffs.Select(s => s.Stage > 1 ? $"{s.Id}@{s.Stage}" : s.Id)).ShouldBe(signOffs, rule);
    }

    /// <summary>No rule of the pack lets one more place, sector or kind of data make a case less of a risk.</summary>
    [Fact]
    public void Stating_more_never_lowers_the_tier_nor_drops_an_obligation() =>
        Gen.Select(Some(Places), Some(Enum.GetValues<RegulatedSector>()), Some(Enum.GetValues<DataCategory>()), Gen.Int[0, 2], Gen.Int[0, 20]).Sample(
            (places, sectors, data, what, which) =>
            {
                var less = Stated(places, sectors, data);
                var more = what switch
                {
                    0 => Stated([.. places, Places[which % Places.Length]], sectors, data),
                    1 => Stated(places, [.. sectors, (RegulatedSector)(which % 8)], data),
                    _ => Stated(places, sectors, [.. data, (DataCategory)(which % 8)]),
                };
                var (before, after) = (Classify(less), Classify(more));

                return after.Tier >= before.Tier && !before.Duties.Except(after.Duties).Any();
            },
            iter: 300);

    /// <summary>The order in which a list is written is no fact.</summary>
    [Fact]
    public void The_order_of_lists_changes_nothing() =>
        Gen.Select(Gen.Shuffle(Places), Gen.Shuffle(Enum.GetValues<RegulatedSector>()), Gen.Shuffle(Enum.GetValues<DataCategory>())).Sample(
            (places, sectors, data) => Canonical.Hash(Classify(Stated(places, sectors, data)))
                == Canonical.Hash(Classify(Stated(Places, Enum.GetValues<RegulatedSector>(), Enum.GetValues<DataCategory>()))),
            iter: 50);

    [Fact]
    public void Every_sector_and_law_rule_asks_for_evidence() =>
        Known.Pack.Content.Rules.Where(r => r.SignOffs is not null).ShouldAllBe(r => r.Evidence != null && r.Evidence.Count > 0);

    [Fact]
    public void Every_rule_of_the_rulebook_from_C01_to_C10_stands_in_this_table() =>
        Enumerable.Range(1, 10).Select(n => $"C{n:00}").ShouldAllBe(id => Rules.Any(row => row.Data.Item1.StartsWith(id, StringComparison.Ordinal)));

    private const StrategyKind Prompting = StrategyKind.PromptEngineering;

    private static UseCaseFacts In(string jurisdiction, UseCaseFacts facts) => facts.Compliance(c => c with { Jurisdictions = [jurisdiction] });

    private static UseCaseFacts Sector(RegulatedSector sector) => Plain.Compliance(c => c with { RegulatedSectors = [sector] });

    private static UseCaseFacts Holding(DataCategory category) => Plain.Data(d => d with { Categories = [category] });

    private static UseCaseFacts Stated(string[] places, RegulatedSector[] sectors, DataCategory[] data) =>
        Plain.Data(d => d with { Categories = [.. data.Distinct()] }).Compliance(c => c with { Jurisdictions = [.. places.Distinct()], RegulatedSectors = [.. sectors.Distinct()] });

    private static Gen<T[]> Some<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]).Array[1, 3];

    private static IEnumerable<string> Evidence(ClassificationResult result) => result.Evidence.Select(e => $"{e.What} ({e.Citation})");

    private static ClassificationResult Classify(UseCaseFacts facts, StrategyKind strategy = Prompting) => Classification.Classify(
        facts,
        new(strategy, Retrieval: false, strategy is Prompting ? Tuning.None : Tuning.ParameterEfficient, Confidence: 0.9m),
        Known.Pack);
}
