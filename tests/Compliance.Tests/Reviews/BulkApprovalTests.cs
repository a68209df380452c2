using System.Net;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Reviews;

public sealed class BulkApprovalTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    [Fact]
    public async Task Look_alikes_of_an_approved_case_are_approved_together_each_by_a_decision_of_its_own()
    {
        var precedent = await OpenLow();
        (await compliance.Act(Rita, precedent, "approve")).Expect(HttpStatusCode.OK);
        var (alike, other) = (await OpenLow(), await OpenLow(Known.RiskOnly with { Domain = Domain.Legal }));

        var result = await Bulk(Rolf, alike, other, Guid.CreateVersion7());

        result.Reviews.Select(r => r.Approved).ShouldBe([true, false, false]);
        result.Reviews[0].Precedent.ShouldBe(Known.Number);
        result.Reviews[1].Reason.ShouldBe("No approved case is like this one; open it.");
        var recorded = (await compliance.Announced<SignOffRecorded>(alike)).ShouldHaveSingleItem();
        recorded.Fact.ReviewedBy.ShouldBe(Rolf.Subject);
        (await compliance.Read(recorded.Fact.Precedent!.Value)).State.ShouldBe(ReviewState.Approved);
        (await compliance.Read(other)).State.ShouldBe(ReviewState.Open);
    }

    [Fact]
    public async Task Of_two_reviewers_who_approve_the_same_cases_in_bulk_at_once_one_signs_each()
    {
        (await compliance.Act(Rita, await OpenLow(), "approve")).Expect(HttpStatusCode.OK);
        var alike = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenLow()));

        var results = await Task.WhenAll(Bulk(Rita, alike), Bulk(Rolf, [.. alike.Reverse()]));

        foreach (var id in alike)
        {
            results.Count(result => result.Reviews.Single(review => review.Id == id).Approved).ShouldBe(1);
            var signedBy = (await compliance.Announced<SignOffRecorded>(id)).ShouldHaveSingleItem().Fact.ReviewedBy;
            var winner = results[0].Reviews.Single(review => review.Id == id).Approved ? Rita : Rolf;
            signedBy.ShouldBe(winner.Subject);
        }
    }

    [Fact]
    public async Task Nobody_approves_an_own_case_in_bulk()
    {
        var precedent = await OpenLow();
        (await compliance.Act(Rita, precedent, "approve")).Expect(HttpStatusCode.OK);
        var own = await OpenLow(editors: Rolf.Subject);

        (await Bulk(Rolf, own)).Reviews.ShouldHaveSingleItem().Reason!.ShouldContain("submitted or edited");
        (await compliance.Read(own)).State.ShouldBe(ReviewState.Open);
    }

    [Fact]
    public async Task A_suspended_approval_is_no_precedent()
    {
        var legal = Known.RiskOnly with { Domain = Domain.Legal };
        var precedent = await OpenLow(legal);
        ConditionInput[] terms = [new("Train the staff.", DueAt: compliance.Clock.GetUtcNow().AddHours(1))];
        (await compliance.Act(Rita, precedent, "approve", new ReviewInput(Terms: terms))).Expect(HttpStatusCode.OK);
        compliance.Clock.Advance(TimeSpan.FromHours(2));
        await Eventually.Until(async () => (await compliance.Read(precedent)).Approval!.SuspendedFor.Count > 0, what: "the approval to be suspended");

        (await Bulk(Rolf, await OpenLow(legal))).Reviews.ShouldHaveSingleItem().Reason.ShouldBe("No approved case is like this one; open it.");
    }

    [Fact]
    public async Task Tiers_are_not_mixed_and_higher_ones_not_approved_in_bulk()
    {
        var (low, medium) = (await OpenLow(), await compliance.Open());

        (await compliance.As(Rita).Post("/api/reviews/bulk-approval", new BulkInput([low, medium]))).ExpectProblem(HttpStatusCode.Conflict, "different tiers");
        (await compliance.As(Rita).Post("/api/reviews/bulk-approval", new BulkInput([medium]))).ExpectProblem(HttpStatusCode.Conflict, "no bulk approval of tier medium");
        (await compliance.As(Rita).Post("/api/reviews/bulk-approval", new BulkInput([]))).ExpectProblem(HttpStatusCode.BadRequest, "1 to", "reviews");
    }

    [Fact]
    public async Task A_dry_run_says_of_each_case_of_whatever_tier_what_would_become_of_it_and_decides_nothing()
    {
        var precedent = await OpenLow();
        (await compliance.Act(Rita, precedent, "approve")).Expect(HttpStatusCode.OK);
        var (alike, own, medium) = (await OpenLow(), await OpenLow(editors: Rolf.Subject), await compliance.Open());

        var result = (await compliance.As(Rolf).Post("/api/reviews/bulk-approval", new BulkInput([alike, own, medium], DryRun: true))).Expect(HttpStatusCode.OK).Read<BulkResult>();

        result.Reviews.Select(r => r.Approved).ShouldBe([true, false, false]);
        result.Reviews[0].Precedent.ShouldBe(Known.Number);
        result.Reviews[1].Reason!.ShouldContain("submitted or edited");
        result.Reviews[2].Reason!.ShouldContain("no bulk approval of tier medium");
        (await compliance.Read(alike)).SignOffs.ShouldAllBe(signOff => signOff.SignedOffAt == null);
    }

    [Fact]
    public async Task A_condition_travels_from_the_reviewer_to_the_business_unit_and_back()
    {
        var id = await OpenLow();
        var manager = new Person("Mona", [Roles.PortfolioManager], [Known.RiskOnly.BusinessUnit]);
        ConditionInput[] terms = [new("Train the staff.", "otto", compliance.Clock.GetUtcNow().AddDays(20), "A list of names.")];
        (await compliance.Act(Rita, id, "approve", new ReviewInput(Terms: terms))).Expect(HttpStatusCode.OK);
        var condition = (await compliance.Read(id)).Conditions.ShouldHaveSingleItem();
        condition.Terms.Owner.ShouldBe("otto");

        (await compliance.As(manager).Post($"/api/reviews/{id}/conditions/{condition.Id}/evidence", new EvidenceInput("In the wiki."))).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rolf, id, $"conditions/{condition.Id}/refusal", new ReviewInput(Reason: "Names are missing."))).Expect(HttpStatusCode.OK);
        (await compliance.As(manager).Post($"/api/reviews/{id}/conditions/{condition.Id}/evidence", new EvidenceInput("With names now."))).Expect(HttpStatusCode.OK);
        var met = (await compliance.Act(Rolf, id, $"conditions/{condition.Id}/acceptance")).Expect(HttpStatusCode.OK).Read<ReviewView>();

        met.Conditions.Single().State.ShouldBe(ConditionState.Met);
        (await compliance.Announced<ConditionMet>(id)).ShouldHaveSingleItem().Fact.AcceptedBy.ShouldBe(Rolf.Subject);
        (await compliance.As(new Person("Foreign", [Roles.PortfolioManager], ["Elsewhere"])).Post($"/api/reviews/{id}/conditions/{condition.Id}/evidence", new EvidenceInput("Mine.")))
            .Expect(HttpStatusCode.NotFound);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task The_clock_suspends_an_approval_whose_condition_is_not_met_and_the_answer_says_so()
    {
        var id = await OpenLow();
        ConditionInput[] terms = [new("Train the staff.", DueAt: compliance.Clock.GetUtcNow().AddHours(1))];
        (await compliance.Act(Rita, id, "approve", new ReviewInput(Terms: terms))).Expect(HttpStatusCode.OK);
        compliance.Clock.Advance(TimeSpan.FromHours(2));

        await Eventually.Until(async () => (await compliance.Read(id)).Approval!.SuspendedFor.Count > 0, what: "the approval to be suspended");

        (await compliance.Announced<ApprovalSuspended>(id)).ShouldHaveSingleItem();
        (await compliance.As(new Person("gateway", [Roles.DecisionReader], [])).Get($"/api/decisions/{id}")).Body.ShouldContain("suspended");
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
    }

    [Fact]
    public async Task A_reviewer_moves_a_case_to_the_top_of_its_queue_and_says_why()
    {
        var (first, second) = (await OpenLow(), await OpenLow());

        (await compliance.As(Rita).Post($"/api/reviews/{second}/priority", new PriorityInput(ReviewPriority.Urgent, "A regulator asks."))).Expect(HttpStatusCode.OK);

        var queue = (await compliance.As(Rita).Get("/api/reviews?queue=risk&pageSize=200")).Read<Page<ReviewView>>().Items.Select(r => r.Id).ToList();
        queue.IndexOf(second).ShouldBeLessThan(queue.IndexOf(first));
        (await compliance.As(Rita).Post($"/api/reviews/{second}/priority", new { priority = "high", reason = " " })).ExpectProblem(HttpStatusCode.BadRequest, "1 to", "reason");
    }

    private async Task<Guid> OpenLow(UseCaseFacts? facts = null, params string[] editors)
    {
        var id = Guid.CreateVersion7();
        await compliance.Recommend(id, 1, facts ?? Known.RiskOnly, editors);

        return id;
    }

    private async Task<BulkResult> Bulk(Person by, params Guid[] reviews) =>
        (await compliance.As(by).Post("/api/reviews/bulk-approval", new BulkInput(reviews))).Expect(HttpStatusCode.OK).Read<BulkResult>();
}
