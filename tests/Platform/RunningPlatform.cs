using System.Net.Http.Json;
using System.Text.Json;
using Governance.Local;
using Governance.Testing.Backing;
using Npgsql;

namespace Governance.Platform;

/// <summary>
/// The whole platform, each service its own process, on a PostgreSQL and a RabbitMQ of its own: containers where an engine answers,
/// else processes, as <see cref="TestBacking"/> says. What a test does it does through the portal; the databases are opened only to
/// check what was stored.
/// </summary>
public sealed class RunningPlatform : IAsyncDisposable
{
    public static readonly string[] Stores = ["intake", "data-readiness", "costs", "strategy", "compliance", "audit"];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Dictionary<string, Api> _people = [];
    private readonly TestBacking? _containers;

    private RunningPlatform(Layout layout, TestBacking? containers)
    {
        Layout = layout;
        _containers = containers;
        Supervisor = containers is null ? new(layout) : new(layout, containers.Postgres, containers.RabbitMq);
    }

    public Layout Layout { get; }

    public Supervisor Supervisor { get; }

    public static string ExampleUseCase { get; } =
        File.ReadAllText(Path.Combine(Layout.OfCheckout().Root, "infra", "demo", "g25-dispute-letter-routing.json"));

    public static async Task<RunningPlatform> StartAsync(CancellationToken ct)
    {
        var layout = Layout.In(Folders.Temporary());
        var platform = new RunningPlatform(layout, await TestBacking.InContainersForAsync(layout));

        try
        {
            await platform.Supervisor.StartAsync(ct);

            foreach (var account in (string[])["portfolio.manager", "portfolio.manager.insurance", "risk.reviewer", "legal.reviewer", "privacy.reviewer", "security.reviewer", "auditor", "executive", "administrator"])
            {
                platform._people[account] = await Api.SignInAsync(platform.Layout, account, ct);
            }

            return platform;
        }
        catch
        {
            await platform.DisposeAsync();

            throw;
        }
    }

    public Api As(string account) => _people[account];

    public NpgsqlDataSource Database(string service) => NpgsqlDataSource.Create(Supervisor.Postgres.ConnectionStringFor(
        service.Replace('-', '_'), service.Replace('-', '_'), Layout.Password(service)));

    public async Task<List<T>> QueryAsync<T>(string service, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using var database = Database(service);
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();

        while (await reader.ReadAsync(ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public async Task<JsonElement> FlowAsync(string service, CancellationToken ct) =>
        await _http.GetFromJsonAsync<JsonElement>(new Uri(Supervisor.Services[service].Address, "/internal/flow"), ct);

    public async Task<IReadOnlyDictionary<string, long>> QueueLengthsAsync(CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Supervisor.RabbitMq.ManagementUri, "/api/queues/%2F?disable_stats=false"));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(
            $"governance:{Supervisor.RabbitMq.Password}")));
        using var answer = await _http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
        var queues = await answer.Content.ReadFromJsonAsync<JsonElement>(ct);

        return queues.EnumerateArray().ToDictionary(
            queue => queue.GetProperty("name").GetString()!,
            queue => queue.TryGetProperty("messages", out var messages) ? messages.GetInt64() : -1);
    }

    /// <summary>Tries until the condition holds; what throws on the way counts as not yet.</summary>
    public static async Task<T> UntilAsync<T>(string what, Func<CancellationToken, Task<T?>> look, TimeSpan deadline, CancellationToken ct)
        where T : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(deadline);
        Exception? last = null;

        while (true)
        {
            try
            {
                if (await look(patience.Token) is { } found)
                {
                    return found;
                }
            }
            catch (Exception e) when (e is HttpRequestException or NpgsqlException or OperationCanceledException or ProblemException && !ct.IsCancellationRequested)
            {
                last = e;
            }

            try
            {
                await Task.Delay(50, patience.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {deadline.TotalSeconds:0} s in vain: {what}. {last?.Message}");
            }
        }
    }

    /// <summary>A service may die of a database or broker that is away; it is then simply started again.</summary>
    public static async Task RestartAsync(IServer victim, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await victim.StartAsync(ct);

                return;
            }
            catch (ProblemException) when (attempt < 10)
            {
                await Task.Delay(250, ct);
            }
        }
    }

    /// <summary>Repeats a command under its key until it is acknowledged or refused for good, as any careful client would.</summary>
    public async Task<Api.Answer> InsistAsync(string account, string path, string body, string key, TimeSpan within, CancellationToken ct)
    {
        Api.Answer? final = null;

        await UntilAsync($"an answer to {key}", async deadline =>
        {
            var answer = await As(account).PostAsync(path, body, key, deadline);
            final = answer;

            return answer.Status is >= 500 or 429 ? null : answer;
        }, within, ct);

        return final!;
    }

    /// <summary>Returns once everything answers, every outbox and queue is empty, and Audit has applied whatever was sent.</summary>
    public async Task DrainAsync(TimeSpan within, CancellationToken ct)
    {
        foreach (var process in Supervisor.All)
        {
            await process.WaitUntilItAnswersAsync(ct);
        }

        await UntilAsync("outboxes and queues to drain", async deadline =>
        {
            foreach (var store in Stores)
            {
                var outbox = (await FlowAsync(store, deadline)).GetProperty("outbox");

                if (outbox.GetProperty("ready").GetInt64() + outbox.GetProperty("leased").GetInt64() > 0)
                {
                    return null;
                }
            }

            var lengths = await QueueLengthsAsync(deadline);
            var applied = await Task.WhenAll(Stores.Select(store => AppliedAsync(store, deadline)));
            var sent = await Task.WhenAll(Stores.Select(store => SentAsync(store, deadline)));

            return Stores.All(queue => lengths.GetValueOrDefault(queue, -1) == 0) && applied[^1] == sent.Sum()
                ? "drained"
                : null;
        }, within, ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people.Values)
        {
            person.Dispose();
        }

        await Supervisor.DisposeAsync();

        if (_containers is not null)
        {
            await _containers.DisposeAsync();
        }

        _http.Dispose();
        Folders.Delete(Layout.State);
    }

    private async Task<long> SentAsync(string store, CancellationToken ct) => Sum((await FlowAsync(store, ct)).GetProperty("sent"));

    private async Task<long> AppliedAsync(string store, CancellationToken ct) => Sum((await FlowAsync(store, ct)).GetProperty("applied"));

    private static long Sum(JsonElement counts) => counts.EnumerateObject().Sum(count => count.Value.GetInt64());
}
