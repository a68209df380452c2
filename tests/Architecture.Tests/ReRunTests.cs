using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.DataReadiness.Checks;
using Governance.Engines;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using Governance.Strategy.Tests;

namespace Governance.Architecture.Tests;

/// <summary>A recorded decision, made again from JSON alone.</summary>
public sealed class ReRunTests
{
    private static readonly GoldenCase Case = GoldenCase.All["G03"];

    private static readonly Versioned<ReadinessPolicy> ReadinessPolicy = Shipped<ReadinessPolicy>("Checks/Policies");
    private static readonly Versioned<StrategyPolicy> StrategyPolicy = Shipped<StrategyPolicy>("Policies");
    private static readonly Versioned<CostPolicy> CostPolicy = Shipped<CostPolicy>("Forecasts/Policies");
    private static readonly Versioned<PriceBook> Prices = Shipped<PriceBook>("PriceBooks");
    private static readonly Versioned<PolicyPack> Pack = Shipped<PolicyPack>("Packs");

    [Fact]
    public void Readiness_is_made_again_to_the_byte()
    {
        var readiness = ReadinessEngine.Assess(Case.UseCase, ReadinessPolicy);
        var again = ReRun.Readiness("readiness-1", Json(Case.UseCase), ReadinessPolicy.Json!);

        again.Basis.ShouldBe(Basis.Of(ReadinessPolicy, "readiness-1", Case.UseCase, readiness));
        again.Result.ShouldBe(Canonical.Write(JsonNode.Parse(Json(readiness))));
    }

    [Theory]
    [InlineData("forecast-2", LookAround.Nowhere)]
    [InlineData("forecast-3", LookAround.OtherVolumes)]
    [InlineData("forecast-4", LookAround.OtherVolumesAndFacts)]
    public void A_forecast_is_made_again_to_the_byte_by_the_engine_that_made_it(string version, LookAround lookedAround)
    {
        var hash = Canonical.Hash(Case.UseCase);
        var figures = ForecastEngine.ForecastSubmitted(Case.UseCase, hash, Prices, CostPolicy, lookedAround).Figures();
        var again = ReRun.Forecast(version, Json(Case.UseCase), Prices.Json!, CostPolicy.Json!);

        again.Basis.ShouldBe(Basis.Of(CostPolicy, version, Case.UseCase, figures));
        again.Result.Contains("byVolume", StringComparison.Ordinal).ShouldBe(lookedAround is not LookAround.Nowhere);
        again.Result.Contains("byFact", StringComparison.Ordinal).ShouldBe(lookedAround is LookAround.OtherVolumesAndFacts);
        again.PriceBookHash.ShouldBe(Prices.Hash);
    }

    [Fact]
    public void A_recommendation_is_made_again_to_the_byte_flips_included()
    {
        var input = Input();
        var assessment = StrategyEngine.Assess(input, StrategyPolicy);
        var again = ReRun.Strategy("strategy-1", Json(input), StrategyPolicy.Json!);

        again.Basis.ShouldBe(Basis.Of(StrategyPolicy, "strategy-1", input, assessment));
        again.Result.ShouldContain("\"flips\":[{");
    }

    [Fact]
    public void A_classification_is_made_again_to_the_byte()
    {
        var reviewed = new ReviewedFacts(Case.UseCase, RecommendedStrategy.Of(StrategyEngine.Assess(Input(), StrategyPolicy)));
        var classification = Classification.Classify(reviewed.Facts, reviewed.Assessment, Pack);
        var again = ReRun.Classification("classification-2", Json(reviewed), Pack.Json!);

        again.Basis.ShouldBe(Basis.Of(Pack, "classification-2", reviewed, classification));
        again.Result.ShouldBe(Canonical.Write(JsonNode.Parse(Json(classification))));
        again.MaterialHash.ShouldBe(MaterialFacts.Hash(reviewed.Facts, reviewed.Assessment, Pack));
    }

    [Fact]
    public void Numbers_may_come_as_the_bus_writes_them()
    {
        var input = JsonNode.Parse(Json(Input()))!;
        input["facts"]!["volume"]!["requestsPerMonth"] = "200000";

        ReRun.Strategy("strategy-1", input.ToJsonString(), StrategyPolicy.Json!)
            .Basis.ShouldBe(ReRun.Strategy("strategy-1", Json(Input()), StrategyPolicy.Json!).Basis);
    }

    [Fact]
    public void A_changed_input_or_policy_shows_in_the_member_it_belongs_to()
    {
        var input = Input();
        var recorded = ReRun.Strategy("strategy-1", Json(input), StrategyPolicy.Json!).Basis;
        var otherInput = ReRun.Strategy("strategy-1", Json(input with { Facts = input.Facts with { Title = "Another" } }), StrategyPolicy.Json!).Basis;
        var otherPolicy = ReRun.Strategy(
            "strategy-1", Json(input), Json(StrategyPolicy.Content with { Decision = StrategyPolicy.Content.Decision with { HybridReach = 7 } })).Basis;

        otherInput.ShouldBe(recorded with { InputHash = otherInput.InputHash });
        otherInput.InputHash.ShouldNotBe(recorded.InputHash);
        otherPolicy.PolicyHash.ShouldNotBe(recorded.PolicyHash);
        otherPolicy.InputHash.ShouldBe(recorded.InputHash);
    }

    [Fact]
    public void An_engine_that_is_not_there_is_named() =>
        Should.Throw<UnknownEngineException>(() => ReRun.Strategy("strategy-99", Json(Input()), StrategyPolicy.Json!))
            .Message.ShouldBe("This was decided by strategy-99; this build has strategy-1. Run a release that has strategy-99: it is in every later one.");

    private static AssessmentInput Input() => new(Case.UseCase, ReadinessEngine.Assess(Case.UseCase, ReadinessPolicy), Case.Costs);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ServiceDefaults.Json.Options);

    private static Versioned<T> Shipped<T>(string folder) where T : IVersionedData =>
        VersionedData.FromResources<T>(typeof(T).Assembly, folder).Get("2026-11");
}
