using Governance.DataReadiness.Checks;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.DataReadiness.Tests.Erasing;

public sealed class ErasingTests(ReadinessService service) : IClassFixture<ReadinessService>
{
    private const string Marker = "Zanzibar";

    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task Erased_texts_stand_nowhere_any_more_and_what_was_decided_stays()
    {
        (await service.Publish(Messages.Submitted(id, Messages.Marked(Marker)))).Fault.ShouldBeNull();
        var decided = (await service.Announced<DataReadinessAssessed>(id)).ShouldHaveSingleItem().Fact;
        (await StoredTexts.Holding(service.Database, Marker)).ShouldNotBeEmpty();

        await service.ShouldApplyOnce(Messages.Erased(id));

        (await StoredTexts.Holding(service.Database, Marker)).ShouldBeEmpty();
        (await service.EventsOf(id)).Count.ShouldBe(1);
        (await service.Announced<PersonalDataErasedFrom>(id)).ShouldHaveSingleItem().Fact.Events.ShouldBe(1);
        (await service.Announced<DataReadinessAssessed>(id)).ShouldHaveSingleItem().Fact.Basis.ShouldBe(decided.Basis);
        await service.SnapshotShouldEqualLiveFold<ReadinessFile>(id);
    }

    [Fact]
    public async Task A_message_that_comes_late_is_decided_on_and_brings_no_text_back()
    {
        (await service.Publish(Messages.Erased(id))).Fault.ShouldBeNull();

        (await service.Publish(Messages.Submitted(id, Messages.Marked("Samarkand")))).Fault.ShouldBeNull();

        (await service.Announced<DataReadinessAssessed>(id)).ShouldHaveSingleItem();
        (await StoredTexts.Holding(service.Database, "Samarkand")).ShouldBeEmpty();
        await service.SnapshotShouldEqualLiveFold<ReadinessFile>(id);

        (await service.Publish(Messages.Revised(id, 2, Messages.Marked("Bukhara")))).Fault.ShouldBeNull();
        (await StoredTexts.Holding(service.Database, "Bukhara")).ShouldNotBeEmpty("a later revision is new data");
    }
}
