using System.Net;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Testing;

namespace Governance.Strategy.Tests.Assessments;

public sealed class JoiningTests(StrategyService service) : IClassFixture<StrategyService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task Facts_readiness_and_costs_make_one_recommendation_that_its_unit_can_read()
    {
        await PublishInOrder(id, 0, 1, 2);

        var announced = (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem().Fact;
        var view = (await service.As(Roles.PortfolioManager, "Retail Banking").Get(Path)).Expect(HttpStatusCode.OK).Read<AssessmentView>();

        (announced.Revision, announced.Number).ShouldBe((1, Messages.Number));
        announced.Editors.ShouldBe(["submitter"]);
        Fold.Canonical(announced.Facts).ShouldBe(Fold.Canonical(Facts.Example));
        Canonical.Hash(announced.Assessment).ShouldBe(announced.Basis.ResultHash);
        (view.UseCaseId, view.Revision, view.Recommendation, view.Confidence)
            .ShouldBe((id, 1, announced.Assessment.Recommendation, announced.Assessment.Confidence));
        (view.InputHash, view.ResultHash, view.PolicyHash)
            .ShouldBe((announced.Basis.InputHash, announced.Basis.ResultHash, announced.Basis.PolicyHash));
        await service.LiveFoldShouldBePlain<AssessmentFile>(id);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public async Task In_whatever_order_the_three_arrive_the_one_recommendation_is_the_same(int first, int second, int third)
    {
        var other = Guid.CreateVersion7();
        await PublishInOrder(other, 0, 1, 2);
        await PublishInOrder(id, first, second, third);

        var reference = (await service.Announced<StrategyRecommended>(other)).ShouldHaveSingleItem().Fact;
        var announced = (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem().Fact;

        Fold.Canonical(announced).ShouldBe(Fold.Canonical(reference with { UseCaseId = id }));
        await service.LiveFoldShouldBePlain<AssessmentFile>(id);
    }

    [Fact]
    public async Task Arriving_all_at_once_and_twice_each_they_still_make_one_recommendation()
    {
        var cases = Enumerable.Range(0, 8).Select(_ => Guid.CreateVersion7()).ToList();
        var messages = cases.SelectMany(Parts).Select(part => (Part: part, Id: Guid.CreateVersion7())).ToList();

        await Task.WhenAll(messages.Concat(messages).Select(m => service.Publish(m.Part, messageId: m.Id)));

        foreach (var useCase in cases)
        {
            (await service.Announced<StrategyRecommended>(useCase)).ShouldHaveSingleItem();
            await service.LiveFoldShouldBePlain<AssessmentFile>(useCase);
        }
    }

    [Fact]
    public async Task The_recommendation_is_caused_by_the_part_that_arrived_last()
    {
        await service.Publish(Messages.Readiness(id), new(Correlation: id));
        await service.Publish(Messages.Submitted(id), new(Correlation: id));
        var last = await service.Publish(Messages.Forecast(id), new(Correlation: id));

        var origin = (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem().Origin;

        (origin.Service, origin.Context.Actor, origin.Context.ActorRole).ShouldBe(("strategy", "service:strategy", "service"));
        (origin.Context.CorrelationId, origin.Context.CausationId).ShouldBe((id, last.MessageId));
        (origin.Stream, origin.Version).ShouldBe((id, 4));
    }

    [Fact]
    public async Task A_result_of_an_older_revision_is_ignored()
    {
        await service.Publish(Messages.Submitted(id));
        await service.Publish(Messages.Readiness(id));
        await service.Publish(Messages.Revised(id, 2));
        await service.Publish(Messages.Forecast(id));
        (await service.Announced<StrategyRecommended>(id)).ShouldBeEmpty();

        await service.Publish(Messages.Readiness(id, 2));
        (await service.Announced<StrategyRecommended>(id)).ShouldBeEmpty();

        await service.Publish(Messages.Forecast(id, 2));
        (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem().Fact.Revision.ShouldBe(2);

        await service.Publish(Messages.Readiness(id), messageId: Guid.CreateVersion7());
        await service.Publish(Messages.Forecast(id), messageId: Guid.CreateVersion7());
        (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem();
        await service.LiveFoldShouldBePlain<AssessmentFile>(id);
    }

    [Fact]
    public async Task Results_that_overtake_the_facts_of_their_revision_wait_for_them()
    {
        await PublishInOrder(id, 0, 1, 2);
        await service.Publish(Messages.Readiness(id, 2));
        await service.Publish(Messages.Forecast(id, 2));
        (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem();

        await service.Publish(Messages.Revised(id, 2), new(Actor: "second editor"));

        var second = (await service.Announced<StrategyRecommended>(id))[^1].Fact;
        second.Revision.ShouldBe(2);
        second.Editors.ShouldBe(["submitter", "second editor"]);
    }

    [Fact]
    public async Task The_same_part_under_another_message_id_changes_nothing()
    {
        await PublishInOrder(id, 0, 1, 2);
        await PublishInOrder(id, 2, 0, 1);

        (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_part_delivered_twice_is_applied_once()
    {
        await service.ShouldApplyOnce(Messages.Submitted(id));
        await service.ShouldApplyOnce(Messages.Readiness(id));
        await service.ShouldApplyOnce(Messages.Forecast(id));

        (await service.EventsOf(id)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task The_assessment_is_shown_to_those_who_may_see_the_case_and_to_nobody_else()
    {
        await PublishInOrder(id, 0, 1, 2);

        (await service.Anonymous.Get(Path)).Expect(HttpStatusCode.Unauthorized);
        (await service.As(Roles.Executive, "Retail Banking").Get(Path)).Expect(HttpStatusCode.Forbidden);
        (await service.As(Roles.PortfolioManager, "Insurance").Get(Path)).Expect(HttpStatusCode.NotFound);
        (await service.As(Roles.Auditor).Get(Path)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_assessment_is_a_page_to_read_for_whoever_asks_for_one()
    {
        await PublishInOrder(id, 0, 1, 2);
        var http = service.As(Roles.Auditor);
        http.DefaultRequestHeaders.Add("Accept", "text/markdown");

        using var page = await http.GetAsync(Path);
        var text = await page.Content.ReadAsStringAsync();

        page.Content.Headers.ContentType!.ToString().ShouldBe("text/markdown; charset=utf-8");
        text.ShouldStartWith($"# {Messages.Number}, revision 1\n\n");
        text.ShouldContain("| kind | id | finding | effect | sources |");
    }

    [Fact]
    public async Task An_assessment_that_no_longer_comes_out_as_recorded_is_not_shown()
    {
        await PublishInOrder(id, 0, 1, 2);
        await using var tamper = service.Database.CreateCommand("""
            update mt_events set data = jsonb_set(data::jsonb, '{input,facts,data,labelledExamples}', '1') where stream_id = $1 and type = 'strategy_assessed'
            """);
        tamper.Parameters.AddWithValue(id);
        await tamper.ExecuteNonQueryAsync();

        (await service.As(Roles.Auditor).Get(Path)).ExpectProblem(HttpStatusCode.Conflict, "another assessment");
    }

    [Fact]
    public async Task An_assessment_that_is_not_complete_yet_is_not_there()
    {
        await service.Publish(Messages.Submitted(id));
        await service.Publish(Messages.Readiness(id));

        (await service.As(Roles.Auditor).Get(Path)).Expect(HttpStatusCode.NotFound);
    }

    public static TheoryData<int> AllParts => [0, 1, 2];

    [Theory]
    [MemberData(nameof(AllParts))]
    public async Task A_part_without_content_is_refused(int part) => await service.ShouldRefuse(Changed(part, e => e["message"] = new JsonObject()));

    [Theory]
    [MemberData(nameof(AllParts))]
    public async Task A_part_of_unknown_origin_is_refused(int part) => await service.ShouldRefuse(Changed(part, e => e.Remove("headers")));

    private string Path => $"/api/use-cases/{id}/assessment";

    private static IGovernanceEvent[] Parts(Guid useCase) =>
        [Messages.Submitted(useCase), Messages.Readiness(useCase), Messages.Forecast(useCase)];

    private async Task PublishInOrder(Guid useCase, params int[] order)
    {
        foreach (var part in order)
        {
            (await service.Publish(Parts(useCase)[part])).Fault.ShouldBeNull();
        }
    }

    private JsonObject Changed(int part, Action<JsonObject> change)
    {
        var envelope = Wire.Envelope(Parts(id)[part]);
        change(envelope);

        return envelope;
    }
}
