using System.Net;
using System.Text.Json.Nodes;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Reviews;

public sealed class ReviewingTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    [Fact]
    public async Task A_recommendation_is_carried_to_an_approval_by_every_queue_it_needs()
    {
        var id = await compliance.Open();
        var opened = (await compliance.Announced<ReviewOpened>(id)).ShouldHaveSingleItem().Fact;
        opened.RequiredSignOffs.Select(s => s.Queue).ShouldBe([ReviewQueue.Risk, ReviewQueue.Legal]);

        (await compliance.Act(Rita, id, "claim")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rita, id, "approve", new ReviewInput(Conditions: ["Review every quarter."]))).Expect(HttpStatusCode.OK);
        (await compliance.Announced<UseCaseApproved>(id)).ShouldBeEmpty();
        var last = (await compliance.Act(Lara, id, "approve", new ReviewInput(Conditions: ["Log all output."]))).Expect(HttpStatusCode.OK);

        last.Read<ReviewView>().State.ShouldBe(ReviewState.Approved);
        var signOffs = await compliance.Announced<SignOffRecorded>(id);
        signOffs.Select(s => (s.Fact.Queue, s.Fact.ReviewedBy)).ShouldBe([(ReviewQueue.Risk, Rita.Subject), (ReviewQueue.Legal, Lara.Subject)]);
        signOffs.ShouldAllBe(s => s.Fact.FactsHash == MaterialFacts.Hash(RiskAndLegal, RecommendedStrategy.Of(Prompting), Known.Pack, s.Fact.Queue));
        var approved = (await compliance.Announced<UseCaseApproved>(id)).ShouldHaveSingleItem();
        approved.Fact.Conditions.ShouldBe(["Review every quarter.", "Log all output."]);
        (approved.Origin.Context.Actor, approved.Origin.Context.ActorRole).ShouldBe((Lara.Subject, Roles.LegalReviewer));
        approved.Origin.Context.CorrelationId.ShouldBe(signOffs[1].Origin.Context.CorrelationId);
        approved.Origin.Version.ShouldBe(signOffs[1].Origin.Version + 1);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task A_review_that_everything_happens_to_has_a_snapshot_equal_to_its_live_fold()
    {
        var id = await compliance.Open();

        (await compliance.Act(Rita, id, "claim")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rita, id, "release")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rolf, id, "approve")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "request-changes", new ReviewInput(Reason: "Say more."))).Expect(HttpStatusCode.OK);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);

        await compliance.Recommend(id, 2, RiskAndLegal with { Title = "Second" });
        (await compliance.Act(Lara, id, "reject", new ReviewInput(Reason: "No."))).Expect(HttpStatusCode.OK);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);

        (await compliance.EventsOf(id)).Select(e => e.GetType().Name)
            .ShouldBe([nameof(Opened), nameof(Claimed), nameof(Released), nameof(SignedOff), nameof(ChangesAsked), nameof(Opened), nameof(Rejected)]);
        (await compliance.Announced<ChangesRequested>(id)).ShouldHaveSingleItem().Fact.Reason.ShouldBe("Say more.");
        (await compliance.Announced<UseCaseRejected>(id)).ShouldHaveSingleItem().Fact.ReviewedBy.ShouldBe(Lara.Subject);
    }

    [Fact]
    public async Task Of_many_who_claim_at_once_exactly_one_wins()
    {
        var id = await compliance.Open();
        var reviewers = Enumerable.Range(0, 12).Select(i => new Person($"Reviewer {i}", [Roles.RiskReviewer], [])).ToList();

        var answers = await Task.WhenAll(reviewers.Select(r => compliance.Act(r, id, "claim")));

        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        answers.Where(a => a.Status != HttpStatusCode.OK).ShouldAllBe(a => a.Status == HttpStatusCode.Conflict);
        var winner = reviewers[answers.ToList().FindIndex(a => a.Status == HttpStatusCode.OK)];
        (await compliance.EventsOf(id)).OfType<Claimed>().ShouldHaveSingleItem().By.ShouldBe(winner.Subject);
        (await compliance.Read(id)).SignOffs[0].ClaimedBy.ShouldBe(winner.Subject);
    }

    [Fact]
    public async Task Of_two_reviewers_of_one_queue_who_approve_at_once_exactly_one_signs_off()
    {
        var id = await compliance.Open();

        var answers = await Task.WhenAll(compliance.Act(Rita, id, "approve"), compliance.Act(Rolf, id, "approve"));

        answers.Select(a => a.Status).ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict], ignoreOrder: true);
        (await compliance.EventsOf(id)).OfType<SignedOff>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Who_submitted_or_edited_a_case_does_not_rule_on_it()
    {
        var id = await compliance.Open("somebody", Rita.Subject);

        foreach (var action in (string[])["claim", "approve", "release"])
        {
            (await compliance.Act(Rita, id, action)).ExpectProblem(HttpStatusCode.Forbidden, "somebody else must review");
        }

        (await compliance.Act(Rita, id, "reject", new ReviewInput(Reason: "x"))).Expect(HttpStatusCode.Forbidden);
        (await compliance.EventsOf(id)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_person_does_not_sign_off_for_two_queues_not_even_at_once()
    {
        var id = await compliance.Open();
        var both = new Person("Both", [Roles.RiskReviewer, Roles.LegalReviewer], []);

        (await compliance.Act(both, id, "approve")).ExpectProblem(HttpStatusCode.BadRequest, "several queues", "queue");
        (await compliance.Act(both, id, "approve", new ReviewInput(ReviewQueue.Security))).Expect(HttpStatusCode.Forbidden);
        var answers = await Task.WhenAll(
            compliance.Act(both, id, "approve", new ReviewInput(ReviewQueue.Risk)),
            compliance.Act(both, id, "approve", new ReviewInput(ReviewQueue.Legal)));

        answers.Select(a => a.Status).ShouldBe([HttpStatusCode.OK, HttpStatusCode.Forbidden], ignoreOrder: true);
        (await compliance.Announced<UseCaseApproved>(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_reviewers_act_and_everybody_else_is_told_which_role_it_takes()
    {
        var id = await compliance.Open();

        (await compliance.Anonymous.Post($"/api/reviews/{id}/approve")).Expect(HttpStatusCode.Unauthorized);

        foreach (var role in (string[])[Roles.PortfolioManager, Roles.Auditor, Roles.Executive, Roles.Administrator, Roles.DecisionReader])
        {
            (await compliance.As(role, RiskAndLegal.BusinessUnit).Post($"/api/reviews/{id}/approve")).ExpectProblem(HttpStatusCode.Forbidden, "risk-reviewer");
        }

        (await compliance.Act(Pia, id, "approve")).ExpectProblem(HttpStatusCode.Conflict, "no privacy sign-off");
        (await compliance.Act(Rita, Guid.NewGuid(), "approve")).Expect(HttpStatusCode.NotFound);
        (await compliance.EventsOf(id)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_stale_state_is_refused_where_the_reviewer_names_one()
    {
        var id = await compliance.Open();
        var seen = (await compliance.As(Rita).Get($"/api/reviews/{id}")).ETag;
        (await compliance.Act(Lara, id, "claim", ifMatch: seen)).Expect(HttpStatusCode.OK);

        (await compliance.Act(Rita, id, "approve", ifMatch: seen)).Expect(HttpStatusCode.PreconditionFailed);

        var now = (await compliance.As(Rita).Get($"/api/reviews/{id}")).ETag;
        (await compliance.Act(Rita, id, "approve", ifMatch: now)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_action_repeated_under_its_key_gets_the_first_answer()
    {
        var id = await compliance.Open();
        var input = new ReviewInput(Reason: "Not like this.");
        var first = (await compliance.Act(Rita, id, "reject", input, key: "reject-1")).Expect(HttpStatusCode.OK);
        await compliance.Settled();
        var stored = await compliance.Footprint();

        var again = (await compliance.Act(Rita, id, "reject", input, key: "reject-1")).Expect(HttpStatusCode.OK);

        JsonNode.DeepEquals(again.Json, first.Json).ShouldBeTrue();
        again.ETag.ShouldBe(first.ETag);
        (await compliance.Act(Rita, id, "reject", new ReviewInput(Reason: "Other."), key: "reject-1")).Expect(HttpStatusCode.UnprocessableEntity);
        (await compliance.Footprint()).ShouldBe(stored);
    }
}
