using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;

namespace Governance.Architecture.Tests;

/// <summary>
/// Decisions are computed again years later, on other machines: the same facts and policy must give the same bytes.
/// </summary>
public sealed partial class DecisionEngineTests
{
    private static readonly string[] Folders =
    [
        "src/Engines", "src/Compliance/Packs",
    ];

    private static readonly string[] Files =
    [
        "src/Compliance/Calendars/BusinessCalendar.cs",
    ];

    /// <summary>Everything in the folders but the slices, which listen to the bus or answer at a door.</summary>
    private static readonly IReadOnlyList<Line> Engines =
    [
        .. Folders.SelectMany(Repository.Code).Concat(Files.SelectMany(Repository.CodeOf))
            .GroupBy(line => line.Path)
            .Where(file => !file.Any(line => Door().IsMatch(line.Text)))
            .SelectMany(file => file),
    ];

    [Theory]
    [InlineData("src/Engines/DataReadiness/Checks/ReadinessEngine.cs")]
    [InlineData("src/Engines/Costs/Forecasts/ForecastEngine.cs")]
    [InlineData("src/Engines/Strategy/Engine/StrategyEngine.cs")]
    [InlineData("src/Engines/Compliance/Reviews/Classification.cs")]
    public void Every_engine_is_looked_at(string path) => Engines.Select(line => line.Path).ShouldContain(path);

    [Fact]
    public void No_engine_reads_a_clock() => Engines.Where(line => Clock().IsMatch(line.Text)).ShouldBeEmpty();

    [Fact]
    public void No_engine_throws_dice_or_depends_on_hash_codes() => Engines.Where(line => Chance().IsMatch(line.Text)).ShouldBeEmpty();

    [Fact]
    public void No_engine_computes_in_binary_fractions() => Engines.Where(line => BinaryFraction().IsMatch(line.Text)).ShouldBeEmpty();

    [Fact]
    public void No_engine_reaches_outside() => Engines.Where(line => Outside().IsMatch(line.Text)).ShouldBeEmpty();

    [Fact]
    public void No_engine_asks_for_the_culture_of_the_machine() =>
        Engines.Where(line => CurrentCulture().IsMatch(line.Text)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(DemoCases))]
    public void A_machine_with_other_digits_and_signs_decides_the_same_to_the_byte(string path)
    {
        var expected = DecideEverything(path);
        var before = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = Elsewhere();

            DecideEverything(path).ShouldBe(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    public static TheoryData<string> DemoCases =>
    [
        .. Directory.EnumerateFiles(Repository.At("infra/demo"), "*.json").Select(file => Path.GetRelativePath(Repository.Root, file)),
    ];

    /// <summary>The way of a case through all engines, as one text.</summary>
    private static string DecideEverything(string path)
    {
        var facts = JsonSerializer.Deserialize<UseCaseFacts>(Repository.Read(path), Json.Options)!;
        var readiness = ReadinessEngine.Assess(facts, InForce<ReadinessPolicy>("Checks/Policies"));
        var forecast = ForecastEngine.Forecast(facts, InForce<PriceBook>("PriceBooks"), InForce<CostPolicy>("Forecasts/Policies"));
        var costs = new CostOutlook(forecast.Currency, forecast.HorizonMonths, forecast.Figures().Strategies, forecast.BreakEven);
        var assessment = StrategyEngine.Assess(new(facts, readiness, costs), InForce<StrategyPolicy>("Policies"));
        var pack = InForce<PolicyPack>("Packs");
        var strategy = RecommendedStrategy.Of(assessment);
        var classification = Classification.Classify(facts, strategy, pack);
        var material = MaterialFacts.Hash(facts, strategy, pack);

        return Canonical.Write(JsonSerializer.SerializeToNode(
            new { readiness, forecast, assessment, classification, material }, Json.Options));
    }

    private static Versioned<T> InForce<T>(string folder) where T : IVersionedData =>
        VersionedData.FromResources<T>(typeof(T).Assembly, folder).InForce(DateTimeOffset.MaxValue);

    /// <summary>Made by hand, so that it is strange on a machine without culture data too.</summary>
    private static CultureInfo Elsewhere()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = "٫";
        culture.NumberFormat.NumberGroupSeparator = "’";
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.PercentSymbol = "٪";
        culture.DateTimeFormat.DateSeparator = "·";
        culture.DateTimeFormat.TimeSeparator = "·";
        culture.DateTimeFormat.ShortDatePattern = "dd/MM/yy";

        return culture;
    }

    [GeneratedRegex(@"\bIConsumer<|\bHandle\(")]
    private static partial Regex Door();

    [GeneratedRegex(@"\bTimeProvider\b|\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bStopwatch\b|\bEnvironment\.TickCount")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\bRandom|\bGuid\.(NewGuid|CreateVersion7)\b|\.GetHashCode\(|\bHashCode\b|\bParallel\b|\.AsParallel\(")]
    private static partial Regex Chance();

    [GeneratedRegex(@"\b(double|float|Half|Double)\b|\bMath\.(Pow|Sqrt|Exp|Log\w*)\b")]
    private static partial Regex BinaryFraction();

    [GeneratedRegex(
        @"\b(File|Directory|Environment|Console|Process|HttpClient|Npgsql\w+|I(Query|Document)Session|IConfiguration|ILogger)\b[.<( ]"
        + @"|\basync\b|\bawait\b")]
    private static partial Regex Outside();

    [GeneratedRegex(@"\bCurrent(UI)?Culture\b|\.To(Upper|Lower)\(\)|StringComparer\.CurrentCulture|\bstring\.Format\(|\.Parse\([^,)]+\)")]
    private static partial Regex CurrentCulture();
}
