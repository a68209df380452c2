using System.Net;
using System.Text.Json.Nodes;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Reviews;

public sealed class OpeningTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task The_announcement_names_the_service_and_the_recommendation_that_caused_it()
    {
        var correlation = Guid.CreateVersion7();
        var cause = await compliance.Publish(Messages.Recommended(id), new(Correlation: correlation));

        var opened = (await compliance.Announced<ReviewOpened>(id)).ShouldHaveSingleItem();

        (opened.Origin.Context.Actor, opened.Origin.Context.ActorRole).ShouldBe(("service:compliance", "service"));
        (opened.Origin.Context.CorrelationId, opened.Origin.Context.CausationId).ShouldBe((correlation, cause.MessageId));
        opened.Fact.RequiredSignOffs.ShouldAllBe(s => s.DueAt > Origin.Moment);
    }

    [Fact]
    public async Task A_prohibited_practice_is_rejected_and_no_queue_ever_sees_it()
    {
        await compliance.Recommend(id, 1, RiskAndLegal with { Compliance = RiskAndLegal.Compliance with { EuAiActArea = EuAiActArea.ProhibitedPractice } });

        var rejected = (await compliance.Announced<UseCaseRejected>(id)).ShouldHaveSingleItem().Fact;
        (rejected.Queue, rejected.ReviewedBy).ShouldBe((null, null));
        rejected.Reason.ShouldContain("Art. 5");
        (await compliance.Read(id)).State.ShouldBe(ReviewState.Rejected);
        (await compliance.As(Rita).Get("/api/reviews?pageSize=200")).Body.ShouldNotContain(id.ToString());
        (await compliance.Act(Rita, id, "approve")).Expect(HttpStatusCode.Conflict);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task An_immaterial_revision_keeps_the_sign_offs_and_is_approved_with_the_last_one()
    {
        await compliance.Recommend(id, 1, RiskAndLegal);
        (await compliance.Act(Rita, id, "approve", new ReviewInput(Conditions: ["Quarterly."]))).Expect(HttpStatusCode.OK);

        await compliance.Recommend(id, 2, RiskAndLegal with { Title = "A better title", Sponsor = "Somebody else" });

        (await compliance.Read(id)).SignOffs.Select(s => s.SignedOffBy).ShouldBe([Rita.Subject, null]);
        (await compliance.Act(Lara, id, "approve")).Read<ReviewView>().State.ShouldBe(ReviewState.Approved);
        var approved = (await compliance.Announced<UseCaseApproved>(id)).ShouldHaveSingleItem().Fact;
        (approved.Revision, approved.Conditions.Single()).ShouldBe((2, "Quarterly."));
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task An_approved_case_stays_approved_through_an_immaterial_revision_and_not_through_a_material_one()
    {
        await compliance.Recommend(id, 1, RiskAndLegal);
        (await compliance.Act(Rita, id, "approve")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "approve")).Expect(HttpStatusCode.OK);

        await compliance.Recommend(id, 2, RiskAndLegal with { Title = "A better title" });
        (await compliance.Announced<UseCaseApproved>(id)).Select(a => a.Fact.Revision).ShouldBe([1, 2]);

        await compliance.Recommend(id, 3, RiskAndLegal with { Domain = Domain.Insurance });
        var review = await compliance.Read(id);
        review.State.ShouldBe(ReviewState.Open);
        review.SignOffs.ShouldAllBe(s => s.SignedOffBy == null);
        (await compliance.Announced<UseCaseApproved>(id)).Count.ShouldBe(2);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task A_withdrawal_that_overtakes_the_recommendation_keeps_the_review_from_opening()
    {
        (await compliance.Publish(Messages.Withdrawn(id))).Fault.ShouldBeNull();
        (await compliance.As(Rita).Get($"/api/reviews/{id}")).Expect(HttpStatusCode.NotFound);

        await compliance.Recommend(id, 1, RiskAndLegal);

        (await compliance.Announced<ReviewOpened>(id)).ShouldBeEmpty();
        (await compliance.As(Rita).Get("/api/reviews?state=withdrawn&pageSize=200")).Expect(HttpStatusCode.OK).Body.ShouldNotContain(id.ToString());
        (await compliance.Act(Rita, id, "approve")).Expect(HttpStatusCode.NotFound);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task A_withdrawal_takes_the_review_from_its_queues()
    {
        await compliance.Recommend(id, 1, RiskAndLegal);
        (await compliance.Publish(Messages.Withdrawn(id))).Fault.ShouldBeNull();

        (await compliance.Read(id)).State.ShouldBe(ReviewState.Withdrawn);
        (await compliance.Act(Rita, id, "approve")).ExpectProblem(HttpStatusCode.Conflict, "withdrawn");
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task An_older_recommendation_changes_nothing()
    {
        await compliance.Recommend(id, 2, RiskAndLegal);
        await compliance.Recommend(id, 1, RiskAndLegal with { Domain = Domain.Legal });
        await compliance.Recommend(id, 2, RiskAndLegal with { Domain = Domain.Legal });

        (await compliance.Announced<ReviewOpened>(id)).ShouldHaveSingleItem().Fact.Revision.ShouldBe(2);
    }

    [Fact]
    public async Task Messages_delivered_twice_are_applied_once()
    {
        await compliance.ShouldApplyOnce(Messages.Recommended(id));
        await compliance.ShouldApplyOnce(Messages.Withdrawn(id));

        (await compliance.EventsOf(id)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_without_content_is_refused()
    {
        await compliance.ShouldRefuse(Changed(Messages.Recommended(id), e => e["message"] = new JsonObject()));
        await compliance.ShouldRefuse(Changed(Messages.Withdrawn(id), e => e["message"] = new JsonObject()));
    }

    [Fact]
    public async Task A_message_of_unknown_origin_is_refused()
    {
        await compliance.ShouldRefuse(Changed(Messages.Recommended(id), e => e.Remove("headers")));
        await compliance.ShouldRefuse(Changed(Messages.Withdrawn(id), e => e.Remove("headers")));
    }

    private static JsonObject Changed(IGovernanceEvent fact, Action<JsonObject> change)
    {
        var envelope = Wire.Envelope(fact);
        change(envelope);

        return envelope;
    }
}
