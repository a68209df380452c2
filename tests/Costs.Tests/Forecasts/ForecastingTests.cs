using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Costs.Tests.Forecasts;

public sealed class ForecastingTests(CostsService service) : IClassFixture<CostsService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task A_submission_is_forecast_announced_and_shown_to_its_unit()
    {
        (await service.Publish(Messages.Submitted(id))).Fault.ShouldBeNull();

        var announced = (await service.Announced<CostForecast>(id)).ShouldHaveSingleItem().Fact;
        var view = (await service.As(Roles.PortfolioManager, "Retail Banking").Get(Path)).Expect(HttpStatusCode.OK).Read<ForecastView>();

        announced.Revision.ShouldBe(1);
        announced.Basis.InputHash.ShouldBe(Canonical.Hash(Facts.Example));
        (view.UseCaseId, view.Revision, view.Currency, view.HorizonMonths)
            .ShouldBe((id, 1, announced.Currency, announced.HorizonMonths));
        view.Strategies.Select(s => (s.Strategy, s.Total)).ShouldBe(announced.Strategies.Select(s => (s.Strategy, s.Total)));
        (view.Basis, view.PriceBookHash).ShouldBe((announced.Basis, announced.PriceBookHash));
        Canonical.Hash(view.BreakEven).ShouldBe(Canonical.Hash(announced.BreakEven));
        view.BreakEven.ByVolume.ShouldNotBeEmpty();
        await service.SnapshotShouldEqualLiveFold<ForecastFile>(id);
    }

    [Fact]
    public async Task The_announcement_names_the_service_and_the_message_that_caused_it()
    {
        var correlation = Guid.CreateVersion7();
        var cause = await service.Publish(Messages.Submitted(id), new(Correlation: correlation));

        var origin = (await service.Announced<CostForecast>(id)).ShouldHaveSingleItem().Origin;

        (origin.Service, origin.Context.Actor, origin.Context.ActorRole).ShouldBe(("costs", "service:costs", "service"));
        (origin.Context.CorrelationId, origin.Context.CausationId).ShouldBe((correlation, cause.MessageId));
    }

    [Fact]
    public async Task A_revision_is_forecast_anew_and_an_older_one_changes_nothing()
    {
        await service.Publish(Messages.Revised(id, 2, Facts.Example.RequestsPerMonth(1_000)));
        await service.Publish(Messages.Submitted(id));
        await service.Publish(Messages.Revised(id, 3));

        (await service.Announced<CostForecast>(id)).Select(a => a.Fact.Revision).ShouldBe([2, 3]);
        (await service.As(Roles.Auditor).Get(Path)).Read<ForecastView>().Revision.ShouldBe(3);
        await service.SnapshotShouldEqualLiveFold<ForecastFile>(id);
    }

    [Fact]
    public async Task The_forecast_names_who_answers_for_the_benefit_and_on_what_evidence()
    {
        var facts = Facts.Example with { Benefit = Facts.Example.Benefit with { Owner = "Head of Claims", Evidence = "Time sheets" } };
        await service.Publish(Messages.Revised(id, 1, facts));

        var forecast = (await service.As(Roles.Auditor).Get(Path)).Read<ForecastView>();

        (forecast.BenefitOwner, forecast.BenefitEvidence).ShouldBe(("Head of Claims", "Time sheets"));
    }

    [Fact]
    public async Task Money_comes_back_from_the_store_to_the_cent()
    {
        await service.Publish(Messages.Submitted(id));

        var stored = (await service.EventsOf(id)).ShouldHaveSingleItem().ShouldBeOfType<CostsForecast>();

        Canonical.Hash(stored.Figures).ShouldBe(stored.Basis.ResultHash);
        Canonical.Hash(stored.Facts).ShouldBe(stored.Basis.InputHash);
        Canonical.Hash(stored.Again(Given.Prices, Given.Policy).Figures())
            .ShouldBe(stored.Basis.ResultHash, "made again from what was stored");
    }

    /// <summary>A stored forecast is its facts and a few figures: the 36 months by line can be made again and are not written down.</summary>
    [Fact]
    public async Task What_can_be_made_again_is_not_stored()
    {
        await service.Publish(Messages.Submitted(id));

        var stored = (await service.EventsOf(id)).ShouldHaveSingleItem();

        Size(stored).ShouldBeLessThan(Size(Facts.Example) + 4_096);
    }

    [Fact]
    public Task A_forecast_of_an_engine_this_build_lacks_is_not_shown() =>
        ShouldNotBeShown(basis => basis with { EngineVersion = "forecast-99" }, "decided by forecast-99");

    [Fact]
    public Task Months_that_no_longer_add_up_to_the_recorded_figures_are_not_shown() =>
        ShouldNotBeShown(basis => basis with { ResultHash = "" }, "another forecast");

    private async Task ShouldNotBeShown(Func<DecisionBasis, DecisionBasis> change, string because)
    {
        var made = (CostsForecast)new ForecastCosts(1, "UC-2026-0042", Facts.Example, Given.Prices, Given.Policy).Decide(new()).Single();
        await using (var session = service.Store.LightweightSession())
        {
            session.Events.StartStream<ForecastFile>(id, made with { Basis = change(made.Basis) });
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await service.As(Roles.Auditor).Get(Path)).ExpectProblem(HttpStatusCode.Conflict, because);
    }

    [Fact]
    public async Task A_submission_delivered_twice_is_forecast_once()
    {
        await service.ShouldApplyOnce(Messages.Submitted(id));

        (await service.Announced<CostForecast>(id)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_forecast_is_shown_to_those_who_may_see_the_case_and_to_nobody_else()
    {
        await service.Publish(Messages.Submitted(id));

        (await service.Anonymous.Get(Path)).Expect(HttpStatusCode.Unauthorized);
        (await service.As(Roles.Executive, "Retail Banking").Get(Path)).Expect(HttpStatusCode.Forbidden);
        (await service.As(Roles.PortfolioManager, "Insurance").Get(Path)).Expect(HttpStatusCode.NotFound);
        (await service.As(Roles.Auditor).Get(Path)).Expect(HttpStatusCode.OK);
        (await service.As(Roles.Auditor).Get($"/api/use-cases/{Guid.NewGuid()}/forecast")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_message_without_content_is_refused() => await service.ShouldRefuse(Changed(e => e["message"] = new JsonObject()));

    [Fact]
    public async Task A_message_of_unknown_origin_is_refused() => await service.ShouldRefuse(Changed(e => e.Remove("headers")));

    private static int Size(object stored) => JsonSerializer.SerializeToUtf8Bytes(stored, stored.GetType(), Json.Options).Length;

    private string Path => $"/api/use-cases/{id}/forecast";

    private JsonObject Changed(Action<JsonObject> change)
    {
        var envelope = Wire.Envelope(Messages.Submitted(id));
        change(envelope);

        return envelope;
    }
}
