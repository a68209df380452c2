using System.Net;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Erasing;

public sealed class ErasingTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    private const string Marker = "Zanzibar";

    private static readonly UseCaseFacts Marked = Messages.Marked(Marker) with { Data = RiskAndLegal.Data, Compliance = RiskAndLegal.Compliance };

    [Fact]
    public async Task Erased_texts_stand_nowhere_any_more_and_the_approval_stands()
    {
        var id = Guid.CreateVersion7();
        await compliance.Recommend(id, 1, Marked);
        (await compliance.Act(Rita, id, "priority", new { priority = "high", reason = $"{Marker} waits." })).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "request-changes", new ReviewInput(Reason: $"{Marker}, say more."))).Expect(HttpStatusCode.OK);
        await compliance.Recommend(id, 2, Marked with { PromptCount = 15 });
        (await compliance.As(Lara).Get("/api/reviews")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rolf, id, "claim")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rolf, id, "release")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rita, id, "delegate", new { to = Rolf.Subject, reason = $"{Marker} is yours.", end = compliance.Clock.GetUtcNow().AddDays(3) })).Expect(HttpStatusCode.Created);
        (await compliance.Act(Rita, id, "approve", new ReviewInput(Conditions: [$"{Marker} must report."]), key: "marked-approval")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "approve")).Expect(HttpStatusCode.OK);
        await compliance.Heard();
        (await StoredTexts.Holding(compliance.Database, Marker)).ShouldContain("public.mt_doc_review.data");

        await compliance.ShouldApplyOnce(Messages.Erased(id, 2));

        (await StoredTexts.Holding(compliance.Database, Marker)).ShouldBeEmpty();
        var review = await compliance.Read(id);
        review.State.ShouldBe(ReviewState.Approved);
        await compliance.SnapshotShouldEqualLiveFold<Review>(id);
        (await compliance.Announced<PersonalDataErasedFrom>(id)).ShouldHaveSingleItem().Fact.Service.ShouldBe("compliance");
    }

    [Fact]
    public async Task What_a_reviewer_writes_after_the_moment_of_the_erasure_is_new_data()
    {
        var id = Guid.CreateVersion7();
        await compliance.Recommend(id, 1, RiskAndLegal with { Title = "Samarkand letters" });
        (await compliance.Act(Rita, id, "approve", new ReviewInput(Conditions: ["Keep this."]))).Expect(HttpStatusCode.OK);

        (await compliance.Publish(Messages.Erased(id) with { Before = DateTimeOffset.UnixEpoch })).Fault.ShouldBeNull();

        (await StoredTexts.Holding(compliance.Database, "Samarkand")).ShouldBeEmpty("what was declared belongs to its revision");
        var signedOff = (await compliance.EventsOf(id)).OfType<SignedOff>().ShouldHaveSingleItem();
        signedOff.Conditions.ShouldHaveSingleItem().Text.ShouldBe("Keep this.");
    }

    [Fact]
    public async Task A_recommendation_that_comes_late_opens_a_review_without_texts()
    {
        var id = Guid.CreateVersion7();
        (await compliance.Publish(Messages.Erased(id))).Fault.ShouldBeNull();

        await compliance.Recommend(id, 1, RiskAndLegal with { Title = "Bukhara letters", Sponsor = null });

        (await compliance.EventsOf(id)).OfType<Opened>().ShouldHaveSingleItem().Facts.ShouldSatisfyAllConditions(
            facts => facts.Title.ShouldBe(PersonalTexts.Mask), facts => facts.Sponsor.ShouldBeNull());
        (await StoredTexts.Holding(compliance.Database, "Bukhara")).ShouldBeEmpty();
    }
}
