using CsCheck;
using Governance.Compliance.Notifications;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Contracts.ReviewQueue;

namespace Governance.Compliance.Tests.Notifications;

public sealed class FollowedCaseTests
{
    private static readonly Guid Case = new("0193a5c8-1111-7000-8000-000000000001");
    private static readonly DateTimeOffset Due = new(2026, 11, 27, 16, 0, 0, TimeSpan.Zero);

    /// <summary>Legal or privacy and security first, two people of risk after them.</summary>
    private static readonly ReviewOpened Opened = Messages.ReviewOpened(Case) with
    {
        RequiredSignOffs =
        [
            new(Legal, "Why.", Due, "legal-or-privacy", [Legal, Privacy]),
            new(Security, "Why.", Due, "security", [Security]),
            new(Risk, "Why.", Due, "risk", [Risk], Quorum: 2, Stage: 2),
        ],
        Editors = ["mona"],
    };

    [Fact]
    public void The_queues_of_the_first_stage_are_told_and_nobody_who_edited_the_case()
    {
        var notices = After().Step(Opened, 1).Notices;

        notices.Select(n => (n.Kind, n.Facts.Requirement)).ShouldBe([(NoticeKind.SignOffNeeded, "legal-or-privacy"), (NoticeKind.SignOffNeeded, "security")]);
        notices[0].To.Roles.ShouldBe([Roles.LegalReviewer, Roles.PrivacyReviewer]);
        notices[0].To.Except.ShouldBe(["mona"]);
        notices[0].Facts.ShouldBe(new(Case, Messages.Number, 1, RiskTier.Medium, "legal-or-privacy", notices[0].Facts.Queues, Due));
    }

    [Fact]
    public void The_next_stage_is_told_when_the_first_is_complete_and_the_reasons_before_are_gone()
    {
        var (_, notices, gone) = After(Opened, Signed(Legal, "lara", "legal-or-privacy")).Step(Signed(Security, "sam", "security"), 3);

        notices.ShouldHaveSingleItem().To.Roles.ShouldBe([Roles.RiskReviewer]);
        gone.ShouldBe([$"{Case} security", $"{Case} security in time"]);
    }

    [Fact]
    public void A_quorum_keeps_asking_until_enough_have_taken_it_on()
    {
        var one = After(Opened, Signed(Legal, "lara", "legal-or-privacy"), Signed(Security, "sam", "security"), Claimed("risk", "rita"));

        one.Awaited().ShouldBe(["risk"]);
        one.Step(Claimed("risk", "rolf"), 9).Gone.ShouldBe([$"{Case} risk"]);
    }

    [Fact]
    public void A_claim_ends_the_asking_and_a_release_begins_it_again()
    {
        var claimed = After(Opened, Claimed("security", "sam"));

        claimed.Awaited().ShouldBe(["legal-or-privacy"]);
        claimed.Step(new ReviewReleased(Case, 1, "security", Security, "sam"), 9).Notices.ShouldHaveSingleItem().Facts.Requirement.ShouldBe("security");
    }

    [Fact]
    public void A_voided_sign_off_tells_its_reviewer_and_asks_the_queue_again()
    {
        var notices = After(Opened, Signed(Security, "sam", "security"))
            .Step(new SignOffVoided(Case, 2, "security", Security, "sam", ["model.base"]), 9).Notices;

        notices.Select(n => n.Kind).ShouldBe([NoticeKind.SignOffVoided, NoticeKind.SignOffNeeded]);
        notices[0].To.People.ShouldBe(["sam"]);
        notices[0].Facts.Because.ShouldBe(["model.base"]);
    }

    [Theory]
    [InlineData("approved")]
    [InlineData("rejected")]
    [InlineData("changes")]
    [InlineData("closed")]
    public void The_end_of_a_review_takes_back_what_was_asked(string how)
    {
        IUseCaseEvent end = how switch
        {
            "approved" => Messages.Approved(Case),
            "rejected" => Messages.Rejected(Case),
            "changes" => Messages.ChangesRequested(Case),
            _ => new ReviewClosed(Case, 1),
        };
        var (next, notices, gone) = After(Opened).Step(end, 9);

        gone.Take(2).ShouldBe([$"{Case} legal-or-privacy", $"{Case} security"]);
        gone.Skip(2).ShouldBe([$"{Case} legal-or-privacy in time", $"{Case} security in time", $"{Case} risk in time"]);
        next.Awaited().ShouldBeEmpty();
        notices.SelectMany(n => n.To.People).ShouldBe(how is "closed" ? [] : ["mona"]);
    }

    [Fact]
    public void A_reminder_goes_to_who_has_claimed_it_and_to_the_queue_otherwise()
    {
        var reminded = new ReviewReminded(Case, 1, Messages.Number, "security", [Security], Due, []);

        After(Opened).Step(reminded, 9).Notices.ShouldHaveSingleItem().To.Roles.ShouldBe([Roles.SecurityReviewer]);
        After(Opened, Claimed("security", "sam")).Step(reminded with { ClaimedBy = ["sam"] }, 9).Notices.ShouldHaveSingleItem().To.People.ShouldBe(["sam"]);
        After(Opened, Signed(Security, "sam", "security")).Step(reminded, 9).Notices.ShouldBeEmpty();
    }

    [Fact]
    public void A_reminder_is_gone_when_who_has_claimed_it_signs()
    {
        var reminded = After(Opened, Claimed("security", "sam")).Step(new ReviewReminded(Case, 1, Messages.Number, "security", [Security], Due, ["sam"]), 9);

        reminded.Next.Step(Signed(Security, "sam", "security"), 10).Gone.ShouldContain(reminded.Notices.ShouldHaveSingleItem().About);
    }

    [Fact]
    public void A_condition_reminds_its_owner_until_it_is_met()
    {
        var followed = After(Opened, Signed(Legal, "lara", "legal-or-privacy") with { Terms = [new("c1", "Mask names.", "otto", Due, null)] });

        var reminded = followed.Step(new ConditionReminded(Case, 1, Messages.Number, "c1", "otto", Due), 9).Notices.ShouldHaveSingleItem();
        reminded.To.People.ShouldBe(["otto"]);
        followed.Step(new ConditionEvidenceGiven(Case, 1, "c1", "otto", "See."), 9).Notices.ShouldHaveSingleItem().To.People.ShouldBe(["lara"]);
        followed.Step(new ConditionMet(Case, 1, "c1", "lara", null), 10).Gone.ShouldBe([reminded.About]);
    }

    [Fact]
    public void A_wish_for_changes_is_gone_with_the_next_revision()
    {
        var asked = After(Opened).Step(Messages.ChangesRequested(Case), 5);

        asked.Next.Step(Opened with { Revision = 2 }, 6).Gone.ShouldContain(asked.Notices.ShouldHaveSingleItem().About);
    }

    [Fact]
    public void A_verdict_that_overtakes_the_opening_is_told_once_it_is_known_whom()
    {
        var early = After().Step(Messages.Rejected(Case), 2);
        early.Notices.SelectMany(n => n.To.People).ShouldBeEmpty();

        var late = early.Next.Step(Opened, 1);

        late.Notices.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            n => n.Kind.ShouldBe(NoticeKind.Rejected), n => n.To.People.ShouldBe(["mona"]), n => n.Facts.Number.ShouldBe(Messages.Number));
        late.Next.Waiting.ShouldBeEmpty();
        late.Next.Awaited().ShouldBeEmpty();
    }

    /// <summary>The bus keeps no order: whatever order facts arrive in, in the end the same sign-offs are awaited.</summary>
    [Fact]
    public void Facts_that_overtake_each_other_lead_to_the_same_end()
    {
        (IUseCaseEvent Fact, long Version)[] facts =
        [
            (Opened, 1), (Claimed("security", "sam"), 2), (Signed(Security, "sam", "security"), 3), (Signed(Legal, "lara", "legal-or-privacy"), 4),
            (Messages.ChangesRequested(Case), 5), (Opened with { Revision = 2 }, 6), (new SignOffVoided(Case, 2, "security", Security, "sam", ["model.base"]), 7),
            (new ReviewReleased(Case, 2, "security", Security, "sam"), 8), (Claimed("risk", "rita"), 9),
        ];
        var expected = facts.Aggregate(new FollowedCase(), (followed, f) => followed.Step(f.Fact, f.Version).Next).Awaited();
        expected.ShouldBe(["security"]);

        Gen.Shuffle(facts).Sample(shuffled =>
            shuffled.Aggregate(new FollowedCase(), (followed, f) => followed.Step(f.Fact, f.Version).Next).Awaited().SequenceEqual(expected));
    }

    /// <summary>In the order given, from version 1 on.</summary>
    private static FollowedCase After(params IUseCaseEvent[] facts) =>
        facts.Select((fact, i) => (Fact: fact, Version: i + 1L)).Aggregate(new FollowedCase(), (followed, f) => followed.Step(f.Fact, f.Version).Next);

    private static SignOffRecorded Signed(ReviewQueue queue, string by, string requirement) =>
        new(Case, 1, queue, by, [], new('e', 64), requirement);

    private static ReviewClaimed Claimed(string requirement, string by) => new(Case, 1, requirement, Risk, by, null, Due);
}
