using System.Net;
using Governance.Audit.Replay;
using Governance.Audit.Trail;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Replay;

public sealed class ReplayTests(AuditService audit) : IClassFixture<AuditService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task A_case_is_shown_as_it_was_known_at_any_moment()
    {
        await Story();

        (await Replay($"?asOf={At(5)}")).ShouldSatisfyAllConditions(
            then => then.Stage.ShouldBe("assessing"),
            then => then.Revision.ShouldBe(1),
            then => then.Forecast.ShouldBeNull(),
            then => then.Steps.Count.ShouldBe(1));
        (await Replay($"?asOf={At(30)}")).ShouldSatisfyAllConditions(
            then => then.Stage.ShouldBe("approved"),
            then => then.Forecast.ShouldNotBeNull(),
            then => then.Verdict.ShouldNotBeNull());
        (await Replay()).ShouldSatisfyAllConditions(
            then => then.Stage.ShouldBe("assessing"),
            then => then.Revision.ShouldBe(2),
            then => then.Verdict.ShouldBeNull("what was decided on an older revision no longer counts"),
            then => then.Steps.Count.ShouldBe(6));
        (await audit.As(Roles.Auditor).Get($"{Path}?asOf={At(-1)}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_step_says_which_values_a_revision_changed()
    {
        await Story();

        var step = (await Replay()).Steps.Single(step => step.Contract is "governance.use-case-revised.v1");

        step.Changes.ShouldContain(new JsonChange("facts.volume.requestsPerMonth", "1000", "250000"));
        step.Sentence.ShouldStartWith("On 2026-11-20 09:40:00 UTC submitter (portfolio-manager): use case revised, revision 2: ");
        step.Sentence.ShouldContain("facts.volume.requestsPerMonth changed from 1000 to 250000");
    }

    [Fact]
    public async Task News_about_an_older_revision_is_told_and_has_no_effect()
    {
        await Story();

        (await Replay()).Steps[^1].ShouldSatisfyAllConditions(
            step => step.Contract.ShouldBe("governance.data-readiness-assessed.v1"),
            step => step.IsOutdated.ShouldBeTrue());
        (await Replay()).Readiness.ShouldBeNull();
    }

    [Fact]
    public async Task A_case_is_shown_as_of_a_position_of_the_ledger()
    {
        await Story();
        await audit.Sealed();
        var trail = await audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}");
        var submitted = trail.Items.Single(fact => fact.Contract is "governance.use-case-submitted.v1").Position;

        (await Replay($"?position={submitted}")).Steps.ShouldHaveSingleItem().Position.ShouldBe(submitted);
    }

    [Fact]
    public async Task What_was_not_in_effect_yet_can_be_left_out()
    {
        await audit.Publish(Messages.Submitted(id));

        (await audit.As(Roles.Auditor).Get($"{Path}?effectiveAt={At(-1)}")).Expect(HttpStatusCode.NotFound);
        (await Replay($"?effectiveAt={At(0)}")).Steps.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("?asOf=2026-11-20T09:00:00Z&position=1", "position")]
    [InlineData("?position=-1", "position")]
    [InlineData("?asOf=yesterday", "asOf")]
    public async Task A_moment_that_is_none_is_refused(string question, string field) =>
        (await audit.As(Roles.Auditor).Get(Path + question)).ExpectProblem(HttpStatusCode.BadRequest, field, field);

    [Fact]
    public async Task Each_reading_of_a_case_is_itself_recorded_and_sealed()
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}");
        await Replay();

        var reads = await Eventually.Until(
            () => audit.Read<Page<RecordedFact>>("/api/audit/reads?pageSize=200"),
            page => page.Items.Count(fact => fact.Stream == id && fact.Position is not null) == 2,
            what: "both readings to be sealed");

        reads.Items.Where(fact => fact.Stream == id).ShouldAllBe(fact => fact.ActorRole == Roles.Auditor && fact.Service == "audit");
        reads.Items.Where(fact => fact.Stream == id).Select(fact => fact.Data.GetProperty("reading").GetString()).ShouldBe(["trail", "replay"]);
        (await audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}")).Total.ShouldBe(1, "a reading is no part of the case");
    }

    private string Path => $"/api/audit/use-cases/{id}/replay";

    private static string At(int minute) => Uri.EscapeDataString(Origin.Moment.AddMinutes(minute).ToString("O"));

    private Task<CaseReplay> Replay(string question = "") => audit.Read<CaseReplay>(Path + question);

    private async Task Story()
    {
        var facts = Facts.Example.RequestsPerMonth(1000);
        await Publish(Messages.Submitted(id, facts), 0);
        await Publish(Messages.Forecast(id), 10);
        await Publish(Messages.ReviewOpened(id), 20);
        await Publish(Messages.Approved(id), 30, version: 2);
        await Publish(Messages.Revised(id, 2, facts.RequestsPerMonth(250_000)), 40);
        await Publish(Messages.Readiness(id), 50);
    }

    private async Task Publish(IGovernanceEvent fact, int minute, long? version = null) =>
        (await audit.Publish(fact, new(Version: version, RecordedAt: Origin.Moment.AddMinutes(minute)))).Fault.ShouldBeNull();
}
