using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

public sealed class ApproveReviewDecisionTests
{
    private static readonly ApproveReview ByRita = Known.Approving(Known.Acting(ReviewQueue.Risk, "rita"), new ConditionInput("Cap the spend."));
    private static readonly SignedOff RitasSignOff = ByRitaAs("c1");

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
            ByRitaAs("c3"), Known.Approved("Cap the spend.", "Inform the works council.", "Pin the model."));

    [Fact]
    public void An_approval_allows_what_was_recommended_within_the_volume_band_and_until_the_tier_says()
    {
        var approval = Given([Known.Opened, .. TheOthers]).When(ByRita.Decide).Events[^1].ShouldBeOfType<Approved>().Approval;

        approval.Terms.Strategy.ShouldBe(StrategyKind.FineTuning);
        approval.Terms.Model.ShouldBe("gpt-4.1-mini");
        approval.Terms.DataCategories.ShouldBe(Known.AllQueues.Data.Categories);
        approval.Terms.VolumeBelow.ShouldBe(Known.Pack.Content.Material.Single(f => f.Path == "volume.requestsPerMonth").Bands!
            .Where(band => band > Known.AllQueues.Volume.RequestsPerMonth).Select(band => (decimal?)band).Min());
        approval.ValidUntil.ShouldBe(Known.Tuesday.AddDays(Known.Pack.Content.ApprovalValidDays[Known.Opened.Tier]));
        approval.ReviewAgainAt.ShouldBe(approval.ValidUntil.AddDays(-Known.Pack.Content.ReviewAgainDays[Known.Opened.Tier]));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_condition_that_is_overdue_when_the_last_sign_off_comes_suspends_the_approval_at_once(int dueInMinutes, bool suspends)
    {
        var early = TheOthers[0] with { Conditions = [new("c9", "Train the staff.", null, Known.Tuesday.AddMinutes(dueInMinutes), null)] };

        Given([Known.Opened, early, .. TheOthers[1..]]).When(ByRita.Decide).Events[^1].ShouldBeOfType<Approved>().Approval.SuspendedFor
            .ShouldBe(suspends ? ["c9"] : []);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_is_approved_while_one_sign_off_is_missing(int missing) =>
        Given([Known.Opened, .. TheOthers.Where((_, i) => i != missing)]).When(ByRita.Decide).Events.ShouldHaveSingleItem().ShouldBeOfType<SignedOff>();

    [Fact]
    public void Where_one_queue_is_enough_one_sign_off_approves() =>
        Given(Known.OpenedForRiskOnly).When(ByRita.Decide).Events.Select(e => e.GetType())
            .ShouldBe([typeof(SignedOff), typeof(Approved)]);

    [Fact]
    public void An_own_claim_does_not_stand_in_the_way() =>
        Given(Known.Opened, Known.Claimed(ReviewQueue.Risk, "rita")).When(ByRita.Decide).Then(RitasSignOff);

    [Fact]
    public void Signing_off_twice_changes_nothing() => Given(Known.Opened, RitasSignOff).When(ByRita.Decide).ThenNothing();

    [Fact]
    public void Repeating_the_last_sign_off_after_the_approval_changes_nothing() =>
        Given([Known.Opened, .. TheOthers, RitasSignOff, Known.Endings[1]]).When(ByRita.Decide).ThenNothing();

    [Fact]
    public void Other_conditions_cannot_be_slipped_in_after_the_sign_off() =>
        Given(Known.Opened, RitasSignOff)
            .When((ByRita with { Conditions = [new("None at all.")] }).Decide)
            .ThenRefused<RuleViolationException>(because: "other conditions");

    [Fact]
    public void A_colleagues_sign_off_for_the_same_queue_is_enough() =>
        Given(Known.Opened, RitasSignOff with { By = "rudi" })
            .When(ByRita.Decide)
            .ThenRefused<RuleViolationException>(because: "colleague has signed off");

    [Fact]
    public void A_condition_that_was_due_before_it_was_set_is_refused() =>
        Should.Throw<InvalidRequestException>(() => Given(Known.Opened)
            .When((ByRita with { Conditions = [new("Train people.", DueAt: Known.Tuesday)] }).Decide)).Errors[0].Field.ShouldBe("terms[0].dueAt");

    private static SignedOff ByRitaAs(string condition) => Known.SignedOff(ReviewQueue.Risk, "rita") with
    {
        Conditions = [new(condition, "Cap the spend.", null, null, null)],
    };

    private static Scenario<Review> Given(params object[] history) => new(history);
}
