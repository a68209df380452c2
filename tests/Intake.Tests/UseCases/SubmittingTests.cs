using System.Net;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class SubmittingTests(IntakeService intake) : IClassFixture<IntakeService>
{
    private const string Path = "/api/use-cases";

    [Fact]
    public async Task A_submission_is_numbered_stored_and_announced()
    {
        var answer = await intake.Manager.Post(Path, Facts.Example);
        var receipt = answer.Expect(HttpStatusCode.Created).Read<UseCaseReceipt>();

        answer.Location.ShouldBe($"{Path}/{receipt.Id}");
        answer.ETag.ShouldBe("\"r1\"");
        receipt.Number.ShouldMatch(@"^UC-\d{4}-\d{4,}$");
        (receipt.Revision, receipt.Status).ShouldBe((1, Stage.Submitted));

        var announced = (await intake.Announced<UseCaseSubmitted>(receipt.Id)).ShouldHaveSingleItem();
        announced.Fact.Number.ShouldBe(receipt.Number);
        Fold.Canonical(announced.Fact.Facts).ShouldBe(Fold.Canonical(Facts.Example));

        var view = await intake.Read(receipt.Id);
        Fold.Canonical(view.Facts).ShouldBe(Fold.Canonical(Facts.Example));
        await intake.SnapshotShouldEqualLiveFold<UseCase>(receipt.Id);
    }

    [Fact]
    public async Task The_announcement_says_who_in_which_role_because_of_what_and_when()
    {
        var (before, storedAfter) = (intake.Clock.GetUtcNow(), TimeProvider.System.GetUtcNow());
        var receipt = await intake.Submit();
        var (after, storedBefore) = (intake.Clock.GetUtcNow(), TimeProvider.System.GetUtcNow());

        var announced = (await intake.Announced<UseCaseSubmitted>(receipt.Id)).ShouldHaveSingleItem();
        var origin = announced.Origin;

        (origin.Service, origin.Stream, origin.Version).ShouldBe(("intake", receipt.Id, 1));
        (origin.Context.Actor, origin.Context.ActorRole).ShouldBe((IntakeService.Mona.Subject, Roles.PortfolioManager));
        origin.Context.CorrelationId.ShouldNotBe(Guid.Empty);
        origin.Context.CausationId.ShouldBe(origin.Context.CorrelationId);
        origin.Context.EffectiveAt.ShouldBeInRange(before, after);
        origin.RecordedAt.ShouldBeInRange(storedAfter.AddMinutes(-1), storedBefore.AddMinutes(1));

        var stored = (await intake.StoredEventsOf(receipt.Id)).ShouldHaveSingleItem();
        stored.Id.ShouldBe(announced.MessageId);
        stored.UserName.ShouldBe(IntakeService.Mona.Subject);
    }

    [Fact]
    public async Task Numbers_have_no_twins()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => intake.Submit()));

        receipts.Select(r => r.Number).ShouldBeUnique();
        receipts.Select(r => r.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_stores_nothing_twice()
    {
        var key = Guid.NewGuid().ToString();
        var first = (await intake.Manager.Post(Path, Facts.Example, key: key)).Expect(HttpStatusCode.Created);
        await intake.Settled();
        var stored = await intake.Footprint();

        var second = (await intake.Manager.Post(Path, Facts.Example, key: key)).Expect(HttpStatusCode.Created);

        JsonNode.DeepEquals(second.Json, first.Json).ShouldBeTrue(second.Body);
        (second.Location, second.ETag).ShouldBe((first.Location, first.ETag));
        (await intake.Footprint()).ShouldBe(stored);
    }

    [Fact]
    public async Task A_key_used_for_another_request_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        (await intake.Manager.Post(Path, Facts.Example, key: key)).Expect(HttpStatusCode.Created);
        await intake.Settled();
        var stored = await intake.Footprint();

        var other = await intake.Manager.Post(Path, Facts.Example with { Title = "Something else" }, key: key);

        other.ExpectProblem(HttpStatusCode.UnprocessableEntity, "another request", "Idempotency-Key");
        (await intake.Footprint()).ShouldBe(stored);
    }

    [Fact]
    public async Task Concurrent_requests_under_one_key_make_one_case()
    {
        var key = Guid.NewGuid().ToString();
        var cases = await intake.Count("mt_events where type = 'submitted'");
        var manager = intake.Manager;

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => manager.Post(Path, Facts.Example, key: key)));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Created);
        answers.Select(answer => answer.Read<UseCaseReceipt>()).Distinct().ShouldHaveSingleItem();
        (await intake.Count("mt_events where type = 'submitted'")).ShouldBe(cases + 1);
    }

    [Fact]
    public async Task Concurrent_requests_with_different_bodies_under_one_key_make_one_case_and_refuse_the_others()
    {
        var key = Guid.NewGuid().ToString();
        var cases = await intake.Count("mt_events where type = 'submitted'");
        var manager = intake.Manager;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => manager.Post(Path, Facts.Example with { Title = $"Title {i}" }, key: key)));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.UnprocessableEntity).ShouldBe(7);
        (await intake.Count("mt_events where type = 'submitted'")).ShouldBe(cases + 1);
    }

    [Fact]
    public async Task A_key_belongs_to_its_caller()
    {
        var key = Guid.NewGuid().ToString();
        var mona = (await intake.Manager.Post(Path, Facts.Example, key: key)).Read<UseCaseReceipt>();
        var igor = (await intake.OtherManager.Post(Path, Facts.Example with { BusinessUnit = "Insurance" }, key: key))
            .Expect(HttpStatusCode.Created).Read<UseCaseReceipt>();

        igor.Id.ShouldNotBe(mona.Id);
    }

    [Fact]
    public async Task A_refused_submission_stores_nothing()
    {
        await intake.Settled();
        var stored = await intake.Footprint();

        (await intake.Anonymous.Post(Path, Facts.Example)).Expect(HttpStatusCode.Unauthorized);
        (await intake.As(Roles.Auditor).Post(Path, Facts.Example)).Expect(HttpStatusCode.Forbidden);
        (await intake.As(Roles.RiskReviewer, "Retail Banking").Post(Path, Facts.Example)).Expect(HttpStatusCode.Forbidden);
        (await intake.OtherManager.Post(Path, Facts.Example)).ExpectProblem(HttpStatusCode.Forbidden, "another unit's manager");
        (await intake.Manager.Post(Path, Facts.Example with { Title = "" }, key: "k1")).Expect(HttpStatusCode.BadRequest);

        (await intake.Footprint()).ShouldBe(stored);
    }
}
