using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

public sealed class RejectReviewDecisionTests
{
    private static readonly ReviewAction Rita = Known.Acting(ReviewQueue.Risk, "rita");

    [Fact]
    public void One_rejection_ends_the_review() =>
        Given(Known.Opened, Known.SignedOff(ReviewQueue.Legal, "lara"))
            .When(new RejectReview(Rita, "No business case.").Decide)
            .Then(new Rejected(1, ReviewQueue.Risk, "rita", null, null, "No business case.", Known.Tuesday));

    [Fact]
    public void A_request_for_changes_rests_the_review() =>
        Given(Known.Opened)
            .When(new RequestChanges(Rita, "Name the model.").Decide)
            .Then(new ChangesAsked(1, ReviewQueue.Risk, "rita", null, null, "Name the model.", Known.Tuesday));

    [Fact]
    public void A_new_revision_wakes_a_resting_review() =>
        Given(Known.Opened, new ChangesAsked(1, ReviewQueue.Risk, "rita", null, null, "Name the model.", Known.Monday), Known.Opened with { Revision = 2 })
            .When(new RejectReview(Rita, "Still none.").Decide)
            .Then(new Rejected(2, ReviewQueue.Risk, "rita", null, null, "Still none.", Known.Tuesday));

    private static Scenario<Review> Given(params object[] history) => new(history);
}
