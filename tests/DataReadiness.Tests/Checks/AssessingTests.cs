using System.Net;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.DataReadiness.Tests.Checks;

public sealed class AssessingTests(ReadinessService service) : IClassFixture<ReadinessService>
{
    private static readonly UseCaseFacts Poor = Facts.Example.LabelledExamples(400);

    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task A_submission_is_judged_announced_and_shown_to_its_unit()
    {
        (await service.Publish(Messages.Submitted(id))).Fault.ShouldBeNull();

        var announced = (await service.Announced<DataReadinessAssessed>(id)).ShouldHaveSingleItem().Fact;
        var view = (await service.As(Roles.PortfolioManager, "Retail Banking").Get(Path)).Expect(HttpStatusCode.OK).Read<ReadinessView>();

        announced.Revision.ShouldBe(1);
        announced.Basis.InputHash.ShouldBe(Canonical.Hash(Facts.Example));
        announced.Basis.ResultHash.ShouldBe(Canonical.Hash(announced.Readiness));
        (view.UseCaseId, view.Revision, view.Verdict, view.Score).ShouldBe((id, 1, announced.Readiness.Verdict, announced.Readiness.Score));
        Fold.Canonical(view.Checks).ShouldBe(Fold.Canonical(announced.Readiness.Checks));
        view.Basis.ShouldBe(announced.Basis);
        await service.SnapshotShouldEqualLiveFold<ReadinessFile>(id);
    }

    [Fact]
    public async Task The_announcement_names_the_service_and_the_message_that_caused_it()
    {
        var correlation = Guid.CreateVersion7();
        var before = service.Clock.GetUtcNow();
        var cause = await service.Publish(Messages.Submitted(id), new(Correlation: correlation));

        var origin = (await service.Announced<DataReadinessAssessed>(id)).ShouldHaveSingleItem().Origin;

        (origin.Service, origin.Stream, origin.Version).ShouldBe(("data-readiness", id, 1));
        (origin.Context.Actor, origin.Context.ActorRole).ShouldBe(("service:data-readiness", "service"));
        (origin.Context.CorrelationId, origin.Context.CausationId).ShouldBe((correlation, cause.MessageId));
        origin.Context.EffectiveAt.ShouldBeInRange(before, service.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_revision_is_judged_anew_and_an_older_one_changes_nothing()
    {
        await service.Publish(Messages.Revised(id, 2, Poor));
        await service.Publish(Messages.Submitted(id));

        var announced = (await service.Announced<DataReadinessAssessed>(id)).ShouldHaveSingleItem().Fact;
        (announced.Revision, announced.Readiness.Verdict).ShouldBe((2, ReadinessVerdict.Blocked));

        await service.Publish(Messages.Revised(id, 3));
        (await service.Announced<DataReadinessAssessed>(id)).Select(a => a.Fact.Revision).ShouldBe([2, 3]);
        await service.SnapshotShouldEqualLiveFold<ReadinessFile>(id);
    }

    [Fact]
    public async Task Revisions_that_arrive_together_are_judged_under_the_latest()
    {
        await Task.WhenAll(Enumerable.Range(2, 6).Select(revision => service.Publish(Messages.Revised(id, revision))));

        (await service.Announced<DataReadinessAssessed>(id)).Select(a => a.Fact.Revision).ShouldBeInOrder();
        (await service.As(Roles.Auditor).Get(Path)).Read<ReadinessView>().Revision.ShouldBe(7);
    }

    [Fact]
    public async Task A_submission_delivered_twice_is_judged_once()
    {
        await service.ShouldApplyOnce(Messages.Submitted(id));

        (await service.Announced<DataReadinessAssessed>(id)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_result_is_shown_to_those_who_may_see_the_case_and_to_nobody_else()
    {
        await service.Publish(Messages.Submitted(id));

        (await service.Anonymous.Get(Path)).Expect(HttpStatusCode.Unauthorized);
        (await service.As(Roles.Executive, "Retail Banking").Get(Path)).Expect(HttpStatusCode.Forbidden);
        (await service.As(Roles.PortfolioManager, "Insurance").Get(Path)).Expect(HttpStatusCode.NotFound);
        (await service.As(Roles.Auditor).Get(Path)).Expect(HttpStatusCode.OK);
        (await service.As(Roles.PrivacyReviewer).Get(Path)).Expect(HttpStatusCode.OK);
        (await service.As(Roles.Auditor).Get($"/api/use-cases/{Guid.NewGuid()}/readiness")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_message_without_content_is_refused() => await service.ShouldRefuse(Changed(e => e["message"] = new JsonObject()));

    [Fact]
    public async Task A_message_of_unknown_origin_is_refused() => await service.ShouldRefuse(Changed(e => e.Remove("headers")));

    private string Path => $"/api/use-cases/{id}/readiness";

    private JsonObject Changed(Action<JsonObject> change)
    {
        var envelope = Wire.Envelope(Messages.Submitted(id));
        change(envelope);

        return envelope;
    }
}
