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
        gone.ShouldBe([$"{Case} security"]);
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

        gone.ShouldBe([$"{Case} legal-or-privacy", $"{Case} security"]);
        next.Awaited().ShouldBeEmpty();
        notices.SelectMany(n => n.To.People).ShouldBe(how is "closed" ? [] : ["mona"]);
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
            (Opened, 1), (Signed(Security, "sam", "security"), 3), (Messages.ChangesRequested(Case), 5), (Opened with { Revision = 2 }, 6),
        ];
        var expected = facts.Aggregate(new FollowedCase(), (followed, f) => followed.Step(f.Fact, f.Version).Next).Awaited();
        expected.ShouldBe(["legal-or-privacy"]);

        Gen.Shuffle(facts).Sample(shuffled =>
            shuffled.Aggregate(new FollowedCase(), (followed, f) => followed.Step(f.Fact, f.Version).Next).Awaited().SequenceEqual(expected));
    }

    /// <summary>In the order given, from version 1 on.</summary>
    private static FollowedCase After(params IUseCaseEvent[] facts) =>
        facts.Select((fact, i) => (Fact: fact, Version: i + 1L)).Aggregate(new FollowedCase(), (followed, f) => followed.Step(f.Fact, f.Version).Next);

    private static SignOffRecorded Signed(ReviewQueue queue, string by, string requirement) =>
        new(Case, 1, queue, by, [], new('e', 64), requirement);
}
