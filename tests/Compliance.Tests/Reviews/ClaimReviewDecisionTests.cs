using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

public sealed class ClaimReviewDecisionTests
{
    private static readonly ReviewAction Rita = Known.Acting(ReviewQueue.Risk, "rita");
    private static readonly Claimed ByRita = Known.Claimed(ReviewQueue.Risk, "rita");
    private static readonly DateTimeOffset Until = Known.Tuesday.AddHours(8);

    [Fact]
    public void A_free_queue_can_be_claimed() => Given(Known.Opened).When(new ClaimReview(Rita, Until).Decide).Then(ByRita);

    [Fact]
    public void Claiming_again_changes_nothing() => Given(Known.Opened, ByRita).When(new ClaimReview(Rita, Until).Decide).ThenNothing();

    [Fact]
    public void Queues_are_claimed_apart() =>
        Given(Known.Opened, Known.Claimed(ReviewQueue.Legal, "lara")).When(new ClaimReview(Rita, Until).Decide).Then(ByRita);

    [Fact]
    public void A_queue_that_has_signed_off_needs_no_claim() =>
        Given(Known.Opened, Known.SignedOff(ReviewQueue.Risk, "rita"))
            .When(new ClaimReview(Rita, Until).Decide)
            .ThenRefused<RuleViolationException>(because: "signed off for this queue already");

    [Fact]
    public void A_claim_can_be_given_back() =>
        Given(Known.Opened, ByRita).When(new ReleaseReview(Rita).Decide).Then(new Released(1, "risk", ReviewQueue.Risk, "rita", Known.Tuesday));

    [Fact]
    public void Releasing_what_is_free_changes_nothing() => Given(Known.Opened).When(new ReleaseReview(Rita).Decide).ThenNothing();

    [Fact]
    public void What_was_released_is_free_for_a_colleague() =>
        Given(Known.Opened, ByRita with { By = "rudi" }, new Released(1, "risk", ReviewQueue.Risk, "rudi", Known.Tuesday))
            .When(new ClaimReview(Rita, Until).Decide)
            .Then(ByRita);

    [Fact]
    public void A_new_revision_frees_all_claims() =>
        Given(Known.Opened, ByRita with { By = "rudi" }, Known.Opened with { Revision = 2 })
            .When(new ClaimReview(Rita, Until).Decide)
            .Then(ByRita with { Revision = 2 });

    [Fact]
    public void A_claim_whose_lease_has_ended_stands_in_nobodys_way() =>
        Given(Known.Opened, Known.Claimed(ReviewQueue.Risk, "rudi") with { Until = Known.Tuesday })
            .When(new ClaimReview(Rita, Until).Decide)
            .Then(ByRita);

    [Fact]
    public void Claiming_again_later_extends_the_lease() =>
        Given(Known.Opened, ByRita).When(new ClaimReview(Rita, Until.AddHours(1)).Decide).Then(ByRita with { Until = Until.AddHours(1) });

    private static Scenario<Review> Given(params object[] history) => new(history);
}
