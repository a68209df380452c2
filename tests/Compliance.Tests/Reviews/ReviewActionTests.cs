using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

/// <summary>What holds for whatever a reviewer does: claim, release, approve, reject, request changes.</summary>
public sealed class ReviewActionTests
{
    public static TheoryData<string> Actions => [.. Decisions.Keys];

    public static TheoryData<string, int> ActionsOnWhatIsOver =>
        [.. from action in Decisions.Keys from ending in Enumerable.Range(0, Known.Endings.Length) select (action, ending)];

    private static readonly Dictionary<string, Func<ReviewAction, Func<Review, IEnumerable<object>>>> Decisions = new()
    {
        ["claim"] = action => new ClaimReview(action, Known.Tuesday.AddHours(8)).Decide,
        ["release"] = action => new ReleaseReview(action).Decide,
        ["approve"] = action => Known.Approving(action).Decide,
        ["reject"] = action => new RejectReview(action, "No.").Decide,
        ["request-changes"] = action => new RequestChanges(action, "Say more.").Decide,
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public void A_review_that_does_not_exist_is_not_there(string action) =>
        Given().When(Act(action, "rita")).ThenRefused<NotFoundException>(because: "no such review");

    [Theory]
    [MemberData(nameof(Actions))]
    public void A_review_that_was_closed_before_it_opened_is_not_there(string action) =>
        Given(new Closed(1, Known.Monday)).When(Act(action, "rita")).ThenRefused<NotFoundException>(because: "no such review");

    [Theory]
    [MemberData(nameof(Actions))]
    public void Nobody_rules_on_a_case_they_submitted_or_edited(string action) =>
        Given(Known.Opened with { Editors = ["mona", "rita"] })
            .When(Act(action, "rita"))
            .ThenRefused<NotAllowedException>(because: "somebody else must review");

    [Theory]
    [MemberData(nameof(ActionsOnWhatIsOver))]
    public void What_is_over_or_rests_cannot_be_decided(string action, int ending) =>
        Given(Known.Opened, Known.Endings[ending])
            .When(Act(action, "rita"))
            .ThenRefused<RuleViolationException>(because: "nothing left to decide");

    [Theory]
    [MemberData(nameof(Actions))]
    public void A_queue_the_case_does_not_need_has_no_say(string action) =>
        Given(Known.OpenedForRiskOnly)
            .When(Decisions[action](Known.Acting(ReviewQueue.Security, "sam")))
            .ThenRefused<RuleViolationException>(because: "needs no security sign-off");

    [Theory]
    [MemberData(nameof(Actions))]
    public void Nobody_acts_for_a_second_queue_after_signing_off_for_the_first(string action) =>
        Given(Known.Opened, Known.SignedOff(ReviewQueue.Legal, "rita"))
            .When(Act(action, "rita"))
            .ThenRefused<NotAllowedException>(because: "you signed this case off for legal");

    [Theory]
    [MemberData(nameof(Actions))]
    public void Nobody_acts_on_what_a_colleague_has_claimed(string action) =>
        Given(Known.Opened, Known.Claimed(ReviewQueue.Risk, "rudi"))
            .When(Act(action, "rita"))
            .ThenRefused<RuleViolationException>(because: "colleague has claimed");

    [Theory]
    [MemberData(nameof(Actions))]
    public void An_action_based_on_another_state_is_stale(string action) =>
        Given(Known.Opened)
            .When(Decisions[action](Known.Acting(ReviewQueue.Risk, "rita", ifMatch: "\"r0-0-0-0\"")))
            .ThenRefused<StaleException>(because: Fold.Of<Review>(Known.Opened).ETag);

    [Fact]
    public void Every_step_of_a_review_gives_it_another_tag()
    {
        object[] steps =
        [
            Known.Opened, Known.Claimed(ReviewQueue.Risk, "rita"), Known.SignedOff(ReviewQueue.Risk, "rita"),
            Known.SignedOff(ReviewQueue.Legal, "lara"), Known.Endings[0],
        ];

        Enumerable.Range(1, steps.Length).Select(n => Fold.Of<Review>(steps.Take(n)).ETag).ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void A_claim_that_changed_hands_makes_what_was_read_before_stale(string action)
    {
        object[] read = [Known.Opened, Known.Claimed(ReviewQueue.Legal, "lara", Known.Monday)];
        object[] now = [.. read, new Released(1, "legal", ReviewQueue.Legal, "lara", Known.Tuesday), Known.Claimed(ReviewQueue.Legal, "ludo")];

        Given(now)
            .When(Decisions[action](Known.Acting(ReviewQueue.Risk, "rita", Fold.Of<Review>(read).ETag)))
            .ThenRefused<StaleException>(because: "has changed");
    }

    private static Func<Review, IEnumerable<object>> Act(string action, string by) =>
        Decisions[action](Known.Acting(ReviewQueue.Risk, by));

    private static Scenario<Review> Given(params object[] history) => new(history);
}
