using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.DataReadiness.Checks;
using Governance.Local;
using Governance.Platform;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using Npgsql;

namespace Governance.Benchmarks;

/// <summary>
/// Measures the strategy engine on the demo portfolio: assessments with their full explanation on one core, without and with flips, and
/// what they allocate, between rounds of a baseline, which writes the same assessments as JSON. Then the what-if over many recorded
/// cases, through the portal, with the memory the service needs for it.
/// </summary>
internal static class EngineBenchmark
{
    private const int Rounds = 5;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(int cases, CancellationToken ct)
    {
        var root = Layout.OfCheckout().Root;
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(root, "infra", "demo"), "*.json").Order(StringComparer.Ordinal)];
        MeasureEngine([.. files.Select(Input)]);
        await MeasurePortfolioAsync(files, cases, ct);

        return 0;
    }

    private static void MeasureEngine(AssessmentInput[] inputs)
    {
        var policy = InForce<StrategyPolicy>("Policies");
        StrategyAssessment[] assessments = [.. inputs.Select(input => StrategyEngine.Assess(input, policy))];
        (string Name, Action<int> Work)[] kinds =
        [
            ("baseline: the result written as JSON", i => JsonSerializer.SerializeToUtf8Bytes(assessments[i % inputs.Length], Json.Options)),
            ("strategy alone", i => StrategyEngine.Recommend(inputs[i % inputs.Length], policy)),
            ("with full explanation, without flips", i => StrategyEngine.Assess(inputs[i % inputs.Length], policy, [])),
            ("with full explanation and flips", i => StrategyEngine.Assess(inputs[i % inputs.Length], policy)),
        ];
        var rates = kinds.ToDictionary(kind => kind.Name, _ => new List<double>());
        var bytes = new Dictionary<string, long>();

        foreach (var (_, work) in kinds)
        {
            Repeat(work, RoundLength);
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, work) in kinds)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var (times, seconds) = Repeat(work, RoundLength);
                rates[name].Add(times / seconds);
                bytes[name] = (GC.GetAllocatedBytesForCurrentThread() - before) / times;
            }
        }

        Print($"engine, one thread, {inputs.Length} demo cases in turn, median of {Rounds} rounds:");

        foreach (var (name, _) in kinds)
        {
            Print($"  {name}: {Median(rates[name]):#,0} per second, {bytes[name]:#,0} bytes allocated each");
        }
    }

    private static (int Times, double Seconds) Repeat(Action<int> work, TimeSpan length)
    {
        var watch = Stopwatch.StartNew();
        var times = 0;

        while (watch.Elapsed < length)
        {
            for (var i = 0; i < 20; i++)
            {
                work(times++);
            }
        }

        return (times, watch.Elapsed.TotalSeconds);
    }

    private static async Task MeasurePortfolioAsync(string[] files, int cases, CancellationToken ct)
    {
        await using var platform = await RunningPlatform.StartAsync(ct);
        using var administrator = await Api.SignInAsync(platform.Layout, "administrator", ct);
        await using var database = platform.Database("strategy");

        foreach (var file in files)
        {
            var facts = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!;
            facts["businessUnit"] = "Retail Banking";
            (await platform.As("portfolio.manager").PostAsync("/api/use-cases", facts.ToJsonString(), $"bench-{Guid.CreateVersion7()}", ct)).Require();
        }

        while (await Count(database, ct) < files.Length)
        {
            await Task.Delay(100, ct);
        }

        await MultiplyAsync(database, cases, ct);
        var recorded = await Count(database, ct);
        var version = await DraftAsync(administrator, ct);
        var process = platform.Supervisor.Services["strategy"].Id!.Value;

        for (var round = 1; round <= 3; round++)
        {
            var before = Resident(process, "VmRSS");
            var watch = Stopwatch.StartNew();
            var answer = (await administrator.PostAsync($"/api/policies/{version}/simulation", "{}", $"bench-{Guid.CreateVersion7()}", ct)).Require();
            var seconds = watch.Elapsed.TotalSeconds;
            var totals = answer.GetProperty("totals");
            var decisions = totals.GetProperty("decisions").GetInt64();

            if (decisions != recorded)
            {
                throw new InvalidOperationException($"{decisions} of {recorded} recorded cases were decided again.");
            }

            Print($"portfolio what-if, round {round}: {decisions:#,0} recorded cases in {seconds:0.0} s ({decisions / seconds:#,0} per second), {totals.GetProperty("flipped").GetInt64():#,0} flip; the service held {before} MB before and {Resident(process, "VmHWM")} MB at most");
        }
    }

    /// <summary>Copies the recorded streams under new ids. The outbox looks away meanwhile: nobody is to hear of copies.</summary>
    private static async Task MultiplyAsync(NpgsqlDataSource database, int cases, CancellationToken ct)
    {
        var events = await Columns("mt_events");
        var streams = await Columns("mt_streams");
        await Execute($"""
            alter table mt_events disable trigger enqueue_event;
            create table copies as
                select gen_random_uuid() as id, t.stream_id as template
                from (select stream_id, row_number() over (order by stream_id) - 1 as place, count(*) over () as many
                      from mt_events where type = 'strategy_assessed') t
                join generate_series(1, {cases}) n on n % t.many = t.place;
            insert into mt_streams({string.Join(", ", streams)})
                select {string.Join(", ", streams.Select(c => c is "id" ? "c.id" : $"s.{c}"))} from copies c join mt_streams s on s.id = c.template;
            insert into mt_events({string.Join(", ", events)})
                select {string.Join(", ", events.Select(c => c switch { "seq_id" => "nextval('mt_events_sequence')", "id" => "gen_random_uuid()", "stream_id" => "c.id", _ => $"e.{c}" }))}
                from copies c join mt_events e on e.stream_id = c.template;
            drop table copies;
            alter table mt_events enable always trigger enqueue_event;
            """);
        await Execute("vacuum analyze mt_events");

        async Task<List<string>> Columns(string table)
        {
            await using var command = database.CreateCommand($"select column_name from information_schema.columns where table_name = '{table}' order by ordinal_position");
            await using var reader = await command.ExecuteReaderAsync(ct);
            var names = new List<string>();

            while (await reader.ReadAsync(ct))
            {
                names.Add(reader.GetString(0));
            }

            return names;
        }

        async Task Execute(string sql)
        {
            await using var command = database.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static async Task<string> DraftAsync(Api administrator, CancellationToken ct)
    {
        var policy = JsonSerializer.SerializeToNode(InForce<StrategyPolicy>("Policies").Content, Json.Options)!;
        policy["version"] = "bench";
        policy["effectiveFrom"] = DateTimeOffset.UtcNow.AddYears(1).ToString("O", CultureInfo.InvariantCulture);
        policy["decision"]!["pointsForTuning"] = 1_000;
        (await administrator.PostAsync("/api/policies", policy.ToJsonString(), "bench-draft", ct)).Require();

        return "bench";
    }

    private static async Task<long> Count(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count(distinct stream_id) from mt_events where type = 'strategy_assessed'");

        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static long Resident(int process, string which) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(which, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    private static AssessmentInput Input(string file)
    {
        var facts = JsonSerializer.Deserialize<UseCaseFacts>(File.ReadAllText(file), Json.Options)!;
        var readiness = ReadinessEngine.Assess(facts, InForce<ReadinessPolicy>("Checks/Policies"));
        var forecast = ForecastEngine.Forecast(facts, InForce<PriceBook>("PriceBooks"), InForce<CostPolicy>("Forecasts/Policies"));

        return new(facts, readiness, new(forecast.Currency, forecast.HorizonMonths, forecast.Figures().Strategies, forecast.BreakEven));
    }

    private static Versioned<T> InForce<T>(string folder) where T : IVersionedData =>
        VersionedData.FromResources<T>(typeof(T).Assembly, folder).InForce(DateTimeOffset.MaxValue);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
