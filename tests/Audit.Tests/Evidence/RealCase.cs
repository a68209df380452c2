using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Engines;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Testing;

namespace Governance.Audit.Tests.Evidence;

/// <summary>The facts of a case as the services would publish them: every decision made by its engine.</summary>
internal static class RealCase
{
    private static readonly JsonSerializerOptions Recorded = new(Json.Tolerant)
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectRequiredConstructorParameters = false,
    };

    public static async Task Publish(AuditService audit, Guid id, UseCaseFacts? declared = null, string? calendar = null, DateTimeOffset? at = null)
    {
        var facts = declared ?? Facts.Example;
        var json = JsonSerializer.Serialize(facts, Json.Options);
        var readiness = ReRun.Readiness("readiness-1", json, Shipped("checks"));
        var forecast = ReRun.Forecast(Governance.Costs.Forecasts.ForecastEngine.EngineVersion, json, Shipped("models"), Shipped("horizonMonths"));
        var figures = JsonNode.Parse(forecast.Result)!;
        var costs = new CostForecast(
            id, 1, figures["currency"]!.GetValue<string>(), figures["horizonMonths"]!.GetValue<int>(),
            Read<IReadOnlyList<StrategyCost>>(figures["strategies"]!), Read<BreakEven>(figures["breakEven"]!),
            Version("models"), forecast.PriceBookHash!, forecast.Basis);
        var found = Read<Readiness>(JsonNode.Parse(readiness.Result)!);
        var input = new AssessmentInput(facts, found, CostOutlook.From(costs));
        var strategy = ReRun.Strategy(StrategyEngine.EngineVersion, JsonSerializer.Serialize(input, Json.Options), Shipped("factors"));
        var assessment = Read<StrategyAssessment>(JsonNode.Parse(strategy.Result)!);
        var reviewed = JsonSerializer.Serialize(new ReviewedFacts(facts, RecommendedStrategy.Of(assessment)), Json.Options);
        var classified = ReRun.Classification(Classification.EngineVersion, reviewed, Shipped("bulkApproval"));
        var opened = JsonNode.Parse(classified.Result)!;

        IGovernanceEvent[] story =
        [
            Messages.Submitted(id, facts),
            new DataReadinessAssessed(id, 1, found, readiness.Basis),
            costs,
            new StrategyRecommended(id, 1, Messages.Number, facts, ["submitter"], assessment, strategy.Basis),
            new ReviewOpened(
                id, 1, Messages.Number, Read<RiskTier>(opened["tier"]!), Read<IReadOnlyList<string>>(opened["obligations"]!),
                [.. Read<IReadOnlyList<SignOffRequirement>>(opened["signOffs"]!).Select(r => new RequiredSignOff(
                    r.AnyOf[0], r.Reason, Origin.Moment.AddDays(3), r.Id, r.AnyOf, r.Quorum, r.Stage))],
                classified.MaterialHash!, classified.Basis, CalendarId: "default", CalendarHash: calendar ?? Canonical.Hash(JsonNode.Parse(Shipped("workingDays")))),
            Messages.Withdrawn(id) with { Revision = 2 },
        ];

        foreach (var fact in story)
        {
            (await audit.Publish(fact, new(RecordedAt: at))).Fault.ShouldBeNull();
        }
    }

    private static string Shipped(string member) =>
        PolicyLibrary.Shipped.Values.Where(json => JsonNode.Parse(json)![member] is not null).OrderBy(json => JsonNode.Parse(json)!["version"]?.GetValue<string>(), StringComparer.Ordinal).First();

    private static string Version(string member) => JsonNode.Parse(Shipped(member))!["version"]!.GetValue<string>();

    private static T Read<T>(JsonNode json) => json.Deserialize<T>(Recorded)!;
}
