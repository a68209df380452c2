using Governance.Compliance.Calendars;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

/// <summary>What the clock does to a review, and in which order.</summary>
public sealed class DeadlineTests
{
    private static readonly Opened Opened = Known.OpenedForRiskOnly;
    private static readonly Requirement Required = Opened.Required.Single();

    private static readonly SignedOff SignOff = Known.SignedOff(ReviewQueue.Risk, "rita") with
    {
        Conditions = [new("c1", "Train the staff.", "otto", Known.Tuesday.AddDays(60), "A list of names.")],
    };

    private static readonly Approved Approved = new ApproveReview(Known.Acting(ReviewQueue.Risk, "rita"), [], _ => "hash")
        .Decide(Fold.Of<Review>(Opened)).OfType<Approved>().Single();

    private static DateTimeOffset DueAt => Required.DueAt;

    [Fact]
    public void Nothing_happens_before_the_first_deadline() =>
        Given(Opened).When(At(Required.Schedule[0].At.AddTicks(-1))).ThenNothing();

    [Fact]
    public void The_schedule_of_the_tier_is_kept_in_business_hours()
    {
        var rules = Known.Pack.Content.Escalations[Opened.Tier];
        var hours = TimeSpan.FromHours(Known.Pack.Content.DueHours[Opened.Tier][ReviewQueue.Risk]);

        Required.Schedule.Where(d => d.Kind is DeadlineKind.Remind).Select(d => d.At)
            .ShouldBe(rules.RemindAtPercent.Select(percent => ServiceCalendar.Default.DueAt(Known.Monday, hours * percent / 100)));
        Required.Schedule.Where(d => d.Kind is DeadlineKind.Escalate).Select(d => d.Role).ShouldBe(rules.Steps.Select(step => step.Role));
        Required.Schedule[^1].Then.ShouldBe(rules.OnNoAnswer.Then);
        Required.Schedule.Select(d => d.At).ShouldBeInOrder();
    }

    [Fact]
    public void Each_deadline_that_has_passed_is_met_once_and_in_order()
    {
        var last = Required.Schedule[^1].At;
        var events = Given(Opened).When(At(last)).Events;

        events.Select(e => e.GetType()).ShouldBe(Required.Schedule.Select(d => d.Kind switch
        {
            DeadlineKind.Remind => typeof(Reminded),
            DeadlineKind.Escalate => typeof(Escalated),
            _ => d.Then is Unanswered.StaysOpen ? typeof(LeftOpen) : d.Then is Unanswered.Rejects ? typeof(Rejected) : typeof(ChangesAsked),
        }));
        Given([Opened, .. events]).When(At(last.AddYears(1))).ThenNothing();
    }

    [Fact]
    public void An_escalation_frees_the_claim_that_led_to_no_answer_and_lets_the_called_queue_in()
    {
        var called = Opened with { Required = [Required with { Schedule = [new(DueAt, DeadlineKind.Escalate, ReviewQueue.Legal)] }] };
        var events = Given(called, Known.Claimed(ReviewQueue.Risk, "rudi") with { Until = DueAt.AddDays(1) }).When(At(DueAt)).Events;

        var escalated = events.ShouldHaveSingleItem().ShouldBeOfType<Escalated>();
        escalated.Queues.ShouldBe([ReviewQueue.Risk, ReviewQueue.Legal]);
        var review = Fold.Of<Review>([called, .. events]);
        review.Tasks.Single().Claims.ShouldBeEmpty();
        new ClaimReview(Known.Acting(ReviewQueue.Legal, "lara"), DueAt.AddDays(1)).Decide(review).ShouldHaveSingleItem()
            .ShouldBeOfType<Claimed>().RequirementId.ShouldBe("risk");
    }

    [Theory]
    [InlineData(Unanswered.StaysOpen, ReviewState.Open)]
    [InlineData(Unanswered.RequestsChanges, ReviewState.ChangesRequested)]
    [InlineData(Unanswered.Rejects, ReviewState.Rejected)]
    public void No_answer_does_what_policy_says_and_never_approves(Unanswered then, ReviewState state)
    {
        var opened = Opened with { Required = [Required with { Schedule = [new(DueAt, DeadlineKind.NoAnswer, Then: then)] }] };
        var events = Given(opened).When(At(DueAt)).Events;

        Fold.Of<Review>([opened, .. events]).State.ShouldBe(state);
        events.OfType<Approved>().ShouldBeEmpty();
    }

    [Fact]
    public void A_later_stage_waits_its_turn_and_its_deadlines_with_it()
    {
        var second = Required with { Id = "legal", AnyOf = [ReviewQueue.Legal], Stage = 2, Schedule = [new(Known.Tuesday, DeadlineKind.Remind)] };
        var staged = Opened with { Required = [Required with { Schedule = [] }, second] };

        Given(staged).When(At(Known.Tuesday)).ThenNothing();
        Given(staged).When(new ClaimReview(Known.Acting(ReviewQueue.Legal, "lara"), Known.Tuesday).Decide).ThenRefused(because: "waits for an earlier one: risk");
        Given(staged, Known.SignedOff(ReviewQueue.Risk, "rita")).When(At(Known.Tuesday)).Events.ShouldHaveSingleItem().ShouldBeOfType<Reminded>();
    }

    [Fact]
    public void A_quorum_takes_so_many_different_people()
    {
        var two = Opened with { Required = [Required with { Quorum = 2 }] };
        var first = Known.SignedOff(ReviewQueue.Risk, "rita");

        Given(two).When(Known.Approving(Known.Acting(ReviewQueue.Risk, "rita")).Decide).Events.ShouldHaveSingleItem().ShouldBeOfType<SignedOff>();
        Given(two, first).When(Known.Approving(Known.Acting(ReviewQueue.Risk, "rita")).Decide).ThenNothing();
        Given(two, first).When(new ClaimReview(Known.Acting(ReviewQueue.Risk, "rita"), Known.Tuesday).Decide).ThenRefused(because: "another person's");
        Given(two, first).When(Known.Approving(Known.Acting(ReviewQueue.Risk, "rudi")).Decide).Events.Select(e => e.GetType())
            .ShouldBe([typeof(SignedOff), typeof(Approved)]);
    }

    [Fact]
    public void A_condition_is_called_to_mind_suspends_when_it_is_due_and_resumes_when_it_is_met()
    {
        var due = SignOff.Conditions[0].DueAt!.Value;
        object[] approved = [Opened, SignOff, Approved];

        Given(approved).When(At(due.AddDays(-Known.Pack.Content.Handling.ConditionRemindDays))).Events.ShouldHaveSingleItem().ShouldBeOfType<ConditionDueSoon>();
        var events = Given(approved).When(At(due)).Events;
        events.Select(e => e.GetType()).ShouldBe([typeof(ConditionDueSoon), typeof(Suspended)]);
        object[] suspended = [.. approved, .. events];
        Fold.Of<Review>(suspended).Approval!.IsSuspended.ShouldBeTrue();

        object[] shown = [.. suspended, .. new GiveEvidence("c1", "mona", "Names: in the wiki.", due).Decide(Fold.Of<Review>(suspended))];
        Given(shown).When(new AcceptCondition(Known.Acting(ReviewQueue.Legal, "lara"), "c1").Decide).ThenRefused(because: "set by risk");
        Given(shown).When(new AcceptCondition(Known.Acting(ReviewQueue.Risk, "mona"), "c1").Decide).ThenRefused(because: "somebody else");
        var accepted = Given(shown).When(new AcceptCondition(Known.Acting(ReviewQueue.Risk, "rita"), "c1").Decide).Events;
        accepted.Select(e => e.GetType()).ShouldBe([typeof(ConditionAccepted), typeof(Resumed)]);
        Fold.Of<Review>([.. shown, .. accepted]).Approval!.IsSuspended.ShouldBeFalse();
    }

    [Fact]
    public void A_condition_met_in_time_suspends_nothing()
    {
        object[] met =
        [
            Opened, SignOff, Approved, new EvidenceGiven(1, "c1", "mona", "Names.", Known.Tuesday),
            new ConditionAccepted(1, "c1", ReviewQueue.Risk, "rita", null, null, Known.Tuesday),
        ];

        Given(met).When(At(SignOff.Conditions[0].DueAt!.Value)).ThenNothing();
    }

    [Fact]
    public void The_next_review_opens_ahead_of_the_expiry_while_the_approval_stands()
    {
        object[] approved = [Opened, SignOff with { Conditions = [] }, Approved];
        var events = Given(approved).When(At(Approved.Approval.ReviewAgainAt)).Events;

        events.Select(e => e.GetType()).ShouldBe([typeof(Opened), typeof(Voided)]);
        var renewing = Fold.Of<Review>([.. approved, .. events]);
        (renewing.State, renewing.Renewing).ShouldBe((ReviewState.Open, true));
        renewing.Approval!.ValidUntil.ShouldBe(Approved.Approval.ValidUntil);
        renewing.Waiting.ShouldHaveSingleItem().Id.ShouldBe("risk");
    }

    [Fact]
    public void An_approval_nobody_renews_expires_on_its_day()
    {
        object[] approved = [Opened, SignOff with { Conditions = [] }, Approved];
        var events = Given(approved).When(At(Approved.Approval.ValidUntil)).Events;

        events.ShouldContain(e => e is Expired);
        Fold.Of<Review>([.. approved, .. events]).Approval.ShouldBeNull();
    }

    private static Func<Review, IEnumerable<object>> At(DateTimeOffset now) => new MeetDeadlines(Known.Pack, ServiceCalendar.Default, now).Decide;

    private static Scenario<Review> Given(params object[] history) => new(history);
}
