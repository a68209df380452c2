using System.Text.Json;
using Governance.Local;
using Governance.Platform;
using Governance.Testing;

namespace Governance.Journey.Tests;

/// <summary>A platform of its own: what is killed here must not disturb other journeys.</summary>
public sealed class ErasureStormTests(ITestOutputHelper output)
{
    private const int Rounds = 2, CasesPerKill = 3, MostDown = 2, MostLooks = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_killed_while_texts_are_erased_goes_on_until_none_is_left_and_all_is_proven()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var marker = $"Quagga{Guid.CreateVersion7():N}";
        await using var platform = await RunningPlatform.StartAsync(ct);
        var marked = new MarkedCases(platform, marker);
        var victims = Victims(platform, random);
        output.WriteLine($"killed in turn: {string.Join(", ", victims.Select(victim => victim.Name))}");
        var cases = new Queue<Guid>(await Task.WhenAll(Enumerable.Range(0, victims.Count * CasesPerKill).Select(_ => marked.SubmitAsync(ct))));
        var spare = new Queue<Guid>(await Task.WhenAll(victims.Select(_ => marked.SubmitAsync(ct))));
        await Task.WhenAll(cases.Chunk(CasesPerKill).Select(together => marked.ApproveAsync(together[0], ct)));

        foreach (var together in cases.Chunk(CasesPerKill))
        {
            await marked.FailAsync(together[0], ct);
        }

        var erasures = new List<Guid>();
        var restarting = new Dictionary<IServer, Task>();

        foreach (var victim in victims)
        {
            // One of them was decided on long ago; of the others facts may still be on their way.
            for (var n = 0; n < CasesPerKill; n++)
            {
                erasures.Add(await marked.EraseAsync(cases.Dequeue(), ct));
            }

            await restarting.GetValueOrDefault(victim, Task.CompletedTask);

            if (restarting.Values.Where(restart => !restart.IsCompleted).ToList() is { Count: >= MostDown } down)
            {
                await await Task.WhenAny(down);
            }

            for (var looks = random.Next(1, MostLooks); !await IsUnderway(marked, erasures[^1], looks); looks = 1)
            {
                erasures.Add(await marked.EraseAsync(spare.Dequeue(), ct));
            }

            victim.Kill();
            victim.IsRunning.ShouldBeFalse($"{victim.Name} survived SIGKILL");
            restarting[victim] = RunningPlatform.RestartAsync(victim, ct);
        }

        await Task.WhenAll(restarting.Values);

        while (spare.TryDequeue(out var unused))
        {
            erasures.Add(await marked.EraseAsync(unused, ct));
        }

        await ShouldBeErased(platform, marked, erasures);
        await NothingShouldHold(platform, marker);
        (await platform.QueueLengthsAsync(ct)).Where(queue => queue is { Key: not MarkedCases.Failed, Value: not 0 }).ShouldBeEmpty();
        (await marked.NoFailedMessageShouldHoldItAsync(ct)).ShouldBeGreaterThanOrEqualTo(victims.Count);
        await AllShouldBeProven(platform);
    }

    /// <summary>Every service that erases, as often as there are rounds, and in some round the database and the broker.</summary>
    private static List<IServer> Victims(RunningPlatform platform, Random random)
    {
        var (database, broker) = (random.Next(Rounds), random.Next(Rounds));
        var victims = new List<IServer>();

        for (var round = 0; round < Rounds; round++)
        {
            IServer[] next =
            [
                .. RunningPlatform.Stores.Select(store => platform.Supervisor.Services[store]),
                .. round == database ? [platform.Supervisor.Postgres] : Array.Empty<IServer>(),
                .. round == broker ? [platform.Supervisor.RabbitMq] : Array.Empty<IServer>(),
            ];
            random.Shuffle(next);
            victims.AddRange(next);
        }

        return victims;
    }

    /// <summary>Whether the erasure is not over after that many looks: whoever is killed then is hit at it.</summary>
    private async Task<bool> IsUnderway(MarkedCases marked, Guid erasure, int looks)
    {
        for (; looks > 0; looks--)
        {
            if (await marked.StateAsync(erasure, ct) is { } found && found.Body.GetProperty("state").GetString() is "erased")
            {
                return false;
            }
        }

        return true;
    }

    private async Task ShouldBeErased(RunningPlatform platform, MarkedCases marked, List<Guid> erasures)
    {
        await platform.DrainAsync(Patience, ct);

        foreach (var erasure in erasures)
        {
            var services = (await marked.ErasedAsync(erasure, ct)).GetProperty("useCases")[0].GetProperty("services").EnumerateArray().ToList();

            services.Select(service => service.GetProperty("service").GetString()).ShouldBe(RunningPlatform.Stores[..^1]);
            services.ShouldAllBe(service => service.GetProperty("done").GetBoolean());
        }
    }

    /// <summary>Facts that came late lose their texts soon after they came.</summary>
    private async Task NothingShouldHold(RunningPlatform platform, string marker)
    {
        foreach (var store in RunningPlatform.Stores)
        {
            await using var database = platform.Database(store);
            IReadOnlyList<string> left = [];

            try
            {
                await RunningPlatform.UntilAsync(
                    $"{store} to hold nothing", async _ => (left = await StoredTexts.Holding(database, marker)).Count == 0 ? "clean" : null, Patience, ct);
            }
            catch (TimeoutException)
            {
                left.ShouldBeEmpty(store);
            }
        }

        await platform.DrainAsync(Patience, ct);
    }

    private async Task AllShouldBeProven(RunningPlatform platform)
    {
        var auditor = platform.As("auditor");
        var report = (await auditor.PostAsync("/api/audit/ledger/verification", "", $"verify-{Guid.CreateVersion7()}", ct)).Require();
        report.GetProperty("findings").EnumerateArray().Select(finding => finding.ToString()).ShouldBeEmpty();

        await foreach (var compared in auditor.GetLinesAsync("/api/audit/read-models", ct))
        {
            compared.GetProperty("differing").EnumerateArray().Select(difference => difference.ToString()).ShouldBeEmpty();
        }

        await foreach (var origins in auditor.GetLinesAsync("/api/audit/completeness", ct))
        {
            foreach (var origin in origins.EnumerateArray())
            {
                (origin.TryGetProperty("problem", out var problem) && problem.ValueKind is JsonValueKind.String).ShouldBeFalse(origin.ToString());
                origin.GetProperty("missing").GetArrayLength().ShouldBe(0, origin.ToString());
                origin.GetProperty("surplus").GetArrayLength().ShouldBe(0, origin.ToString());
                origin.GetProperty("streams").GetInt64().ShouldBePositive(origin.ToString());
            }
        }
    }
}
