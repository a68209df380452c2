using System.Globalization;
using System.Text.Json;
using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.DataReadiness.Tests.Checks;

public sealed class ReadinessEngineTests
{
    private static readonly Versioned<ReadinessPolicy> Policy =
        VersionedData.FromResources<ReadinessPolicy>(typeof(ReadinessEngine).Assembly, "Checks/Policies").Get("2026-11");

    [Theory]
    [InlineData("G14", 499, CheckOutcome.Failed, ReadinessVerdict.Blocked)]
    [InlineData("G14", 500, CheckOutcome.Warning, ReadinessVerdict.Conditional)]
    [InlineData("G14", 9_999, CheckOutcome.Warning, ReadinessVerdict.Conditional)]
    [InlineData("G14", 10_000, CheckOutcome.Passed, ReadinessVerdict.Ready)]
    public void The_number_of_examples_decides_what_may_be_tuned(
        string goldenCase, int examples, CheckOutcome outcome, ReadinessVerdict verdict)
    {
        var readiness = Assess(Flawless.LabelledExamples(examples));

        Check(readiness, "D01").Outcome.ShouldBe(outcome, goldenCase);
        readiness.Verdict.ShouldBe(verdict, goldenCase);
    }

    [Fact]
    public void Four_hundred_examples_block_tuning_and_the_message_says_what_to_do_G13()
    {
        var check = Check(Assess(Flawless.LabelledExamples(400)), "D01");

        check.Message.ShouldContain("400");
        check.Message.ShouldContain("prompting");
        check.Message.ShouldContain("500");
        check.Citations.ShouldBe(["S3", "S4"]);
    }

    public static TheoryData<string, Func<DataProfile, DataProfile>> Flaws => new()
    {
        { "D02", data => data with { LabelledExamples = 0 } },
        { "D03", data => data with { Clean = false } },
        { "D04", data => data with { DomainSpecific = false } },
        { "D05", data => data with { CanKeepFresh = false } },
        { "D06", data => data with { BiasReviewed = false } },
        { "D07", data => data with { CanValidateAtScale = false } },
        { "D08", data => data with { Proprietary = false } },
        { "D09", data => data with { ThirdPartyTrainingAllowed = false, SelfHostingAvailable = false } },
        { "D15", data => data with { EvaluationSet = false } },
    };

    [Theory]
    [MemberData(nameof(Flaws))]
    public void One_failing_gate_blocks_tuning(string id, Func<DataProfile, DataProfile> flaw)
    {
        var readiness = Assess(Flawless.Data(flaw));

        Check(readiness, id).Outcome.ShouldBe(CheckOutcome.Failed);
        Check(readiness, id).Message.ShouldContain("rompting");
        readiness.Verdict.ShouldBe(ReadinessVerdict.Blocked);
        readiness.Score.ShouldBeLessThan(Assess(Flawless).Score);
    }

    public static TheoryData<string, Func<UseCaseFacts, UseCaseFacts>> Silences => new()
    {
        { "D03", facts => facts.Data(d => d with { Clean = null }) },
        { "D04", facts => facts.Data(d => d with { DomainSpecific = null }) },
        { "D05", facts => facts.Data(d => d with { CanKeepFresh = null }) },
        { "D06", facts => facts.Data(d => d with { BiasReviewed = null }) },
        { "D07", facts => facts.Data(d => d with { CanValidateAtScale = null }) },
        { "D08", facts => facts.Data(d => d with { Proprietary = null }) },
        { "D09", facts => facts.Data(d => d with { ThirdPartyTrainingAllowed = null }) },
        { "D09", facts => facts.Data(d => d with { ThirdPartyTrainingAllowed = false, SelfHostingAvailable = null }) },
        { "D10", facts => facts.Data(d => d with { Categories = null }) },
        { "D11", facts => facts.Data(d => d with { Categories = null }) },
        { "D12", facts => facts.Data(d => d with { PromptExamples = null }) },
        { "D13", facts => facts with { KnowledgeFreshness = null } },
        { "D14", facts => facts.Data(d => d with { EvaluationSet = null }) },
        { "D15", facts => facts.Data(d => d with { EvaluationSet = null }) },
    };

    [Theory]
    [MemberData(nameof(Silences))]
    public void What_is_not_stated_is_unknown_and_never_failed(string id, Func<UseCaseFacts, UseCaseFacts> silence)
    {
        var readiness = Assess(silence(Flawless));

        Check(readiness, id).Outcome.ShouldBe(CheckOutcome.Unknown);
        readiness.Verdict.ShouldBe(ReadinessVerdict.Conditional);
    }

    [Fact]
    public void Flawless_data_is_ready_with_the_full_score()
    {
        var readiness = Assess(Flawless);

        readiness.Verdict.ShouldBe(ReadinessVerdict.Ready);
        readiness.Score.ShouldBe(100);
    }

    [Fact]
    public void Data_that_must_stay_in_the_house_may_be_tuned_on_in_the_house() =>
        Check(Assess(Facts.Example), "D09").Outcome.ShouldBe(CheckOutcome.Warning);

    [Theory]
    [InlineData(DataCategory.Personal)]
    [InlineData(DataCategory.Health)]
    [InlineData(DataCategory.Privileged)]
    public void Sensitive_content_asks_for_care_in_training_and_in_prompts(DataCategory category)
    {
        var readiness = Assess(Flawless.Data(d => d with { Categories = [category] }));

        Check(readiness, "D10").Outcome.ShouldBe(CheckOutcome.Warning);
        Check(readiness, "D11").Outcome.ShouldBe(CheckOutcome.Warning);
    }

    [Theory]
    [InlineData(23, CheckOutcome.Failed)]
    [InlineData(24, CheckOutcome.Passed)]
    public void Prompting_needs_a_few_dozen_examples_but_blocks_nothing(int examples, CheckOutcome outcome)
    {
        var readiness = Assess(Flawless.Data(d => d with { PromptExamples = examples }));

        Check(readiness, "D12").Outcome.ShouldBe(outcome);
        readiness.Verdict.ShouldNotBe(ReadinessVerdict.Blocked);
    }

    [Theory]
    [InlineData(KnowledgeFreshness.None, true, CheckOutcome.NotApplicable)]
    [InlineData(KnowledgeFreshness.Static, false, CheckOutcome.NotApplicable)]
    [InlineData(KnowledgeFreshness.Monthly, true, CheckOutcome.Passed)]
    [InlineData(KnowledgeFreshness.Daily, false, CheckOutcome.Failed)]
    [InlineData(KnowledgeFreshness.Realtime, null, CheckOutcome.Unknown)]
    public void Retrieval_needs_a_source_that_stays_current(KnowledgeFreshness freshness, bool? current, CheckOutcome outcome) =>
        Check(Assess(Flawless.Data(d => d with { CanKeepFresh = current }) with { KnowledgeFreshness = freshness }), "D13")
            .Outcome.ShouldBe(outcome);

    [Fact]
    public void Every_rule_of_the_rulebook_is_checked_in_order() =>
        Assess(Facts.Bare).Checks.Select(c => c.Id).ShouldBe(Enumerable.Range(1, 15).Select(n => $"D{n:00}"));

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void The_same_facts_give_the_same_bytes_everywhere_G29(string culture)
    {
        var expected = Canonical.Hash(Assess(Facts.Example));
        var before = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            var copy = JsonSerializer.Deserialize<UseCaseFacts>(JsonSerializer.Serialize(Facts.Example, Json.Options), Json.Options)!;

            Canonical.Hash(Assess(copy)).ShouldBe(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static UseCaseFacts Flawless { get; } =
        Facts.Example.Data(d => d with { Categories = [], ThirdPartyTrainingAllowed = true });

    private static Readiness Assess(UseCaseFacts facts) => ReadinessEngine.Assess(facts, Policy);

    private static ReadinessCheck Check(Readiness readiness, string id) => readiness.Checks.Single(c => c.Id == id);
}
