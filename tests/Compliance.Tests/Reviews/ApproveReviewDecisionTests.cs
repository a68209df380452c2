using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

public sealed class ApproveReviewDecisionTests
{
    private static readonly ApproveReview ByRita = new(Known.Acting(ReviewQueue.Risk, "rita"), ["Cap the spend."]);
    private static readonly SignedOff RitasSignOff = Known.SignedOff(ReviewQueue.Risk, "rita", "Cap the spend.");

    private static readonly SignedOff[] TheOthers =
    [
        Known.SignedOff(ReviewQueue.Legal, "lara", "Inform the works council."),
        Known.SignedOff(ReviewQueue.Privacy, "petra"),
        Known.SignedOff(ReviewQueue.Security, "sam", "Pin the model."),
    ];

    [Fact]
    public void A_sign_off_is_bound_to_the_facts_it_is_given_on() => Given(Known.Opened).When(ByRita.Decide).Then(RitasSignOff);

    [Fact]
    public void The_last_sign_off_approves_the_case_with_the_conditions_of_all() =>
        Given([Known.Opened, .. TheOthers]).When(ByRita.Decide).Then(
            RitasSignOff,
            new Approved(
                1,
                StrategyKind.FineTuning,
                "gpt-4.1-mini",
                ["Cap the spend.", "Inform the works council.", "Pin the model."],
                Known.Opened.FactsHash,
                Known.Tuesday.AddDays(Known.Opened.ApprovalValidDays)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_is_approved_while_one_sign_off_is_missing(int missing) =>
        Given([Known.Opened, .. TheOthers.Where((_, i) => i != missing)]).When(ByRita.Decide).Then(RitasSignOff);

    [Fact]
    public void Where_one_queue_is_enough_one_sign_off_approves() =>
        Given(Known.OpenedForRiskOnly).When(ByRita.Decide).Then(
            RitasSignOff with { FactsHash = Known.OpenedForRiskOnly.FactsHash },
            new Approved(
                1, StrategyKind.PromptEngineering, null, ["Cap the spend."], Known.OpenedForRiskOnly.FactsHash,
                Known.Tuesday.AddDays(Known.OpenedForRiskOnly.ApprovalValidDays)));

    [Fact]
    public void An_own_claim_does_not_stand_in_the_way() =>
        Given(Known.Opened, new Claimed(ReviewQueue.Risk, "rita", Known.Monday)).When(ByRita.Decide).Then(RitasSignOff);

    [Fact]
    public void Signing_off_twice_changes_nothing() => Given(Known.Opened, RitasSignOff).When(ByRita.Decide).ThenNothing();

    [Fact]
    public void Repeating_the_last_sign_off_after_the_approval_changes_nothing() =>
        Given([Known.Opened, .. TheOthers, RitasSignOff, Known.Endings[1]]).When(ByRita.Decide).ThenNothing();

    [Fact]
    public void Other_conditions_cannot_be_slipped_in_after_the_sign_off() =>
        Given(Known.Opened, RitasSignOff)
            .When((ByRita with { Conditions = ["None at all."] }).Decide)
            .ThenRefused<RuleViolationException>(because: "other conditions");

    [Fact]
    public void A_colleagues_sign_off_for_the_same_queue_is_enough() =>
        Given(Known.Opened, RitasSignOff with { By = "rudi" })
            .When(ByRita.Decide)
            .ThenRefused<RuleViolationException>(because: "colleague has signed off");

    [Fact]
    public void A_sign_off_counts_for_no_facts_but_its_own() =>
        Given([Known.Opened, .. TheOthers, Known.Opened with { Revision = 2, FactsHash = "other facts" }])
            .When(ByRita.Decide)
            .Then(RitasSignOff with { Revision = 2, FactsHash = "other facts" });

    private static Scenario<Review> Given(params object[] history) => new(history);
}
