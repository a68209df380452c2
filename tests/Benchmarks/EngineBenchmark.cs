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
/// Measures the engines on the demo portfolio: assessments with their full explanation, without and with flips, and forecasts, by the
/// processor time they take, so that other work on the machine counts little, and what they allocate; between rounds of a baseline,
/// which writes the same assessments as JSON. Then the what-if over many recorded cases under another policy and other prices, through
/// the portal, with the memory Strategy needs for it.
/// </summary>
internal static class EngineBenchmark
{
    private const int Rounds = 5;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(int cases, CancellationToken ct)
    {
        var root = Layout.OfCheckout().Root;
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(root, "infra", "demo"), "*.json").Order(StringComparer.Ordinal)];
        MeasureEngine([.. files.Select(Facts)]);
        await MeasurePortfolioAsync(files, cases, ct);

        return 0;
    }

    private static void MeasureEngine(UseCaseFacts[] facts)
    {
        var policy = InForce<StrategyPolicy>("Policies");
        var (prices, costs) = (InForce<PriceBook>("PriceBooks"), InForce<CostPolicy>("Forecasts/Policies"));
        string[] hashes = [.. facts.Select(Canonical.Hash)];
        AssessmentInput[] inputs = [.. facts.Select(Input)];
        StrategyAssessment[] assessments = [.. inputs.Select(input => StrategyEngine.Assess(input, policy))];
        (string Name, Action<int> Work)[] kinds =
        [
            ("baseline: the result written as JSON", i => JsonSerializer.SerializeToUtf8Bytes(assessments[i % inputs.Length], Json.Options)),
            ("strategy alone", i => StrategyEngine.Recommend(inputs[i % inputs.Length], policy)),
            ("with full explanation, without flips", i => StrategyEngine.Assess(inputs[i % inputs.Length], policy, [])),
            ("with full explanation and flips", i => StrategyEngine.Assess(inputs[i % inputs.Length], policy)),
            ("forecast of eight variants", i => ForecastEngine.Forecast(facts[i % facts.Length], hashes[i % facts.Length], prices, costs)),
            ("forecast of point values alone", i => ForecastEngine.PointValues(facts[i % facts.Length], prices, costs)),
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

        Print($"engine, one thread, {inputs.Length} demo cases in turn, median of {Rounds} rounds, per second of processor time:");

        foreach (var (name, _) in kinds)
        {
            Print($"  {name}: {Median(rates[name]):#,0} per second, {bytes[name]:#,0} bytes allocated each");
        }
    }

    /// <summary>How often the work was done, and the processor time of this process meanwhile.</summary>
    private static (int Times, double Seconds) Repeat(Action<int> work, TimeSpan length)
    {
        var watch = Stopwatch.StartNew();
        var before = Environment.CpuUsage.TotalTime;
        var times = 0;

        while (watch.Elapsed < length)
        {
            for (var i = 0; i < 20; i++)
            {
                work(times++);
            }
        }

        return (times, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static async Task MeasurePortfolioAsync(string[] files, int cases, CancellationToken ct)
    {
        await using var platform = await RunningPlatform.StartAsync(ct);
        using var administrator = await Api.SignInAsync(platform.Layout, "administrator", ct, patience: TimeSpan.FromMinutes(10));
        await using var strategy = platform.Database("strategy");

        foreach (var file in files)
        {
            var facts = JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!;
            facts["businessUnit"] = "Retail Banking";
            (await platform.As("portfolio.manager").PostAsync("/api/use-cases", facts.ToJsonString(), $"bench-{Guid.CreateVersion7()}", ct)).Require();
        }

        while (await Count(strategy, ct) < files.Length)
        {
            await Task.Delay(100, ct);
        }

        await MultiplyAsync(strategy, "strategy_assessed", cases, ct);
        var recorded = await Count(strategy, ct);
        await DraftPolicyAsync(administrator, ct);
        await DraftPricesAsync(administrator, ct);
        var process = platform.Supervisor.Services["strategy"].Id!.Value;

        foreach (var (name, path) in ((string, string)[])
        [
            ("another policy", "/api/policies/bench/simulation"),
            ("every price doubled", $"/api/policies/{InForce<StrategyPolicy>("Policies").Version}/simulation?priceBook=bench-all"),
            ("one model's price doubled", $"/api/policies/{InForce<StrategyPolicy>("Policies").Version}/simulation?priceBook=bench-one"),
        ])
        {
            for (var round = 1; round <= 3; round++)
            {
                var before = Resident(process, "VmRSS");
                var spentBefore = ProcessorTime.Now();
                var watch = Stopwatch.StartNew();
                var answer = (await administrator.PostAsync(path, "{}", $"bench-{Guid.CreateVersion7()}", ct)).Require();
                var seconds = watch.Elapsed.TotalSeconds;
                var spent = ProcessorTime.Now() - spentBefore;
                var totals = answer.GetProperty("totals");
                var decisions = totals.GetProperty("decisions").GetInt64();

                if (decisions != recorded)
                {
                    throw new InvalidOperationException($"{decisions} of {recorded} recorded cases were decided again.");
                }

                Print($"portfolio what-if, {name}, round {round}: {decisions:#,0} recorded cases in {seconds:0.0} s ({decisions / seconds:#,0} per second), {totals.GetProperty("flipped").GetInt64():#,0} flip");
                Print($"  processor seconds: services {(spent.Portal + spent.Services) / 1000:0.0}, PostgreSQL {spent.Postgres / 1000:0.0}, client {spent.Client / 1000:0.0}, others {spent.Others / 1000:0.0}; Strategy held {before} MB before and {Resident(process, "VmHWM")} MB at most");
            }
        }
    }

    /// <summary>Copies the recorded streams under new ids. The outbox looks away meanwhile: nobody is to hear of copies.</summary>
    private static async Task MultiplyAsync(NpgsqlDataSource database, string decision, int cases, CancellationToken ct)
    {
        var events = await Columns("mt_events");
        var streams = await Columns("mt_streams");
        await Execute($"""
            alter table mt_events disable trigger enqueue_event;
            create table copies as
                select md5(t.stream_id::text || n)::uuid as id, t.stream_id as template
                from (select stream_id, row_number() over (order by stream_id) - 1 as place, count(*) over () as many
                      from mt_events where type = '{decision}') t
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

    /// <summary>Tunes nothing.</summary>
    private static async Task DraftPolicyAsync(Api administrator, CancellationToken ct)
    {
        var policy = Draft(InForce<StrategyPolicy>("Policies").Content, "bench");
        policy["decision"]!["pointsForTuning"] = 1_000;
        (await administrator.PostAsync("/api/policies", policy.ToJsonString(), "bench-draft", ct)).Require();
    }

    private static async Task DraftPricesAsync(Api administrator, CancellationToken ct)
    {
        var book = InForce<PriceBook>("PriceBooks").Content;
        var rare = book.Models.First(m => m.Tuning is null && !m.OpenWeights).Id;

        foreach (var (version, models) in ((string, string[])[])[("bench-all", [.. book.Models.Select(m => m.Id)]), ("bench-one", [rare])])
        {
            var dearer = book with { Models = [.. book.Models.Select(m => models.Contains(m.Id) ? m with { Output = 2 * m.Output } : m)] };
            (await administrator.PostAsync("/api/price-books", Draft(dearer, version).ToJsonString(), version, ct)).Require();
        }
    }

    private static JsonNode Draft<T>(T content, string version)
    {
        var draft = JsonSerializer.SerializeToNode(content, Json.Options)!;
        draft["version"] = version;
        draft["effectiveFrom"] = DateTimeOffset.UtcNow.AddYears(1).ToString("O", CultureInfo.InvariantCulture);

        return draft;
    }

    private static async Task<long> Count(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count(distinct stream_id) from mt_events where type = 'strategy_assessed'");

        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static long Resident(int process, string which) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(which, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    private static UseCaseFacts Facts(string file) => JsonSerializer.Deserialize<UseCaseFacts>(File.ReadAllText(file), Json.Options)!;

    private static AssessmentInput Input(UseCaseFacts facts)
    {
        var readiness = ReadinessEngine.Assess(facts, InForce<ReadinessPolicy>("Checks/Policies"));
        var forecast = ForecastEngine.Forecast(facts, InForce<PriceBook>("PriceBooks"), InForce<CostPolicy>("Forecasts/Policies"));

        return new(facts, readiness, new(forecast.Currency, forecast.HorizonMonths, forecast.Figures().Strategies, forecast.BreakEven));
    }

    private static Versioned<T> InForce<T>(string folder) where T : IVersionedData =>
        VersionedData.FromResources<T>(typeof(T).Assembly, folder).InForce(DateTimeOffset.MaxValue);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
