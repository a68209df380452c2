using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class FollowingTests(IntakeService intake) : IClassFixture<IntakeService>
{
    [Fact]
    public async Task A_case_shows_how_far_the_other_services_have_brought_it()
    {
        var id = (await intake.Submit()).Id;

        await ShouldReach(id, Messages.Readiness(id), Stage.Assessing);
        await ShouldReach(id, Messages.ReviewOpened(id), Stage.InReview);
        await ShouldReach(id, Messages.Approved(id), Stage.Approved);
        await intake.SnapshotShouldEqualLiveFold<UseCase>(id);
    }

    [Fact]
    public async Task News_in_the_wrong_order_never_move_a_case_back()
    {
        var id = (await intake.Submit()).Id;

        await ShouldReach(id, Messages.Rejected(id), Stage.Rejected);
        await ShouldReach(id, Messages.ReviewOpened(id), Stage.Rejected);
        await ShouldReach(id, Messages.Readiness(id), Stage.Rejected);
        (await intake.EventsOf(id)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Late_news_about_an_older_revision_change_nothing()
    {
        var id = (await intake.Submit()).Id;
        await intake.Manager.Put($"/api/use-cases/{id}", Facts.Example with { Title = "Second" }, ifMatch: "\"r1\"");

        await ShouldReach(id, Messages.Approved(id, revision: 1), Stage.Submitted);
        await ShouldReach(id, Messages.Rejected(id, revision: 1), Stage.Submitted);
        await ShouldReach(id, Messages.ReviewOpened(id, revision: 2), Stage.InReview);
    }

    [Fact]
    public async Task News_about_a_case_that_was_never_submitted_begin_none()
    {
        var id = Guid.CreateVersion7();

        (await intake.Publish(Messages.Approved(id))).Fault.ShouldBeNull();

        (await intake.EventsOf(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task News_delivered_twice_count_once()
    {
        var id = (await intake.Submit()).Id;

        await intake.ShouldApplyOnce(Messages.ReviewOpened(id));
        (await intake.EventsOf(id)).OfType<StageReached>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task All_news_at_once_leave_the_furthest_stage()
    {
        var id = (await intake.Submit()).Id;
        IGovernanceEvent[] news =
            [Messages.Approved(id), Messages.Readiness(id), Messages.ReviewOpened(id), Messages.ChangesRequested(id), Messages.ReviewOpened(id)];

        await Task.WhenAll(news.Select(n => intake.Publish(n)));

        (await intake.Read(id)).Status.ShouldBe(Stage.Approved);
        await intake.SnapshotShouldEqualLiveFold<UseCase>(id);
    }

    [Fact]
    public async Task A_message_without_content_is_refused() =>
        await intake.ShouldRefuse(Changed(envelope => envelope["message"] = new JsonObject()));

    [Fact]
    public async Task A_message_of_unknown_origin_is_refused() =>
        await intake.ShouldRefuse(Changed(envelope => envelope.Remove("headers")));

    [Theory]
    [InlineData("gov-actor")]
    [InlineData("gov-service")]
    [InlineData("gov-stream")]
    [InlineData("gov-version")]
    public async Task A_message_that_lacks_a_part_of_its_origin_is_refused(string header) =>
        await intake.ShouldRefuse(Changed(envelope => envelope["headers"]!.AsObject().Remove(header)));

    [Fact]
    public async Task A_message_without_an_id_is_refused() =>
        await intake.ShouldRefuse(Changed(envelope => envelope.Remove("messageId")));

    [Fact]
    public async Task A_message_without_a_correlation_is_refused() =>
        await intake.ShouldRefuse(Changed(envelope => envelope.Remove("correlationId")));

    private static JsonObject Changed(Action<JsonObject> change)
    {
        var envelope = Wire.Envelope(Messages.ReviewOpened(Guid.CreateVersion7()));
        change(envelope);

        return envelope;
    }

    private async Task ShouldReach(Guid id, IGovernanceEvent news, Stage stage)
    {
        (await intake.Publish(news)).Fault.ShouldBeNull();
        (await intake.Read(id)).Status.ShouldBe(stage);
    }
}
