using System.Net;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class SubmitUseCaseTests(IntakeService intake) : IClassFixture<IntakeService>
{
    [Fact]
    public async Task A_submission_is_stored_numbered_and_announced_under_the_id_of_its_event()
    {
        var answer = await intake.Manager.Post("/api/use-cases", Facts.Example);
        var receipt = answer.Expect(HttpStatusCode.Created).Read<UseCaseReceipt>();

        answer.Location.ShouldBe($"/api/use-cases/{receipt.Id}");
        answer.ETag.ShouldBe("\"r1\"");
        receipt.Number.ShouldMatch(@"^UC-\d{4}-\d{4,}$");
        receipt.Revision.ShouldBe(1);
        receipt.Status.ShouldBe(Stage.Submitted);

        var announced = (await intake.Announced<UseCaseSubmitted>(receipt.Id)).ShouldHaveSingleItem();
        announced.Fact.Number.ShouldBe(receipt.Number);
        Fold.Canonical(announced.Fact.Facts).ShouldBe(Fold.Canonical(Facts.Example));
    }
}
