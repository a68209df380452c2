using System.Net;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class RevisingTests(IntakeService intake) : IClassFixture<IntakeService>
{
    private static readonly UseCaseFacts Revision = Facts.Example with { Title = "Payment dispute triage, second thoughts" };

    [Fact]
    public async Task New_facts_become_the_next_revision_and_are_announced()
    {
        var path = await Submitted();
        var answer = await intake.Manager.Put(path.Url, Revision, ifMatch: "\"r1\"");

        answer.Expect(HttpStatusCode.OK).Read<UseCaseReceipt>().ShouldBe(new(path.Id, path.Number, 2, Stage.Submitted));
        answer.ETag.ShouldBe("\"r2\"");

        var announced = (await intake.Announced<UseCaseRevised>(path.Id)).ShouldHaveSingleItem();
        (announced.Fact.Revision, announced.Fact.Number, announced.Fact.Facts.Title).ShouldBe((2, path.Number, Revision.Title));
        announced.Origin.Version.ShouldBe(2);
        await intake.SnapshotShouldEqualLiveFold<UseCase>(path.Id);
    }

    [Fact]
    public async Task The_facts_of_an_earlier_revision_can_still_be_read()
    {
        var path = await Submitted();
        (await intake.Manager.Put(path.Url, Revision, ifMatch: "\"r1\"")).Expect(HttpStatusCode.OK);

        var first = (await intake.Manager.Get($"{path.Url}?revision=1")).Expect(HttpStatusCode.OK).Read<UseCaseView>();
        (first.Revision, first.Facts.Title).ShouldBe((1, Facts.Example.Title));
        (await intake.Manager.Get($"{path.Url}?revision=2")).Read<UseCaseView>().Facts.Title.ShouldBe(Revision.Title);
        (await intake.Manager.Get($"{path.Url}?revision=3")).ExpectProblem(HttpStatusCode.NotFound, "no revision 3");
    }

    [Fact]
    public async Task A_revision_must_name_the_state_it_is_based_on()
    {
        var path = await Submitted();

        (await intake.Manager.Put(path.Url, Revision)).ExpectProblem(HttpStatusCode.PreconditionRequired, "If-Match");
        (await intake.Manager.Put(path.Url, Revision, ifMatch: "\"r2\"")).ExpectProblem(HttpStatusCode.PreconditionFailed, "\"r1\"");

        (await intake.EventsOf(path.Id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_concurrent_revisions_of_one_state_one_wins()
    {
        var path = await Submitted();
        var manager = intake.Manager;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => manager.Put(path.Url, Revision with { Title = $"Draft {i}" }, ifMatch: "\"r1\"")));

        answers.Count(a => a.Status == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(a => a.Status == HttpStatusCode.PreconditionFailed).ShouldBe(7);
        (await intake.EventsOf(path.Id)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_revision_repeated_under_its_key_is_answered_alike_although_its_state_is_past()
    {
        var path = await Submitted();
        var first = (await intake.Manager.Put(path.Url, Revision, "\"r1\"", key: "revise-1")).Expect(HttpStatusCode.OK);
        var second = (await intake.Manager.Put(path.Url, Revision, "\"r1\"", key: "revise-1")).Expect(HttpStatusCode.OK);

        second.Read<UseCaseReceipt>().ShouldBe(first.Read<UseCaseReceipt>());
        second.ETag.ShouldBe(first.ETag);
        (await intake.EventsOf(path.Id)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_same_facts_again_change_nothing()
    {
        var path = await Submitted();

        (await intake.Manager.Put(path.Url, Facts.Example, ifMatch: "\"r1\"")).Expect(HttpStatusCode.OK).Read<UseCaseReceipt>().Revision.ShouldBe(1);
        (await intake.EventsOf(path.Id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_units_case_is_not_there()
    {
        var path = await Submitted();
        var foreign = Facts.Example with { BusinessUnit = "Insurance" };

        (await intake.OtherManager.Put(path.Url, foreign, ifMatch: "\"r1\"")).Expect(HttpStatusCode.NotFound);
        (await intake.OtherManager.Post($"{path.Url}/withdrawal", ifMatch: "\"r1\"")).Expect(HttpStatusCode.NotFound);
        (await intake.OtherManager.Get(path.Url)).Expect(HttpStatusCode.NotFound);
        (await intake.OtherManager.Put($"/api/use-cases/{Guid.NewGuid()}", foreign, ifMatch: "\"r1\"")).Expect(HttpStatusCode.NotFound);

        (await intake.EventsOf(path.Id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Only_managers_revise_and_withdraw()
    {
        var path = await Submitted();

        foreach (var role in (string[])[Roles.Auditor, Roles.RiskReviewer, Roles.Executive, Roles.Administrator, Roles.UsageWriter])
        {
            var somebody = intake.As(role, "Retail Banking");
            (await somebody.Put(path.Url, Revision, ifMatch: "\"r1\"")).Expect(HttpStatusCode.Forbidden);
            (await somebody.Post($"{path.Url}/withdrawal", ifMatch: "\"r1\"")).Expect(HttpStatusCode.Forbidden);
        }

        (await intake.Anonymous.Put(path.Url, Revision, ifMatch: "\"r1\"")).Expect(HttpStatusCode.Unauthorized);
        (await intake.EventsOf(path.Id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_withdrawal_is_announced_once_and_ends_the_case()
    {
        var path = await Submitted();
        var withdrawal = new Withdrawal("The budget is gone.");

        (await intake.Manager.Post($"{path.Url}/withdrawal", withdrawal)).Expect(HttpStatusCode.PreconditionRequired);
        (await intake.Manager.Post($"{path.Url}/withdrawal", withdrawal, ifMatch: "\"r7\"")).Expect(HttpStatusCode.PreconditionFailed);
        (await intake.Manager.Post($"{path.Url}/withdrawal", withdrawal, ifMatch: "\"r1\"")).Expect(HttpStatusCode.OK);
        (await intake.Manager.Post($"{path.Url}/withdrawal", withdrawal)).Expect(HttpStatusCode.OK);

        (await intake.Announced<UseCaseWithdrawn>(path.Id)).ShouldHaveSingleItem().Fact.Reason.ShouldBe("The budget is gone.");
        (await intake.Read(path.Id)).Status.ShouldBe(Stage.Withdrawn);
        (await intake.Manager.Put(path.Url, Revision, ifMatch: "\"r1\"")).ExpectProblem(HttpStatusCode.Conflict, "closed");
        await intake.SnapshotShouldEqualLiveFold<UseCase>(path.Id);
    }

    private async Task<(Guid Id, string Number, string Url)> Submitted()
    {
        var receipt = await intake.Submit();

        return (receipt.Id, receipt.Number, $"/api/use-cases/{receipt.Id}");
    }
}
