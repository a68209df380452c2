using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.Ledger;
using Governance.Platform;
using Governance.ServiceDefaults;
using Governance.Testing;
using Npgsql;
using RabbitMQ.Client;

namespace Governance.Benchmarks;

/// <summary>
/// Measures the ledger on a platform of its own: the verification of leaves on one core, facts from RabbitMQ into signed checkpoints,
/// sealing, what the seal adds to an approval, full verification, proofs over HTTP, the replay of a case with 200 facts and the export of
/// everything, at a small and a large ledger. Facts of the fill are written by SQL and sealed by the service; each rate stands beside a baseline of the same run.
/// </summary>
internal static class LedgerBenchmark
{
    private const int Ingested = 5_000;
    private const int Small = 10_000;
    private const int Rounds = 3;
    private const int CaseFacts = 200;
    private const int Approved = 30;

    private static readonly Guid Case = new("0193a5c8-0000-7000-8000-0000000000ca");

    public static async Task<int> RunAsync(int facts, CancellationToken ct)
    {
        MeasureVerification();
        await using var platform = await RunningPlatform.StartAsync(ct);
        await using var database = platform.Database("audit");
        await SealsAsync(platform, ct);
        await IngestAsync(platform, database, ct);
        await FillAsync(database, Small, ct);
        await MeasureAtAsync(platform, database, ct);
        await FillAsync(database, facts, ct);
        await MeasureAtAsync(platform, database, ct);

        return 0;
    }

    /// <summary>Leaves with ten personal values each and leaves without, by the processor time of this one thread.</summary>
    private static void MeasureVerification()
    {
        const int leaves = 50_000;
        var data = JsonSerializer.SerializeToElement(new { useCaseId = Case, revision = 1, text = new string('x', 900) });
        var plain = Make(leaves, Encoding.UTF8.GetString(CanonicalJson.Write(data)), []);
        var rules = new PersonalMembers(IsPersonal: false, new Dictionary<string, PersonalMembers> { ["text"] = PersonalMembers.All, ["useCaseId"] = PersonalMembers.None, ["revision"] = PersonalMembers.None });
        var (split, personal) = rules.Split(data, () => RandomNumberGenerator.GetBytes(32));
        var committed = Make(leaves, split, personal);
        var bytes = new byte[1_400];

        for (var round = 1; round <= Rounds; round++)
        {
            var hashes = Rate(leaves, () =>
            {
                for (var i = 0; i < leaves; i++)
                {
                    SHA256.HashData(bytes);
                }
            });
            var verified = Rate(leaves, () => Walk(plain));
            var opened = Rate(leaves, () => Walk(committed));
            Print($"verification, one core, round {round}: {verified:0} leaves/s of 1.4 kB; {opened:0} leaves/s with a personal value each; plain SHA-256 of as many bytes {hashes:0}/s");
        }
    }

    private static List<(Leaf Leaf, byte[] Hash, IReadOnlyList<Disclosure> Personal)> Make(int number, string data, IReadOnlyList<Disclosure> personal)
    {
        var made = new List<(Leaf, byte[], IReadOnlyList<Disclosure>)>(number);
        byte[]? previous = null;

        for (var i = 0; i < number; i++)
        {
            var leaf = new Leaf(
                "bench", Guid.CreateVersion7(), "governance.use-case-revised.v1", Case, 1, "intake", Case, i + 1, i, "actor", "portfolio-manager",
                Case, Case, Origin.Moment, Origin.Moment, Origin.Moment, data);
            previous = leaf.Hash(previous);
            made.Add((leaf, previous, personal));
        }

        return made;
    }

    private static void Walk(List<(Leaf Leaf, byte[] Hash, IReadOnlyList<Disclosure> Personal)> leaves)
    {
        var walk = new LedgerWalk("bench", new([], []));

        for (var i = 0; i < leaves.Count; i++)
        {
            walk.Add(new(i, leaves[i].Leaf.EventId, leaves[i].Leaf, leaves[i].Hash, leaves[i].Personal));
        }

        var report = walk.Report(default, default);

        if (report.Findings.Count > 0)
        {
            throw new InvalidOperationException(report.Findings[0].Message);
        }
    }

    private static double Rate(int number, Action work)
    {
        work();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        work();

        return number / (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }

    /// <summary>Approvals with their seals beside claims of the same reviews, which go the same way and are not sealed before their answer.</summary>
    private static async Task SealsAsync(RunningPlatform platform, CancellationToken ct)
    {
        var (claims, approvals, later) = (new List<double>(), new List<double>(), 0);

        for (var i = 0; i <= Approved; i++)
        {
            var id = (await platform.As("portfolio.manager").PostAsync("/api/use-cases", RunningPlatform.ExampleUseCase, $"bench-seal-{i}", ct)).Require().GetProperty("id").GetString()!;
            await RunningPlatform.UntilAsync(
                $"the review of {id}", async deadline => await platform.As("risk.reviewer").GetAsync($"/api/reviews/{id}", deadline) is { Succeeded: true } ? id : null,
                TimeSpan.FromMinutes(1), ct);

            foreach (var queue in (string[])["legal", "privacy", "security", "risk"])
            {
                var reviewer = platform.As($"{queue}.reviewer");
                var claim = Stopwatch.StartNew();
                (await reviewer.PostAsync($"/api/reviews/{id}/claim", "{}", $"bench-claim-{i}-{queue}", ct)).Require();
                var claimed = claim.Elapsed.TotalMilliseconds;
                var approval = Stopwatch.StartNew();
                var answer = await reviewer.PostAsync($"/api/reviews/{id}/approve", "{}", $"bench-approve-{i}-{queue}", ct);
                answer.Require();

                if (i > 0)
                {
                    claims.Add(claimed);
                    approvals.Add(approval.Elapsed.TotalMilliseconds);
                    later += answer.Status is 202 ? 1 : 0;
                }
            }
        }

        claims.Sort();
        approvals.Sort();
        Print($"approvals, sealed before the answer: p50 {At(approvals, 0.5):0.0} ms, p99 {At(approvals, 0.99):0.0} ms ({approvals.Count} of them, {later} sealed after it); claims, which are not: p50 {At(claims, 0.5):0.0} ms, p99 {At(claims, 0.99):0.0} ms");
    }

    private static double At(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];

    /// <summary>Whole submissions through the broker, until a signed checkpoint covers the last one.</summary>
    private static async Task IngestAsync(RunningPlatform platform, NpgsqlDataSource database, CancellationToken ct)
    {
        var factory = new ConnectionFactory { Uri = new Uri($"amqp://governance:{platform.Layout.Password("rabbitmq")}@127.0.0.1:{platform.Layout.RabbitMqPort}/") };
        await using var connection = await factory.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        byte[][] bodies = [.. Enumerable.Range(0, Ingested).Select(_ => Encoding.UTF8.GetBytes(Wire.Envelope(Messages.Readiness(Guid.CreateVersion7()), new(Service: "bench")).ToJsonString()))];
        var mac = new MessageMac(Convert.FromBase64String(platform.Layout.MessagesKey));
        var before = await CountAsync(database, "select coalesce(max(size), 0) from checkpoint", ct);
        var busyBefore = ProcessorTime.Now();
        var watch = Stopwatch.StartNew();

        foreach (var body in bodies)
        {
            await channel.BasicPublishAsync("", "audit", mandatory: true, Authentic(body, mac), body, ct);
        }

        while (await CountAsync(database, "select coalesce(max(size), 0) from checkpoint", ct) < before + Ingested)
        {
            await Task.Delay(50, ct);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var busy = ProcessorTime.Now() - busyBefore;
        var core = (busy.Services + busy.Postgres + busy.RabbitMq) / 1000;
        Print($"ingest: {Ingested} facts from RabbitMQ to a signed checkpoint in {seconds:0.0} s, {Ingested / seconds:0}/s; {Ingested / core:0} per second of processor time (service {busy.Services / Ingested:0.00} ms, PostgreSQL {busy.Postgres / Ingested:0.00} ms, RabbitMQ {busy.RabbitMq / Ingested:0.00} ms each); {Ingested / (busy.Services / 1000):0} per second of the service's own");
    }

    private static BasicProperties Authentic(byte[] body, MessageMac mac) => new()
    {
        ContentType = "application/vnd.masstransit+json",
        Persistent = true,
        Headers = new Dictionary<string, object?> { [MessageMac.Header] = mac.Of(body) },
    };

    /// <summary>Facts in streams of 200, one of them about the measured case.</summary>
    private static async Task FillAsync(NpgsqlDataSource database, int upTo, CancellationToken ct)
    {
        var missing = upTo - await CountAsync(database, "select count(*) from fact", ct);

        if (missing <= 0)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        var isFirst = await CountAsync(database, "select count(*) from fact where service = 'fill'", ct) == 0;
        await ExecuteAsync(connection, $"""
            insert into fact
            select gen_random_uuid(), 'governance.use-case-revised.v1', case when s = 0 and {(isFirst ? "true" : "false")} then '{Case}'::uuid else md5('{upTo}' || s)::uuid end, 1, 'fill',
                case when s = 0 and {(isFirst ? "true" : "false")} then '{Case}'::uuid else md5('{upTo}' || s)::uuid end,
                v, v - 1, 'somebody', 'portfolio-manager', gen_random_uuid(), gen_random_uuid(), now(), now(), now(),
                '{JsonSerializer.Serialize(new { revision = 1, text = new string('x', 500) })}'
            from generate_series(0, {missing / CaseFacts}) s, generate_series(1, {CaseFacts}) v
            """, ct);
        var before = await CountAsync(database, "select coalesce(max(size), 0) from checkpoint", ct);
        var busyBefore = ProcessorTime.Now();
        var watch = Stopwatch.StartNew();
        await ExecuteAsync(connection, "insert into pending(event_id) select event_id from fact f where service = 'fill' and not exists (select from leaf l where l.event_id = f.event_id) order by stream, version", ct);

        while (await CountAsync(database, "select count(*) from pending", ct) > 0)
        {
            await Task.Delay(200, ct);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var busy = ProcessorTime.Now() - busyBefore;
        var after = await CountAsync(database, "select max(size) from checkpoint", ct);
        Print($"sealing: {after - before} recorded facts into signed checkpoints in {seconds:0.0} s, {(after - before) / seconds:0}/s; {(after - before) / ((busy.Services + busy.Postgres) / 1000):0} per second of processor time of service and PostgreSQL");
        await ExecuteAsync(connection, "analyze", ct);
    }

    private static async Task MeasureAtAsync(RunningPlatform platform, NpgsqlDataSource database, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{platform.Layout.Port("audit")}"), Timeout = TimeSpan.FromMinutes(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(platform, ct));
        var checkpoint = await http.GetFromJsonAsync<CheckpointView>("/api/audit/checkpoint", ct);
        var size = checkpoint!.Size;

        var watch = Stopwatch.StartNew();
        var busyBefore = ProcessorTime.Now();
        using var verified = await http.PostAsync(new Uri("/api/audit/ledger/verification", UriKind.Relative), new StringContent("", Encoding.UTF8, "application/json"), ct);
        var report = await verified.Content.ReadFromJsonAsync<JsonElement>(ct);
        var busy = ProcessorTime.Now() - busyBefore;
        Print($"at {size} facts: full verification from the database in {watch.Elapsed.TotalSeconds:0.0} s, {size / watch.Elapsed.TotalSeconds:0}/s, {size / (busy.Services / 1000):0} per second of the service's processor time, {report.GetProperty("findings").GetArrayLength()} findings");

        await CompareWithReplayAsync(database, checkpoint, ct);

        for (var round = 1; round <= Rounds; round++)
        {
            var empty = await PerSecondAsync(http, _ => "/alive", ct);
            var proofs = await PerSecondAsync(http, chance => $"/api/audit/proofs/inclusion?position={chance.NextInt64(size)}&size={size}", ct);
            Print($"at {size} facts, round {round}: {proofs:0} proofs/s over HTTP with 16 connections; an empty endpoint {empty:0}/s; ratio {proofs / empty:0.00}");
        }

        var times = new List<double>();

        for (var i = 0; i < 220; i++)
        {
            var one = Stopwatch.StartNew();
            using var replay = await http.GetAsync(new Uri($"/api/audit/use-cases/{Case}/replay", UriKind.Relative), ct);
            await replay.Content.ReadAsByteArrayAsync(ct);
            replay.EnsureSuccessStatusCode();

            if (i >= 20)
            {
                times.Add(one.Elapsed.TotalMilliseconds);
            }
        }

        times.Sort();
        Print($"at {size} facts: replay of a case with {CaseFacts} facts p50 {At(times, 0.5):0.0} ms, p95 {At(times, 0.95):0.0} ms, with the reading recorded");
        await MeasureExportAsync(http, platform, ct);
    }

    /// <summary>The same verification, here, beside a replay of the same facts from the same database that verifies nothing.</summary>
    private static async Task CompareWithReplayAsync(NpgsqlDataSource database, CheckpointView checkpoint, CancellationToken ct)
    {
        NoteKey[] keys = [.. checkpoint.Keys.Select(NoteKey.Parse)];
        var (origin, size) = (checkpoint.Origin, checkpoint.Size);
        var check = new LedgerCheck(database, new(origin, Folder: ""), TimeProvider.System);

        for (var round = 1; round <= Rounds; round++)
        {
            var replay = Stopwatch.StartNew();
            var versions = new Dictionary<(string, Guid), long>();
            await using var command = database.CreateCommand($"select {LedgerTables.LeafColumns} from leaf l join fact f on f.event_id = l.event_id order by l.position");
            command.CommandTimeout = 0;

            await using (var reader = await command.ExecuteReaderAsync(ct))
            {
                while (await reader.ReadAsync(ct))
                {
                    var leaf = LedgerTables.ReadLeaf(reader, origin);
                    versions[(leaf.Service, leaf.Stream)] = leaf.Version;
                }
            }

            var replayed = size / replay.Elapsed.TotalSeconds;
            var verification = Stopwatch.StartNew();
            var report = await check.Run(new(keys, []), ct);
            var verified = report.Leaves / verification.Elapsed.TotalSeconds;
            Print($"at {size} facts, round {round}: verification from the database {verified:0}/s, {report.Findings.Count} findings; replay into {versions.Count} streams without it {replayed:0}/s; ratio {verified / replayed:0.00}");
        }
    }

    /// <summary>Everything, once, with the memory of the service sampled all the way; readings of its cases are recorded on the way.</summary>
    private static async Task MeasureExportAsync(HttpClient http, RunningPlatform platform, CancellationToken ct)
    {
        var process = platform.Supervisor.Services["audit"].Id!.Value;
        var before = ResidentMegabytes(process);
        var (highest, lines, bytes) = (before, 0L, 0L);
        var watch = Stopwatch.StartNew();
        using var answer = await http.GetAsync(new Uri("/api/audit/export", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, ct);
        await using var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ct);
        var buffer = new byte[1 << 16];

        for (int read, i = 0; (read = await body.ReadAsync(buffer, ct)) > 0; i++)
        {
            bytes += read;
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            highest = i % 100 == 0 ? Math.Max(highest, ResidentMegabytes(process)) : highest;
        }

        Print($"export of {lines - 1} facts: {watch.Elapsed.TotalSeconds:0.0} s, {lines / watch.Elapsed.TotalSeconds:0}/s, {bytes / 1e6:0} MB; the service's resident memory {before:0} MB before, {highest:0} MB at most");
    }

    private static double ResidentMegabytes(int process) => File.ReadLines($"/proc/{process}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / 1024;

    private static async Task<double> PerSecondAsync(HttpClient http, Func<Random, string> path, CancellationToken ct)
    {
        var done = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async worker =>
        {
            var chance = new Random(worker);

            while (watch.Elapsed < TimeSpan.FromSeconds(3))
            {
                using var answer = await http.GetAsync(new Uri(path(chance), UriKind.Relative), ct);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync(ct);
                Interlocked.Increment(ref done);
            }
        }));

        return done / watch.Elapsed.TotalSeconds;
    }

    private static async Task<string> TokenAsync(RunningPlatform platform, CancellationToken ct)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password", ["client_id"] = "governance-cli", ["username"] = "auditor", ["password"] = "governance",
        });
        using var answer = await http.PostAsync(
            new Uri($"http://localhost:{platform.Layout.IdentityPort}/realms/governance/protocol/openid-connect/token"), form, ct);

        return (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("access_token").GetString()!;
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);

        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
