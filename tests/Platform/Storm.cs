using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Governance.Local;

namespace Governance.Platform;

/// <summary>
/// People submit and review without pause while a killer sends SIGKILL to random processes and starts them again. What was
/// acknowledged to a person is written down by that person; afterwards everything stored is compared with those notes.
/// </summary>
public sealed class Storm(RunningPlatform platform, int seed, int people = 6)
{
    private const int MostDown = 2;

    /// <summary>How many submissions each person leaves on the way before reviewing the first: what a victim holds when it is hit.</summary>
    private const int Backlog = 12;

    private static readonly TimeSpan DrainWithin = TimeSpan.FromMinutes(3);
    private static readonly string[] Queues = ["risk", "legal", "privacy", "security"];

    private readonly ConcurrentDictionary<string, string> acknowledged = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> signedOff = new();
    private readonly ConcurrentDictionary<string, int> kills = new();
    private readonly ConcurrentQueue<string> unexpected = new();

    public async Task<StormReport> RunAsync(Func<int, TimeSpan, bool> isOver, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var working = Enumerable.Range(0, people).Select(person => WorkAsync(person, over.Token, ct)).ToList();

        await KillAsync(isOver, watch, ct);
        await over.CancelAsync();
        await Task.WhenAll(working);

        var stormed = watch.Elapsed;
        await platform.DrainAsync(DrainWithin, ct);

        return await JudgeAsync(stormed, watch.Elapsed - stormed, ct);
    }

    /// <summary>
    /// A killed process is started again at once. No more than two are down together, so that people get through in between and
    /// the next victim is hit at work, not while starting.
    /// </summary>
    private async Task KillAsync(Func<int, TimeSpan, bool> isOver, Stopwatch watch, CancellationToken ct)
    {
        var random = new Random(seed);
        var restarting = new Dictionary<IServer, Task>();
        IServer[] services = [.. platform.Supervisor.Services.Values.Where(s => s.Name is not "identity")];
        var next = new Queue<IServer>();
        var rounds = 0;

        while (!isOver(kills.Values.Sum(), watch.Elapsed))
        {
            if (next.Count == 0)
            {
                // Every round hits each service twice and PostgreSQL once, and every third round RabbitMQ, which takes longest to return.
                IServer[] round =
                    [.. services, .. services, platform.Supervisor.Postgres, .. rounds++ % 3 == 0 ? [platform.Supervisor.RabbitMq] : Array.Empty<IServer>()];
                random.Shuffle(round);
                next = new(round);
            }

            var victim = next.Dequeue();
            await restarting.GetValueOrDefault(victim, Task.CompletedTask);

            if (restarting.Values.Where(restart => !restart.IsCompleted).ToList() is { Count: >= MostDown } down)
            {
                await await Task.WhenAny(down);
            }

            await Task.Delay(random.Next(50, 1_000), ct);
            victim.Kill();
            Count(victim);
            restarting[victim] = RunningPlatform.RestartAsync(victim, ct);
        }

        await Task.WhenAll(restarting.Values);
    }

    private void Count(IServer victim)
    {
        if (victim.IsRunning)
        {
            throw new InvalidOperationException($"{victim.Name} survived SIGKILL.");
        }

        kills.AddOrUpdate(victim.Name, 1, (_, n) => n + 1);
    }

    private async Task WorkAsync(int person, CancellationToken over, CancellationToken ct)
    {
        var mine = new List<string>();

        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"storm-{seed}-{person}-{n}");
            var answer = await platform.InsistAsync("portfolio.manager", "/api/use-cases", RunningPlatform.ExampleUseCase, key, DrainWithin, ct);

            if (answer.Status is not 201)
            {
                unexpected.Enqueue($"submission answered {answer.Status}: {answer.Body}");
                continue;
            }

            var id = answer.Body.GetProperty("id").GetString()!;
            acknowledged[key] = id;
            mine.Add(id);

            if (mine.Count > Backlog)
            {
                await ReviewAsync(mine[^(Backlog + 1)], ct);
            }
        }

        foreach (var id in mine.TakeLast(Backlog))
        {
            await ReviewAsync(id, ct);
        }
    }

    private async Task ReviewAsync(string id, CancellationToken ct)
    {
        var review = await RunningPlatform.UntilAsync(
            $"review of {id}",
            async deadline => await platform.As("auditor").GetAsync($"/api/reviews/{id}", deadline) is { Succeeded: true } found ? found : null,
            DrainWithin,
            ct);
        var required = review.Body.GetProperty("signOffs").EnumerateArray().Select(s => s.GetProperty("queue").GetString()!);

        foreach (var queue in required.Where(Queues.Contains))
        {
            var answer = await platform.InsistAsync($"{queue}.reviewer", $"/api/reviews/{id}/approve", "{}", $"{id}-{queue}", DrainWithin, ct);

            if (answer.Status is 200 or 202)
            {
                signedOff.GetOrAdd(id, _ => new())[queue] = true;
            }
            else
            {
                unexpected.Enqueue($"{queue} sign-off answered {answer.Status}: {answer.Body}");
            }
        }
    }

    private async Task<StormReport> JudgeAsync(TimeSpan stormed, TimeSpan drained, CancellationToken ct)
    {
        var faults = new List<string>(unexpected);
        var cases = acknowledged.Values.Select(Guid.Parse).ToHashSet();
        var stored = new Dictionary<string, List<StoredEvent>>();

        foreach (var store in RunningPlatform.Stores.SkipLast(1))
        {
            stored[store] = await platform.QueryAsync(
                store,
                "select id, stream_id, version, type from mt_events where type <> 'tombstone' order by stream_id, version",
                row => new StoredEvent(store, row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.GetString(3)),
                ct);
        }

        if (cases.Count != acknowledged.Count)
        {
            faults.Add($"doubled: {acknowledged.Count} acknowledged keys share {cases.Count} cases");
        }

        foreach (var (store, expected) in Expected)
        {
            var byCase = stored[store].ToLookup(e => e.Stream);
            faults.AddRange(byCase.Where(c => !cases.Contains(c.Key)).Select(c => $"surplus: {store} knows {c.Key}, which nobody was told of"));

            foreach (var id in cases)
            {
                var types = byCase[id].Select(e => e.Type).ToList();
                var wrong = expected(types, signedOff.GetValueOrDefault(id.ToString())?.Count ?? 0);

                if (wrong is not null)
                {
                    faults.Add($"{wrong}: {store} has [{string.Join(", ", types)}] for {id}");
                }
            }

            faults.AddRange(byCase
                .Where(c => !c.Select(e => e.Version).SequenceEqual(Enumerable.Range(1, c.Count()).Select(v => (long)v)))
                .Select(c => $"gap: {store} {c.Key} has versions {string.Join(", ", c.Select(e => e.Version))}"));
        }

        await JudgeTrailAsync(stored, faults, ct);
        await JudgeFlowAsync(faults, ct);

        return new(kills, acknowledged.Count, signedOff.Values.Sum(s => s.Count), stored.Values.Sum(s => s.Count), stormed, drained, faults);
    }

    /// <summary>What each service must have stored for a case that was submitted and signed off once by every required queue.</summary>
    private static readonly Dictionary<string, Func<List<string>, int, string?>> Expected = new()
    {
        ["intake"] = (types, _) => types is ["submitted", ..] && types.Count(t => t == "submitted") == 1 && types.Distinct().Count() <= 2
            && types[^1] == "stage_reached" ? null : "lost or doubled",
        ["data-readiness"] = (types, _) => types is ["readiness_assessed"] ? null : "lost or doubled",
        ["costs"] = (types, _) => types is ["costs_forecast"] ? null : "lost or doubled",
        ["strategy"] = (types, _) => types.Order(StringComparer.Ordinal).SequenceEqual(
            ["costs_received", "facts_received", "readiness_received", "strategy_assessed"]) && types[^1] == "strategy_assessed" ? null : "lost, doubled or reordered",
        ["compliance"] = (types, signOffs) => types is ["opened", .., "approved"] && types.Count(t => t == "signed_off") == signOffs
            && types.Count == signOffs + 2 ? null : "lost, doubled or reordered",
    };

    /// <summary>The trail holds each published fact once, under the version its service gave it.</summary>
    private async Task JudgeTrailAsync(Dictionary<string, List<StoredEvent>> stored, List<string> faults, CancellationToken ct)
    {
        var trail = await platform.QueryAsync(
            "audit", "select event_id, service, stream, version from fact",
            row => (Id: row.GetGuid(0), Service: row.GetString(1), Stream: row.GetGuid(2), Version: row.GetInt64(3)), ct);
        var published = new HashSet<string>(
            ["submitted", "readiness_assessed", "costs_forecast", "strategy_assessed", "opened", "signed_off", "approved"]);
        var owed = stored.Values.SelectMany(events => events).Where(e => published.Contains(e.Type)).ToDictionary(e => e.Id);

        faults.AddRange(owed.Keys.Except(trail.Select(f => f.Id)).Select(id => $"lost: the trail lacks {owed[id]}"));
        faults.AddRange(trail.Where(f => !owed.ContainsKey(f.Id)).Select(f => $"surplus: the trail has {f}"));
        faults.AddRange(trail.GroupBy(f => f.Id).Where(g => g.Count() > 1).Select(g => $"doubled: the trail has {g.Key} {g.Count()} times"));
        faults.AddRange(trail.Where(f => owed.TryGetValue(f.Id, out var e) && (e.Store, e.Stream, e.Version) != (f.Service, f.Stream, f.Version))
            .Select(f => $"reordered: the trail has {f}"));
    }

    /// <summary>Conservation: what was sent of each contract was applied by each subscriber, and nothing lies in an error queue.</summary>
    private async Task JudgeFlowAsync(List<string> faults, CancellationToken ct)
    {
        var sent = new Dictionary<string, long>();
        var applied = new List<(string Service, string Contract, long Count)>();

        foreach (var store in RunningPlatform.Stores)
        {
            var flow = await platform.FlowAsync(store, ct);

            foreach (var count in flow.GetProperty("sent").EnumerateObject())
            {
                sent[count.Name] = count.Value.GetInt64();
            }

            applied.AddRange(flow.GetProperty("applied").EnumerateObject().Select(count => (store, count.Name, count.Value.GetInt64())));
        }

        faults.AddRange(applied.Where(a => sent.GetValueOrDefault(a.Contract) != a.Count)
            .Select(a => $"not conserved: {a.Service} applied {a.Count} of {sent.GetValueOrDefault(a.Contract)} {a.Contract}"));
        faults.AddRange(sent.Where(s => !applied.Any(a => a.Service == "audit" && a.Contract == s.Key)).Select(s => $"lost: audit never saw {s.Key}"));
        faults.AddRange((await platform.QueueLengthsAsync(ct))
            .Where(queue => queue.Value > 0)
            .Select(queue => $"left over: {queue.Value} messages in {queue.Key}"));
    }

    private sealed record StoredEvent(string Store, Guid Id, Guid Stream, long Version, string Type);
}

/// <summary>What a storm did and what it found; no faults means that nothing was lost, doubled or reordered.</summary>
public sealed record StormReport(
    IReadOnlyDictionary<string, int> Kills,
    int Submissions,
    int SignOffs,
    int Events,
    TimeSpan Stormed,
    TimeSpan Drained,
    IReadOnlyList<string> Faults)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Kills.Values.Sum()} kills in {Stormed.TotalSeconds:0} s ({string.Join(", ", Kills.OrderBy(k => k.Key).Select(k => $"{k.Key} {k.Value}"))})
        {Submissions} submissions and {SignOffs} sign-offs acknowledged, {Events} events stored, drained in {Drained.TotalSeconds:0.0} s
        {(Faults.Count == 0 ? "0 lost, 0 doubled, 0 reordered" : $"{Faults.Count} faults:\n  {string.Join("\n  ", Faults.Take(40))}")}
        """);
}
