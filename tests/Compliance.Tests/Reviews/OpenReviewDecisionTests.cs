using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

public sealed class OpenReviewDecisionTests
{
    private static readonly UseCaseFacts Reworded = Known.AllQueues with { Summary = "The same in other words." };
    private static readonly UseCaseFacts OtherData = Known.AllQueues.Data(d => d with { Categories = [DataCategory.Personal] });

    private static readonly SignedOff[] AllSignOffs =
    [
        Known.SignedOff(ReviewQueue.Risk, "rita", "Cap the spend."),
        Known.SignedOff(ReviewQueue.Legal, "lara"),
        Known.SignedOff(ReviewQueue.Privacy, "petra"),
        Known.SignedOff(ReviewQueue.Security, "sam"),
    ];

    private static readonly Approved Approval = Known.Approved("Cap the spend.");

    [Fact]
    public void A_recommendation_opens_the_review_with_the_sign_offs_and_due_times_of_the_pack()
    {
        var opened = Given().When(Known.Open().Decide).Events.ShouldHaveSingleItem().ShouldBeOfType<Opened>();

        opened.Required.Select(r => r.AnyOf.ShouldHaveSingleItem())
            .ShouldBe([ReviewQueue.Risk, ReviewQueue.Legal, ReviewQueue.Privacy, ReviewQueue.Security]);
        opened.Required.ShouldAllBe(r => r.DueAt > Known.Monday && r.Reason.Length > 0);
        opened.Editors.ShouldBe(["mona"]);
        opened.FactsHash.ShouldBe(MaterialFacts.Hash(Known.AllQueues, RecommendedStrategy.Of(Known.Assessment), Known.Pack));
        opened.Basis.PolicyHash.ShouldBe(Known.Pack.Hash);
        opened.At.ShouldBe(Known.Monday);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_revision_that_is_known_or_overtaken_changes_nothing(int revision) =>
        Given(Known.Opened, Known.Opened with { Revision = 2 }).When(Known.Open(revision: revision).Decide).ThenNothing();

    [Fact]
    public void A_prohibited_practice_is_rejected_before_any_queue()
    {
        var prohibited = Known.AllQueues.Compliance(c => c with { EuAiActArea = EuAiActArea.ProhibitedPractice });
        var events = Given().When(Known.Open(prohibited).Decide).Events;

        events[0].ShouldBeOfType<Opened>().Required.ShouldBeEmpty();
        var rejected = events[1].ShouldBeOfType<Rejected>();
        rejected.Queue.ShouldBeNull();
        rejected.By.ShouldBeNull();
        rejected.Reason.ShouldContain("Art. 5");
        events.Count.ShouldBe(2);
    }

    [Fact]
    public void A_case_that_turns_into_a_prohibited_practice_is_not_saved_by_its_sign_offs() =>
        Given([Known.Opened, .. AllSignOffs])
            .When(Known.Open(Known.AllQueues.Compliance(c => c with { EuAiActArea = EuAiActArea.ProhibitedPractice }), revision: 2).Decide)
            .Events[^1].ShouldBeOfType<Rejected>();

    [Fact]
    public void A_revision_that_changes_no_material_fact_keeps_the_sign_offs_and_is_approved_when_none_is_missing()
    {
        var events = Given([Known.Opened, .. AllSignOffs, Approval]).When(Known.Open(Reworded, revision: 2).Decide).Events;

        events[0].ShouldBeOfType<Opened>().Revision.ShouldBe(2);
        var approved = events[1].ShouldBeOfType<Approved>();
        approved.Approval.Revision.ShouldBe(2);
        approved.Conditions.ShouldBe(["Cap the spend."]);
    }

    [Fact]
    public void A_revision_that_changes_a_material_fact_of_every_queue_voids_every_sign_off()
    {
        var events = Given([Known.Opened, .. AllSignOffs, Approval]).When(Known.Open(OtherData, revision: 2).Decide).Events;

        events[0].ShouldBeOfType<Opened>();
        var voided = events.Skip(1).Select(e => e.ShouldBeOfType<Voided>()).ToList();
        voided.Select(v => v.Queue).ShouldBe(AllSignOffs.Select(s => s.Queue));
        voided.ShouldAllBe(v => v.Because.Single() == "data.categories");
    }

    [Fact]
    public void A_material_change_voids_exactly_the_sign_offs_that_depend_on_it()
    {
        var evaluated = Known.AllQueues.Data(d => d with { EvaluationSet = !(d.EvaluationSet ?? false) });
        var events = Given([Known.Opened, .. AllSignOffs, Approval]).When(Known.Open(evaluated, revision: 2).Decide).Events;

        var voided = events.OfType<Voided>().ShouldHaveSingleItem();
        (voided.Queue, voided.By, voided.Because.Single()).ShouldBe((ReviewQueue.Risk, "rita", "data.evaluationSet"));
        events.OfType<Approved>().ShouldBeEmpty();
        Fold.Of<Review>([Known.Opened, .. AllSignOffs, Approval, .. events]).Waiting.ShouldHaveSingleItem().Id.ShouldBe("risk");
    }

    [Fact]
    public void A_revision_that_changes_nothing_material_says_what_it_changed_and_does_not_prolong_the_approval()
    {
        var events = Given([Known.Opened, .. AllSignOffs, Approval]).When(Known.Open(Reworded, revision: 2).Decide).Events;

        events[0].ShouldBeOfType<Opened>().Changes!.Immaterial.ShouldBe(["summary"]);
        events[1].ShouldBeOfType<Approved>().Approval.ValidUntil.ShouldBe(Approval.Approval.ValidUntil);
    }

    [Fact]
    public void A_missing_sign_off_stays_missing_in_the_next_revision() =>
        Given([Known.Opened, .. AllSignOffs[1..]])
            .When(Known.Open(Reworded, revision: 2).Decide)
            .Events.ShouldHaveSingleItem().ShouldBeOfType<Opened>();

    [Fact]
    public void A_sign_off_of_somebody_who_edits_the_case_later_is_void() =>
        Given([Known.Opened, .. AllSignOffs, Approval])
            .When(Known.Open(Reworded, revision: 2, editors: ["mona", "rita"]).Decide)
            .Events.Skip(1).ShouldHaveSingleItem().ShouldBeOfType<Voided>().By.ShouldBe("rita");

    [Fact]
    public void A_queue_that_is_needed_no_longer_loses_its_sign_off()
    {
        var events = Given([Known.Opened, .. AllSignOffs]).When(Known.Open(
            Known.RiskOnly, revision: 2, assessment: Known.Assessment with { Recommendation = StrategyKind.PromptEngineering }).Decide).Events;

        events.OfType<Voided>().Single(v => v.Queue is ReviewQueue.Security).Because.ShouldBe(["no longer required"]);
    }

    [Fact]
    public void A_rejection_may_be_followed_by_a_newer_revision_that_is_reviewed_afresh() =>
        Given(Known.Opened, Known.Endings[2]).When(Known.Open(OtherData, revision: 2).Decide)
            .Events.ShouldHaveSingleItem().ShouldBeOfType<Opened>();

    [Fact]
    public void A_withdrawal_closes_the_review() =>
        Given(Known.Opened).When(new CloseReview(1, Known.Tuesday).Decide).Then(new Closed(1, Known.Tuesday));

    [Fact]
    public void A_withdrawal_also_closes_what_rests_or_was_approved()
    {
        Given(Known.Opened, Known.Endings[0]).When(new CloseReview(1, Known.Tuesday).Decide).Then(new Closed(1, Known.Tuesday));
        Given(Known.Opened, Known.Endings[1]).When(new CloseReview(1, Known.Tuesday).Decide).Then(new Closed(1, Known.Tuesday));
    }

    [Fact]
    public void Closing_what_is_withdrawn_or_rejected_changes_nothing()
    {
        Given(Known.Opened, Known.Endings[2]).When(new CloseReview(1, Known.Tuesday).Decide).ThenNothing();
        Given(Known.Opened, Known.Endings[3]).When(new CloseReview(1, Known.Tuesday).Decide).ThenNothing();
    }

    [Fact]
    public void The_withdrawal_of_an_older_revision_closes_nothing() =>
        Given(Known.Opened, Known.Opened with { Revision = 2 }).When(new CloseReview(1, Known.Tuesday).Decide).ThenNothing();

    [Fact]
    public void A_withdrawal_that_overtakes_the_recommendation_keeps_the_review_from_opening() =>
        Given(new Closed(2, Known.Monday)).When(Known.Open(revision: 2).Decide).ThenNothing();

    private static Scenario<Review> Given(params object[] history) => new(history);
}
