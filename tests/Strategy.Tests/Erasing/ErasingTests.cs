using System.Net;
using System.Text.Json;
using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Strategy.Policies;
using Governance.Testing;

namespace Governance.Strategy.Tests.Erasing;

public sealed class ErasingTests(StrategyService service) : IClassFixture<StrategyService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task Erased_texts_stand_nowhere_any_more_and_the_assessment_says_why_it_is_not_explained()
    {
        await Assess(Messages.Submitted(id, Messages.Marked("Zanzibar")));
        (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem();

        await service.ShouldApplyOnce(Messages.Erased(id));

        (await StoredTexts.Holding(service.Database, "Zanzibar")).ShouldBeEmpty();
        (await service.Announced<PersonalDataErasedFrom>(id)).ShouldHaveSingleItem().Fact.Events.ShouldBe(2, "the facts and the assessment of them");
        (await service.As(Roles.Auditor).Get($"/api/use-cases/{id}/assessment")).ExpectProblem(HttpStatusCode.Conflict, "has been erased");
        await service.LiveFoldShouldBePlain<AssessmentFile>(id);
    }

    [Fact]
    public async Task A_decision_whose_texts_are_erased_flips_in_no_simulation_and_is_counted()
    {
        var administrator = service.As(new Person("Ada Admin", [Roles.Administrator], []));
        var facts = Facts.Example with { Title = "Timbuktu" };
        await Assess(Messages.Submitted(id, facts), ReadinessEngine.Assess(facts, Engine.ReadinessPolicy));
        var policy = JsonSerializer.SerializeToNode(Engine.Policy.Content, Json.Options)!;
        (policy["version"], policy["effectiveFrom"], policy["decision"]!["pointsForTuning"]) = ("2027-erased", "2027-06-01T00:00:00+00:00", 1_000);
        (await administrator.Post("/api/policies", policy.ToJsonString())).Expect(HttpStatusCode.Created);
        var before = await Simulate();
        before.Flipped.ShouldContain(id);

        await service.ShouldApplyOnce(Messages.Erased(id));

        var after = await Simulate();
        after.Flipped.ShouldNotContain(id);
        after.Totals.Erased.ShouldBe(before.Totals.Erased + 1);
        after.Totals.Decisions.ShouldBe(before.Totals.Decisions);

        async Task<(IEnumerable<Guid> Flipped, SimulationTotals Totals)> Simulate()
        {
            var answer = (await administrator.Post("/api/policies/2027-erased/simulation")).Expect(HttpStatusCode.OK).Json;

            return (
                answer["flipped"].Deserialize<List<FlippedDecision>>(Json.Options)!.Select(flipped => flipped.UseCaseId),
                answer["totals"].Deserialize<SimulationTotals>(Json.Options)!);
        }
    }

    [Fact]
    public async Task A_submission_that_comes_late_is_assessed_and_brings_no_text_back()
    {
        (await service.Publish(Messages.Erased(id))).Fault.ShouldBeNull();

        await Assess(Messages.Submitted(id, Messages.Marked("Samarkand")));

        (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem().Fact.Facts.Title.ShouldBe(PersonalTexts.Mask);
        (await StoredTexts.Holding(service.Database, "Samarkand")).ShouldBeEmpty();
    }

    private async Task Assess(UseCaseSubmitted submitted, Readiness? readiness = null)
    {
        var checkedData = Messages.Readiness(id);

        foreach (var fact in (IGovernanceEvent[])[submitted, checkedData with { Readiness = readiness ?? checkedData.Readiness }, Messages.Forecast(id)])
        {
            (await service.Publish(fact)).Fault.ShouldBeNull();
        }
    }
}
