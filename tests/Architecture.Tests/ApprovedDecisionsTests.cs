using System.Globalization;
using System.Text.Json;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using Governance.Strategy.Tests;

namespace Governance.Architecture.Tests;

/// <summary>
/// Whatever an engine version once decided it decides forever: the result hashes of the golden cases and the demo portfolio are kept per
/// version and policy in <c>decisions.approved.json</c>. The tests write what they find to <c>decisions.actual.json</c> beside them.
/// </summary>
public sealed class ApprovedDecisionsTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private static readonly Lazy<SortedDictionary<string, SortedDictionary<string, string>>> Actual = new(DecideEverything);

    private static readonly Lazy<Dictionary<string, Dictionary<string, string>>> Approved = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(Repository.Read("tests/Architecture.Tests/decisions.approved.json"))!);

    [Fact]
    public void No_engine_decides_otherwise_than_its_version_has_decided_before()
    {
        var otherwise =
            from engine in Approved.Value
            where Actual.Value.ContainsKey(engine.Key)
            from decision in engine.Value
            where Actual.Value[engine.Key].GetValueOrDefault(decision.Key) != decision.Value
            select $"{engine.Key}: {decision.Key}";

        otherwise.ShouldBeEmpty("keep the engine as it was, and decide in a new EngineVersion beside it (docs/adr/0006)");
    }

    [Fact]
    public void Every_engine_that_ever_decided_is_still_there() =>
        Approved.Value.Keys.Select(Version).Except(Actual.Value.Keys.Select(Version), StringComparer.Ordinal).ShouldBeEmpty(
            "recorded decisions name it (docs/adr/0006)");

    [Fact]
    public void Every_engine_and_policy_is_approved() =>
        Actual.Value.Keys.Except(Approved.Value.Keys, StringComparer.Ordinal).ShouldBeEmpty(
            "copy artifacts/bin/Architecture.Tests/*/decisions.actual.json over tests/Architecture.Tests/decisions.approved.json");

    private static string Version(string engine) => engine.Split(' ')[0];

    private static SortedDictionary<string, SortedDictionary<string, string>> DecideEverything()
    {
        var decisions = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        var readiness = Shipped<ReadinessPolicy>("Checks/Policies");
        var prices = Shipped<PriceBook>("PriceBooks");
        var costs = Shipped<CostPolicy>("Forecasts/Policies");
        var strategy = Shipped<StrategyPolicy>("Policies");
        var packs = Shipped<PolicyPack>("Packs");

        foreach (var (name, facts, outlook) in Cases())
        {
            foreach (var policy in readiness.All)
            {
                Keep(ReadinessEngine.Versions, Named(policy), decide => decide(facts, policy));
            }

            foreach (var policy in costs.All)
            {
                foreach (var book in prices.All)
                {
                    Keep(
                        ForecastEngine.Versions,
                        $"{Named(policy)}, {Named(book)}",
                        decide => decide(facts, Canonical.Hash(facts), book, policy).Figures());
                }
            }

            var input = new AssessmentInput(facts, ReadinessEngine.Assess(facts, readiness.Get("2026-11")), outlook);

            foreach (var policy in strategy.All)
            {
                Keep(StrategyEngine.Versions, Named(policy), decide => decide(input, policy, null));
            }

            var recommended = RecommendedStrategy.Of(StrategyEngine.Versions.Of("strategy-1")(input, strategy.Get("2026-11"), null));

            foreach (var pack in packs.All)
            {
                Keep(Classification.Versions, Named(pack), decide => decide(facts, recommended, pack));
            }

            void Keep<TEngine, TResult>(EngineVersions<TEngine> engines, string under, Func<TEngine, TResult> decide)
                where TEngine : Delegate
            {
                foreach (var version in engines.Known)
                {
                    var engine = $"{version} under {under}";
                    decisions.TryAdd(engine, new(StringComparer.Ordinal));
                    decisions[engine].Add(name, Canonical.Hash(decide(engines.Of(version)))[..16]);
                }
            }
        }

        File.WriteAllText(
            Path.Combine(AppContext.BaseDirectory, "decisions.actual.json"),
            JsonSerializer.Serialize(decisions, Readable) + "\n");

        return decisions;
    }

    /// <summary>Costs of demo cases are those of the first engine, prices and policy, so that a later one changes no other engine's input.</summary>
    private static IEnumerable<(string Name, UseCaseFacts Facts, CostOutlook Outlook)> Cases()
    {
        foreach (var golden in GoldenCase.All.Values)
        {
            yield return (golden.Id, golden.UseCase, golden.Costs);
        }

        foreach (var file in Directory.EnumerateFiles(Repository.At("infra/demo"), "*.json").Order(StringComparer.Ordinal))
        {
            var facts = JsonSerializer.Deserialize<UseCaseFacts>(File.ReadAllText(file), Json.Options)!;
            var figures = ForecastEngine.Versions.Of("forecast-2")(
                facts,
                Canonical.Hash(facts),
                Shipped<PriceBook>("PriceBooks").Get("2026-11"),
                Shipped<CostPolicy>("Forecasts/Policies").Get("2026-11")).Figures();

            yield return (Path.GetFileNameWithoutExtension(file), facts, new(figures.Currency, figures.HorizonMonths, figures.Strategies, figures.BreakEven));
        }
    }

    private static string Named<T>(Versioned<T> data) where T : IVersionedData =>
        string.Create(CultureInfo.InvariantCulture, $"{data.Version} {data.Hash[..8]}");

    private static VersionedData<T> Shipped<T>(string folder) where T : IVersionedData => VersionedData.FromResources<T>(typeof(T).Assembly, folder);
}
