using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Governance.Contracts;
using Governance.Local;
using Governance.Platform;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;

namespace Governance.Benchmarks;

/// <summary>
/// Measures the decision path: latency on an idle platform, and sustained throughput as events stored by all services per second,
/// each round between two rounds of the baseline, in which 32 writers append the same number of events with plain Marten on the
/// same PostgreSQL, one event a transaction. Durability is on for both and checked; stored rows are counted before a rate is printed.
/// </summary>
internal static class PathBenchmark
{
    private const int Rounds = 3;
    private const int Writers = 32;
    private const int InFlight = 64;
    private const int IdleSamples = 100;
    private const int WarmUp = 300;

    private static readonly string[] Stores = [.. RunningPlatform.Stores.SkipLast(1)];

    public static async Task<int> RunAsync(int submissions, CancellationToken ct)
    {
        await using var platform = await RunningPlatform.StartAsync(ct);
        await RequireDurability(platform, ct);
        Console.WriteLine($"{Environment.ProcessorCount} cores; fsync, synchronous_commit, publisher confirms and quorum queues on; everything on this machine.");

        await SubmitManyAsync(platform, WarmUp, ct);
        await MeasureIdleAsync(platform, ct);

        var ratios = new List<double>();
        var before = await BaselineAsync(platform, submissions * 8, ct);

        for (var round = 1; round <= Rounds; round++)
        {
            var busyBefore = ProcessorTime.Now();
            var (events, seconds, latencies) = await SubmitManyAsync(platform, submissions, ct);
            var busy = ProcessorTime.Now() - busyBefore;
            var after = await BaselineAsync(platform, events, ct);
            var rate = events / seconds;
            var baseline = (before + after) / 2;
            ratios.Add(rate / baseline);
            Print($"round {round}: {submissions / seconds:0} submissions/s, {rate:0} events/s stored by five services; plain Marten {baseline:0} events/s; ratio {rate / baseline:0.00}; POST to open review p50 {Percentile(latencies, 50):0} ms, p99 {Percentile(latencies, 99):0} ms at {InFlight} in flight");
            Print($"  processor time per submission: services {(busy.Portal + busy.Services) / submissions:0.0} ms, PostgreSQL {busy.Postgres / submissions:0.0} ms, RabbitMQ {busy.RabbitMq / submissions:0.0} ms, this client {busy.Client / submissions:0.0} ms; other programs kept {busy.Others / seconds / 1000:0.0} cores busy");
            before = after;
        }

        Print($"median ratio to plain Marten with {Writers} writers: {Percentile([.. ratios], 50):0.00}");

        return 0;
    }

    private static async Task MeasureIdleAsync(RunningPlatform platform, CancellationToken ct)
    {
        await using var reviews = platform.Database("compliance");
        await using var trail = platform.Database("audit");
        var latencies = new List<double>();

        for (var i = 0; i < IdleSamples; i++)
        {
            var watch = Stopwatch.StartNew();
            var id = await SubmitAsync(platform, ct);
            await UntilFoundAsync(reviews, "select 1 from mt_streams where id = $1", id, ct);
            latencies.Add(watch.Elapsed.TotalMilliseconds);
            await UntilFoundAsync(trail, "select 1 from fact where use_case_id = $1 and contract = 'governance.review-opened.v1'", id, ct);
        }

        Print($"idle: POST to open review p50 {Percentile([.. latencies], 50):0} ms, p99 {Percentile([.. latencies], 99):0} ms ({IdleSamples} one after another, each once the trail holds the one before; {WarmUp} submissions to warm up)");
    }

    /// <summary>Ends when every submission has its review and every service has stored its events.</summary>
    private static async Task<(int Events, double Seconds, double[] Latencies)> SubmitManyAsync(RunningPlatform platform, int submissions, CancellationToken ct)
    {
        await using var reviews = platform.Database("compliance");
        var eventsBefore = await CountAsync(platform, ct);
        var sent = new ConcurrentDictionary<Guid, DateTimeOffset>();
        var latencies = new ConcurrentBag<double>();
        using var room = new SemaphoreSlim(InFlight);
        var started = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        var watching = WatchAsync(reviews, sent, latencies, room, submissions, ct);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, submissions),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = ct },
            async (_, _) =>
            {
                await room.WaitAsync(ct);
                var at = DateTimeOffset.UtcNow;
                sent[await SubmitAsync(platform, ct)] = at;
            });
        await watching;

        var seconds = watch.Elapsed.TotalSeconds;
        var events = await SettledAsync(platform, eventsBefore, submissions, ct) - eventsBefore;
        seconds = Math.Max(seconds, await LastStoredAsync(platform, started, ct));

        return (events, seconds, [.. latencies]);
    }

    /// <summary>One look at the reviews for all submissions under way, so that watching costs next to nothing.</summary>
    private static async Task WatchAsync(
        NpgsqlDataSource reviews, ConcurrentDictionary<Guid, DateTimeOffset> sent, ConcurrentBag<double> latencies, SemaphoreSlim room,
        int submissions, CancellationToken ct)
    {
        while (latencies.Count < submissions)
        {
            await Task.Delay(20, ct);
            await using var command = reviews.CreateCommand("select id from mt_streams where id = any($1)");
            command.Parameters.AddWithValue(sent.Keys.ToArray());
            await using var reader = await command.ExecuteReaderAsync(ct);

            while (await reader.ReadAsync(ct))
            {
                if (sent.TryRemove(reader.GetGuid(0), out var at))
                {
                    latencies.Add((DateTimeOffset.UtcNow - at).TotalMilliseconds);
                    room.Release();
                }
            }
        }
    }

    private static async Task<Guid> SubmitAsync(RunningPlatform platform, CancellationToken ct)
    {
        var answer = await platform.As("portfolio.manager").PostAsync("/api/use-cases", RunningPlatform.ExampleUseCase, $"bench-{Guid.CreateVersion7()}", ct);

        return answer.Require().GetProperty("id").GetGuid();
    }

    private static async Task UntilFoundAsync(NpgsqlDataSource store, string query, Guid id, CancellationToken ct)
    {
        while (true)
        {
            await using (var command = store.CreateCommand(query))
            {
                command.Parameters.AddWithValue(id);

                if (await command.ExecuteScalarAsync(ct) is not null)
                {
                    return;
                }
            }

            await Task.Delay(5, ct);
        }
    }

    /// <summary>Intake 3 (submitted, assessing, in review), readiness 1, costs 1, strategy 4, compliance 1.</summary>
    private static async Task<int> SettledAsync(RunningPlatform platform, int before, int submissions, CancellationToken ct)
    {
        const int FewestPerSubmission = 9;
        var last = -1;

        while (true)
        {
            var now = await CountAsync(platform, ct);

            if (now == last && now - before >= submissions * FewestPerSubmission)
            {
                return now;
            }

            last = now;
            await Task.Delay(500, ct);
        }
    }

    private static async Task<int> CountAsync(RunningPlatform platform, CancellationToken ct)
    {
        var counts = await Task.WhenAll(Stores.Select(store =>
            platform.QueryAsync(store, "select count(*) from mt_events where type <> 'tombstone'", row => (int)row.GetInt64(0), ct)));

        return counts.Sum(count => count[0]);
    }

    private static async Task<double> LastStoredAsync(RunningPlatform platform, DateTimeOffset since, CancellationToken ct)
    {
        var last = await Task.WhenAll(Stores.Select(store => platform.QueryAsync(
            store, "select max(timestamp) from mt_events where type <> 'tombstone'", row => row.GetFieldValue<DateTimeOffset>(0), ct)));

        return (last.Max(l => l[0]) - since).TotalSeconds;
    }

    /// <returns>Events per second, counted in the store.</returns>
    private static async Task<double> BaselineAsync(RunningPlatform platform, int events, CancellationToken ct)
    {
        const string Name = "baseline";
        var postgres = platform.Supervisor.Postgres;
        await postgres.CreateDatabaseAsync(Name, platform.Layout.Password("postgres"), ct);
        await using var admin = NpgsqlDataSource.Create(postgres.ConnectionStringFor(Name, Name, platform.Layout.Password("postgres")));
        using var store = DocumentStore.For(options =>
        {
            options.Connection(admin);
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
            options.UseSystemTextJsonForSerialization();
            options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
            options.Events.AddEventType<Appended>();
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await store.Advanced.Clean.DeleteAllEventDataAsync(ct);
        var body = RunningPlatform.ExampleUseCase;
        var watch = Stopwatch.StartNew();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, events),
            new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = ct },
            async (_, _) =>
            {
                await using var session = store.LightweightSession();
                session.Events.StartStream(Guid.CreateVersion7(), new Appended(body));
                await session.SaveChangesAsync(ct);
            });

        var seconds = watch.Elapsed.TotalSeconds;
        await using var count = admin.CreateCommand("select count(*) from mt_events");
        var stored = (long)(await count.ExecuteScalarAsync(ct))!;

        return stored == events ? events / seconds : throw new InvalidOperationException($"Stored {stored} of {events} events.");
    }

    private static async Task RequireDurability(RunningPlatform platform, CancellationToken ct)
    {
        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
        {
            var value = await platform.QueryAsync("intake", $"show {setting}", row => row.GetString(0), ct);

            if (value[0] != "on")
            {
                throw new InvalidOperationException($"{setting} is {value[0]}; such a figure means nothing.");
            }
        }
    }

    private static double Percentile(double[] values, int percent)
    {
        Array.Sort(values);

        return values[Math.Min(values.Length - 1, values.Length * percent / 100)];
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>As long as a submission.</summary>
    private sealed record Appended(string Body);
}
