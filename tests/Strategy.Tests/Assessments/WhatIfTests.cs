using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using Governance.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Strategy.Tests.Assessments;

/// <summary>Strategy beside the real DataReadiness and a stand-in for Costs.</summary>
public sealed class WhatIfTests(StrategyService service, ReadinessNeighbour readiness) :
    IClassFixture<StrategyService>, IClassFixture<ReadinessNeighbour>, IAsyncLifetime
{
    private const string Door = "/api/assessments/what-if";
    private const string Unit = "Retail Banking";

    private static readonly Person Ada = new("Ada Admin", [Roles.Administrator], []);
    private static readonly Person Grace = new("Grace Admin", [Roles.Administrator], []);

    private CostsDouble costs = null!;

    public async ValueTask InitializeAsync()
    {
        costs = await CostsDouble.Start();
        var configuration = service.Services.GetRequiredService<IConfiguration>();
        configuration["services:costs:http:0"] = costs.Address;
        configuration["services:data-readiness:http:0"] = readiness.Address.AbsoluteUri;
    }

    public async ValueTask DisposeAsync() => await costs.DisposeAsync();

    [Fact]
    public async Task The_answer_is_the_assessment_a_submission_would_get_and_nothing_is_recorded()
    {
        var before = await service.Footprint();
        var view = (await service.As(Roles.PortfolioManager, Unit).Post(Door, new { facts = Facts.Example })).Expect(HttpStatusCode.OK).Read<AssessmentView>();
        var expected = Engine.Assess(Facts.Example, Engine.PaysBack, withFlips: true);

        view.ResultHash.ShouldBe(Canonical.Hash(expected));
        (view.UseCaseId, view.Revision, view.PolicyVersion).ShouldBe((null, null, "2026-11"));
        (await service.Footprint()).ShouldBe(before);
        costs.Asked.ShouldHaveSingleItem().Token.ShouldStartWith("Bearer ");
    }

    [Fact]
    public async Task A_price_book_is_handed_on_to_costs()
    {
        (await service.As(Roles.Auditor).Post(Door, new { facts = Facts.Example, priceBook = "2027-01" })).Expect(HttpStatusCode.OK);

        costs.Asked.ShouldHaveSingleItem().Body!["priceBook"]!.GetValue<string>().ShouldBe("2027-01");
    }

    [Fact]
    public async Task A_draft_policy_can_be_tried_out()
    {
        var version = await Draft(p => p["decision"]!["pointsForTuning"] = 1_000);

        var view = (await service.As(Roles.Auditor).Post(Door, new { facts = Facts.Example, policy = version })).Expect(HttpStatusCode.OK).Read<AssessmentView>();

        (view.PolicyVersion, view.Recommendation).ShouldBe((version, StrategyKind.PromptEngineering));
        (await service.As(Roles.Auditor).Post(Door, new { facts = Facts.Example, policy = "1999" })).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Wrong_facts_are_refused_before_anybody_is_asked()
    {
        (await service.As(Roles.Auditor).Post(Door, new { facts = Facts.Example with { PromptCount = -1 } }))
            .ExpectProblem(HttpStatusCode.BadRequest, "promptCount", "facts.promptCount");
        (await service.As(Roles.Auditor).Post(Door, new { facts = Facts.Example, colour = "red" }))
            .ExpectProblem(HttpStatusCode.BadRequest, "not known", "colour");
        costs.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_costs_refuses_is_refused_for_the_same_reason()
    {
        costs.Refusal = TypedResults.Problem(statusCode: 400, title: "No.", extensions: new Dictionary<string, object?>
        {
            ["errors"] = new Dictionary<string, string[]> { ["facts.model.base"] = ["is not in price book 2026-11."] },
        });

        (await service.As(Roles.Auditor).Post(Door, new { facts = Facts.Example }))
            .ExpectProblem(HttpStatusCode.BadRequest, "price book", "facts.model.base");
    }

    [Fact]
    public async Task While_costs_is_away_the_question_can_be_asked_again_later()
    {
        await costs.DisposeAsync();

        (await service.As(Roles.Auditor).Post(Door, new { facts = Facts.Example })).Expect(HttpStatusCode.ServiceUnavailable).Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_draft_policy_is_simulated_over_all_recorded_decisions_without_touching_them()
    {
        var flips = await Record(Facts.Example with { BusinessUnit = "Simulated" });
        var stays = await Record(Facts.Example.LabelledExamples(400) with { BusinessUnit = "Simulated" });
        var version = await Draft(p => p["decision"]!["pointsForTuning"] = 1_000);
        var before = await service.Footprint();

        var answer = (await service.As(Ada).Post($"/api/policies/{version}/simulation")).Expect(HttpStatusCode.OK).Json;

        var flipped = answer["flipped"].Deserialize<List<FlippedDecision>>(Json.Options)!;
        flipped.ShouldContain(new FlippedDecision(flips, Messages.Number, 1, "Simulated", StrategyKind.FineTuning, StrategyKind.PromptEngineering, "EUR", 300_000.25m, 400_000));
        flipped.ShouldNotContain(f => f.UseCaseId == stays);
        var unit = answer["businessUnits"]!.AsArray().Single(u => u!["businessUnit"]!.GetValue<string>() == "Simulated")!["totals"].Deserialize<SimulationTotals>(Json.Options)!;
        (unit.Decisions, unit.Flipped, unit.CostDifference["EUR"], unit.Changes["fine-tuning to prompt-engineering"]).ShouldBe((2, 1, 99_999.75m, 1));
        (await service.Footprint()).ShouldBe(before);
    }

    [Fact]
    public async Task A_draft_price_book_is_simulated_on_the_recorded_facts_under_the_recorded_cost_policy()
    {
        var facts = Facts.Example with { BusinessUnit = "Repriced" };
        var id = await Record(facts);
        var book = JsonNode.Parse(Shipped<PriceBook>("PriceBooks", "2026-11-15").Json!)!;
        foreach (var model in book["models"]!.AsArray())
        {
            model!["output"] = 3 * model["output"]!.GetValue<decimal>();
        }

        book["version"] = "2027-01";
        costs.PriceBook = book;
        var dearer = VersionedData.Parse<PriceBook>(book.ToJsonString());
        var version = await Draft(p => p["decision"]!["pointsForTuning"] = 1_000);
        var before = await service.Footprint();

        var answer = (await service.As(Ada).Post($"/api/policies/{version}/simulation?priceBook=2027-01")).Expect(HttpStatusCode.OK).Json;

        costs.Asked.ShouldHaveSingleItem().Path.ShouldBe("/api/price-books/2027-01");
        (answer["priceBookVersion"]!.GetValue<string>(), answer["priceBookHash"]!.GetValue<string>()).ShouldBe(("2027-01", dearer.Hash));
        var flipped = answer["flipped"].Deserialize<List<FlippedDecision>>(Json.Options)!.Single(f => f.UseCaseId == id);
        var forecast = ForecastEngine.Forecast(facts, dearer, Shipped<CostPolicy>("Forecasts/Policies", "2026-11"));
        (flipped.CostBefore, flipped.CostAfter, flipped.Currency).ShouldBe((300_000.25m, forecast[StrategyKind.PromptEngineering].Total, forecast.Currency));
        (await service.Footprint()).ShouldBe(before);
    }

    [Fact]
    public async Task A_price_book_costs_does_not_know_is_refused_before_anything_is_simulated()
    {
        var answer = await service.As(Ada).Post("/api/policies/2026-11/simulation?priceBook=1999");

        answer.Expect(HttpStatusCode.NotFound).Body.ShouldContain("costs");
    }

    [Fact]
    public async Task The_latest_revision_alone_is_simulated()
    {
        var id = await Record(Facts.Example with { BusinessUnit = "Twice" });
        await Record(Facts.Example with { BusinessUnit = "Twice" }, id, revision: 2);
        var version = await Draft(p => p["decision"]!["pointsForTuning"] = 1_000);

        var answer = (await service.As(Ada).Post($"/api/policies/{version}/simulation")).Expect(HttpStatusCode.OK).Json;

        answer["flipped"].Deserialize<List<FlippedDecision>>(Json.Options)!.Single(f => f.UseCaseId == id).Revision.ShouldBe(2);
        (await service.As(Grace).Post("/api/policies/1999/simulation")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_kept_for_it_decides_a_case_as_all_that_it_was_decided_on_would()
    {
        var inputs = new ConcurrentDictionary<Guid, AssessmentInput>();
        await Decide(Facts.Example);
        await UseCases.Any.SampleAsync(Decide, iter: 60);
        var draft = Draft("2027-kept", policy => policy["decision"]!["pointsForTuning"] = 1_000);
        (await service.As(Ada).Post("/api/policies", draft.ToJsonString())).Expect(HttpStatusCode.Created);

        var answer = (await service.As(Ada).Post("/api/policies/2027-kept/simulation")).Expect(HttpStatusCode.OK).Json;

        var policy = VersionedData.Parse<StrategyPolicy>(draft.ToJsonString());
        var expected =
            from input in inputs
            let before = StrategyEngine.Assess(input.Value, Engine.Policy, [])
            let after = StrategyEngine.Recommend(input.Value, policy)
            where before.Recommendation != after
            select (input.Key, before.Recommendation, after, input.Value.Costs.Total(before.Recommendation, before.Retrieval), input.Value.Costs.Total(after, before.Retrieval));
        var flipped = answer["flipped"].Deserialize<List<FlippedDecision>>(Json.Options)!.Where(f => inputs.ContainsKey(f.UseCaseId));
        flipped.Select(f => (f.UseCaseId, f.Before, f.After, f.CostBefore, f.CostAfter)).ShouldBe(expected, ignoreOrder: true);
        flipped.Count().ShouldBeInRange(1, inputs.Count - 1, "else nothing was told apart");

        async Task Decide(UseCaseFacts facts)
        {
            var forecast = ForecastEngine.Forecast(facts, Shipped<PriceBook>("PriceBooks", "2026-11"), Shipped<CostPolicy>("Forecasts/Policies", "2026-11"));
            var costs = new CostOutlook(forecast.Currency, forecast.HorizonMonths, forecast.Figures().Strategies, forecast.BreakEven);
            inputs[await Record(facts, costs: costs)] = new(facts, ReadinessEngine.Assess(facts, Engine.ReadinessPolicy), costs);
        }
    }

    [Fact]
    public async Task A_decision_made_without_a_check_and_without_costs_is_simulated_as_well()
    {
        var id = Guid.CreateVersion7();

        foreach (var part in (IUseCaseEvent[])[Messages.Submitted(id), Messages.Readiness(id) with { Readiness = new(ReadinessVerdict.Ready, 100, []) }, Messages.Forecast(id) with { Strategies = [] }])
        {
            (await service.Publish(part)).Fault.ShouldBeNull();
        }

        (await service.As(Ada).Post("/api/policies/2026-11/simulation")).Expect(HttpStatusCode.OK);
    }

    private static Versioned<T> Shipped<T>(string folder, string version) where T : IVersionedData =>
        VersionedData.FromResources<T>(typeof(T).Assembly, folder).Get(version);

    private async Task<string> Draft(Action<JsonNode> change)
    {
        var version = $"2027-{Guid.CreateVersion7():n}"[..30];
        (await service.As(Ada).Post("/api/policies", Draft(version, change).ToJsonString())).Expect(HttpStatusCode.Created);

        return version;
    }

    private static JsonNode Draft(string version, Action<JsonNode> change)
    {
        var policy = JsonSerializer.SerializeToNode(Engine.Policy.Content, Json.Options)!;
        policy["version"] = version;
        policy["effectiveFrom"] = "2027-06-01T00:00:00+00:00";
        change(policy);

        return policy;
    }

    private async Task<Guid> Record(UseCaseFacts facts, Guid? useCase = null, int revision = 1, CostOutlook? costs = null)
    {
        var id = useCase ?? Guid.CreateVersion7();
        var forecast = Messages.Forecast(id, revision);
        forecast = costs is null ? forecast : forecast with { Currency = costs.Currency, HorizonMonths = costs.HorizonMonths, Strategies = costs.Strategies, BreakEven = costs.BreakEven };
        IUseCaseEvent submitted = revision is 1 ? Messages.Submitted(id, facts) : Messages.Revised(id, revision, facts);

        foreach (var part in (IUseCaseEvent[])[submitted, Messages.Readiness(id, revision) with { Readiness = ReadinessEngine.Assess(facts, Engine.ReadinessPolicy) }, forecast])
        {
            (await service.Publish(part)).Fault.ShouldBeNull();
        }

        return id;
    }
}

/// <summary>DataReadiness with a database of its own.</summary>
public sealed class ReadinessNeighbour(PostgresServer postgres) : ServiceFixture<ReadinessFile>(postgres);
