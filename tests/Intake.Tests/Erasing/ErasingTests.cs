using System.Net;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.Erasing;

public sealed class ErasingTests(IntakeService intake) : IClassFixture<IntakeService>
{
    private const string Marker = "Zanzibar";

    [Fact]
    public async Task Erased_texts_stand_nowhere_any_more_and_the_case_lives_on()
    {
        var (manager, facts) = (intake.Manager, Messages.Marked(Marker));
        var receipt = (await manager.Post("/api/use-cases", facts, key: "marked-submission")).Expect(HttpStatusCode.Created).Read<UseCaseReceipt>();
        (await manager.Put($"/api/use-cases/{receipt.Id}", facts with { PromptCount = 15 }, "\"r1\"")).Expect(HttpStatusCode.OK);
        (await manager.Post($"/api/use-cases/{receipt.Id}/withdrawal", new { reason = $"{Marker} is over." }, "\"r2\"")).Expect(HttpStatusCode.OK);
        await intake.Settled();

        var erased = Messages.Erased(receipt.Id, 2);
        await intake.ShouldApplyOnce(erased);

        (await StoredTexts.Holding(intake.Database, Marker)).ShouldBeEmpty();
        (await manager.Get($"/api/use-cases?q={Marker}")).Expect(HttpStatusCode.OK).Read<Page<UseCaseView>>().Total.ShouldBe(0);
        var view = await intake.Read(receipt.Id);
        (view.Facts.Title, view.Facts.BusinessUnit, view.Status).ShouldBe((PersonalTexts.Mask, facts.BusinessUnit, Stage.Withdrawn));
        await intake.SnapshotShouldEqualLiveFold<UseCase>(receipt.Id);
        var told = (await intake.Announced<PersonalDataErasedFrom>(receipt.Id)).ShouldHaveSingleItem().Fact;
        (told.ErasureId, told.Service, told.Events).ShouldBe((erased.ErasureId, "intake", 3), "submission, revision and withdrawal");
        (await manager.Post("/api/use-cases", facts, key: "marked-submission")).ExpectProblem(HttpStatusCode.UnprocessableEntity, "another request", "Idempotency-Key");
    }

    [Fact]
    public async Task A_later_revision_brings_new_texts_that_stay()
    {
        var receipt = await intake.Submit(Messages.Marked("Samarkand"));
        (await intake.Publish(Messages.Erased(receipt.Id))).Fault.ShouldBeNull();

        (await intake.Manager.Put($"/api/use-cases/{receipt.Id}", Facts.Example with { Title = "Quite new" }, "\"r1\"")).Expect(HttpStatusCode.OK);

        (await intake.Read(receipt.Id)).Facts.Title.ShouldBe("Quite new");
        (await StoredTexts.Holding(intake.Database, "Samarkand")).ShouldBeEmpty();
        await intake.SnapshotShouldEqualLiveFold<UseCase>(receipt.Id);
    }

    [Fact]
    public async Task Only_the_named_members_of_the_named_revisions_are_blanked()
    {
        var receipt = await intake.Submit(Messages.Marked("Bukhara"));
        var erased = Messages.Erased(receipt.Id) with { Everything = false, Declared = [new(1, ["/sponsor", "/task/components/1/name"])] };

        (await intake.Publish(erased)).Fault.ShouldBeNull();

        var facts = (await intake.Read(receipt.Id)).Facts;
        (facts.Sponsor, facts.Title, facts.Task!.Components![0].Name, facts.Task.Components[1].Name)
            .ShouldBe((PersonalTexts.Mask, "Bukhara title", "Bukhara one", PersonalTexts.Mask));
    }
}
