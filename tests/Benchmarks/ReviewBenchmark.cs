using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Governance.Local;
using Governance.Platform;
using Npgsql;

namespace Governance.Benchmarks;

/// <summary>
/// The work of reviewers and gateways, through the portal: a page of 50 of a queue with its counts, at 1,000 and at many open reviews,
/// and answers to whether a use case may run. Each round is followed by one of the baseline, an endpoint of the same service that does
/// nothing.
/// </summary>
internal static class ReviewBenchmark
{
    private const int Rounds = 5;
    private const int Pages = 40;
    private const int Gateways = 16;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(int reviews, CancellationToken ct)
    {
        // The baseline is asked by one caller, and more often than the door lets any.
        Environment.SetEnvironmentVariable("RateLimit__Caller__PerSecond", "100000");
        await using var platform = await RunningPlatform.StartAsync(ct);
        var reviewer = platform.As("risk.reviewer");
        await using var compliance = platform.Database("compliance");
        var id = await OpenAsync(platform, compliance, ct);

        foreach (var open in (int[])[1_000, reviews])
        {
            await MultiplyAsync(compliance, id, open, ct);
            await MeasurePagesAsync(reviewer, open, ct);
        }

        await ApproveAsync(platform, id, ct);
        await MeasureAnswersAsync(platform, id, ct);

        return 0;
    }

    private static async Task<Guid> OpenAsync(RunningPlatform platform, NpgsqlDataSource compliance, CancellationToken ct)
    {
        var facts = JsonNode.Parse(RunningPlatform.ExampleUseCase)!;
        facts["businessUnit"] = "Retail Banking";
        var id = (await platform.As("portfolio.manager").PostAsync("/api/use-cases", facts.ToJsonString(), $"bench-{Guid.CreateVersion7()}", ct))
            .Require().GetProperty("id").GetGuid();

        while (await CountAsync(compliance, ct) == 0)
        {
            await Task.Delay(100, ct);
        }

        return id;
    }

    /// <summary>Copies the stored review, and by its trigger its place in the queues, under new ids and numbers; due times are spread over a month.</summary>
    private static async Task MultiplyAsync(NpgsqlDataSource compliance, Guid template, int reviews, CancellationToken ct)
    {
        var columns = new List<string>();
        await using (var names = compliance.CreateCommand("select column_name from information_schema.columns where table_name = 'mt_doc_review' order by ordinal_position"))
        await using (var reader = await names.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                columns.Add(reader.GetString(0));
            }
        }

        await using var copy = compliance.CreateCommand($"""
            insert into mt_doc_review({string.Join(", ", columns)})
                select {string.Join(", ", columns.Select(c => c switch
                {
                    "id" => "md5('review' || n)::uuid",
                    "data" => "jsonb_set(jsonb_set(r.data, '{id}', to_jsonb(md5('review' || n)::uuid)), '{number}', to_jsonb('UC-2027-' || n))",
                    _ => $"r.{c}",
                }))}
                from mt_doc_review r, generate_series(1, {reviews - 1}) n where r.id = $1
                on conflict (id) do nothing;
            """);
        copy.CommandTimeout = 0;
        copy.Parameters.AddWithValue(template);
        await copy.ExecuteNonQueryAsync(ct);
        await using var spread = compliance.CreateCommand(
            "update review_task set due_at = due_at + abs(hashtext(review_id::text)) % 2592000 * interval '1 second'");
        spread.CommandTimeout = 0;
        await spread.ExecuteNonQueryAsync(ct);

        foreach (var table in (string[])["review_task", "mt_doc_review"])
        {
            await using var vacuum = compliance.CreateCommand($"vacuum analyze {table}");
            vacuum.CommandTimeout = 0;
            await vacuum.ExecuteNonQueryAsync(ct);
        }
    }

    private static async Task MeasurePagesAsync(Api reviewer, int open, CancellationToken ct)
    {
        var (pages, baseline) = (new List<double>(), new List<double>());

        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < Pages; i++)
            {
                var page = await TimeAsync(async () =>
                {
                    (await reviewer.GetAsync("/api/reviews?queue=risk&pageSize=50", ct)).Require();
                    (await reviewer.GetAsync("/api/reviews/counts", ct)).Require();
                });
                var nothing = await TimeAsync(async () => (await reviewer.GetAsync("/api/reviews/views", ct)).Require());

                if (round > 0)
                {
                    pages.Add(page);
                    baseline.Add(nothing);
                }
            }
        }

        Print($"queue page of 50 with counts at {open:#,0} open reviews: p50 {At(pages, 0.5):0.0} ms, p95 {At(pages, 0.95):0.0} ms ({pages.Count} pages; two requests each)");
        Print($"  baseline, one key looked up: p50 {At(baseline, 0.5):0.0} ms, p95 {At(baseline, 0.95):0.0} ms");
    }

    /// <summary>Risk comes last: some packs ask for it in a later stage.</summary>
    private static async Task ApproveAsync(RunningPlatform platform, Guid id, CancellationToken ct)
    {
        foreach (var queue in (string[])["legal", "privacy", "security", "risk"])
        {
            (await platform.As($"{queue}.reviewer").PostAsync($"/api/reviews/{id}/approve", "{}", $"bench-{queue}", ct)).Require();
        }
    }

    /// <summary>A gateway asks the service itself where it runs beside it, else through the portal; each way has its own baseline.</summary>
    private static async Task MeasureAnswersAsync(RunningPlatform platform, Guid id, CancellationToken ct)
    {
        var answer = (await platform.As("auditor").GetAsync($"/api/decisions/{id}", ct)).Require();

        if (!answer.GetProperty("allowed").GetBoolean())
        {
            throw new InvalidOperationException($"The case is not approved: {answer}");
        }

        using var gateway = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        gateway.DefaultRequestHeaders.Authorization = new("Bearer", platform.As("auditor").Token);

        foreach (var (way, address) in ((string, Uri)[])[("asked directly", platform.Supervisor.Services["compliance"].Address), ("through the portal", platform.Layout.Portal)])
        {
            var (answers, baseline) = (new Measured(), new Measured());

            for (var round = 0; round <= Rounds; round++)
            {
                await HammerAsync(new(address, $"/api/decisions/{id}"), round > 0 ? answers : new());
                await HammerAsync(new(address, "/api/decisions/keys"), round > 0 ? baseline : new());
            }

            Print($"enforcement answers with receipt, {way}, {Gateways} gateways at once: {answers}");
            Print($"  baseline, the published keys from memory: {baseline}");
        }

        async Task HammerAsync(Uri question, Measured measured)
        {
            var before = ProcessorTime.Now();
            var watch = Stopwatch.StartNew();
            var times = await Task.WhenAll(Enumerable.Range(0, Gateways).Select(async _ =>
            {
                var own = new List<double>();

                while (watch.Elapsed < RoundLength)
                {
                    own.Add(await TimeAsync(async () => (await gateway.GetAsync(question, ct)).EnsureSuccessStatusCode().Dispose()));
                }

                return own;
            }));
            measured.Add([.. times.SelectMany(own => own)], watch.Elapsed, ProcessorTime.Now() - before);
        }
    }

    /// <summary>Rounds of one question: how many answers, how long they took, and whose processor time they cost.</summary>
    private sealed class Measured
    {
        private readonly List<double> latencies = [];
        private readonly List<double> rates = [];
        private ProcessorTime spent;
        private TimeSpan took;

        public void Add(List<double> round, TimeSpan length, ProcessorTime busy)
        {
            latencies.AddRange(round);
            rates.Add(round.Count / length.TotalSeconds);
            spent += busy;
            took += length;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
            {At(rates, 0.5):#,0} per second, p50 {At(latencies, 0.5):0.0} ms, p99 {At(latencies, 0.99):0.0} ms
              processor time each: portal {Each(spent.Portal):0} µs, service {Each(spent.Services):0} µs, PostgreSQL {Each(spent.Postgres):0} µs, this client {Each(spent.Client):0} µs; other programs kept {spent.Others / took.TotalMilliseconds:0.0} cores busy
            """);

        private double Each(double milliseconds) => milliseconds * 1000 / latencies.Count;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();

        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count(*) from review_task");

        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static double At(List<double> values, double quantile) => values.Order().ElementAt((int)(quantile * (values.Count - 1)));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
