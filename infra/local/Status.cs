using System.Net.Http.Json;
using System.Text.Json;

namespace Governance.Local;

/// <summary>How the platform is: its processes, the queues between them, and what failed on the way.</summary>
internal static class Status
{
    private const int Unhealthy = 3;

    private const string Red = "\e[31m", Plain = "\e[0m";

    private static readonly string[] Heading = ["PROCESS", "PID", "PORT", "HEALTH", "MEMORY"];

    public static async Task<int> RunAsync(Layout layout, CancellationToken ct)
    {
        if (RunState.Of(layout) is not { } state)
        {
            Console.WriteLine("Governance is not running. Start it with ./governance up.");

            return Unhealthy;
        }

        Console.WriteLine($"Governance is {state.Phase}: {layout.Portal.OriginalString} (supervisor pid {state.Process})\n");
        var healthy = await ProcessesAsync(layout, ct) && state.Phase is RunState.Running;
        await QueuesAsync(layout, ct);
        await OutboxesAsync(layout, ct);

        return healthy ? 0 : Unhealthy;
    }

    private static async Task<bool> ProcessesAsync(Layout layout, CancellationToken ct)
    {
        var running = ProcessRegister.LeftIn(layout.Run).SelectMany(ProcessRegister.EntriesIn)
            .Where(entry => Posix.IsAlive(entry.Process, entry.Started)).ToDictionary(entry => entry.Name);
        string[] names = ["postgres", "rabbitmq", .. Layout.Services.Select(service => service.Name)];
        var health = await Task.WhenAll(names.Select(name => running.ContainsKey(name) ? HealthAsync(layout, name, ct) : Task.FromResult("not running")));
        var rows = new List<string[]> { Heading };
        long services = 0, all = 0;

        foreach (var (name, state) in names.Zip(health))
        {
            var entry = running.GetValueOrDefault(name);
            var memory = entry is { Container: null } ? Posix.Memory(entry.Process) : 0;
            all += memory;
            services += name is "postgres" or "rabbitmq" ? 0 : memory;
            rows.Add(
            [
                name, entry?.Process.ToString() ?? "-", layout.Port(name).ToString(), state,
                entry?.Container is { } container ? $"container {container.Split(' ')[^1]}" : Megabytes(memory),
            ]);
        }

        Table(rows, alarming: row => row[3] is not (ServiceProcess.Healthy or "HEALTH"));
        Console.WriteLine(all > services
            ? $"Memory: services {Megabytes(services)}, with PostgreSQL and RabbitMQ {Megabytes(all)}\n"
            : $"Memory: services {Megabytes(services)}\n");

        return health.All(state => state is ServiceProcess.Healthy);
    }

    private static async Task<string> HealthAsync(Layout layout, string name, CancellationToken ct) => name switch
    {
        "postgres" => await Ports.AcceptsAsync(layout.PostgresPort, ct) ? ServiceProcess.Healthy : "silent",
        "rabbitmq" => await Ports.AcceptsAsync(layout.RabbitMqPort, ct) ? ServiceProcess.Healthy : "silent",
        _ => await ServiceProcess.HealthAsync(layout.Port(name), ct),
    };

    private static async Task QueuesAsync(Layout layout, CancellationToken ct)
    {
        using var broker = new Broker(layout);

        try
        {
            var queues = await broker.QueuesAsync(ct);

            if (queues.Count is 0)
            {
                return;
            }

            Table(
                [["QUEUE", "READY", "UNACKED"], .. queues.Select(queue => new[] { queue.Name, queue.Ready?.ToString() ?? "?", queue.Unacknowledged?.ToString() ?? "?" })],
                alarming: row => Broker.HoldsFailures(row[0]) && row[1] is not ("0" or "?"));

            var limitsByDefault = await broker.LimitsByDefaultAsync(ct);

            foreach (var queue in queues.Where(queue => Broker.HoldsFailures(queue.Name) && queue.Messages > 0))
            {
                var reasons = await broker.ReasonsAsync(queue, limitsByDefault, ct);
                Console.WriteLine($"{Highlight($"{queue.Messages} in {queue.Name}")}{(queue.Messages > Broker.MostLookedAt ? $", the first {Broker.MostLookedAt} because" : "")}:");

                foreach (var reason in reasons.DefaultIfEmpty("the reasons are in the headers of its messages"))
                {
                    Console.WriteLine($"  {reason}");
                }
            }

            Console.WriteLine();
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            Console.WriteLine($"{Highlight("RabbitMQ's management does not answer")}: {silent.Message}\n");
        }
    }

    private static async Task OutboxesAsync(Layout layout, CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        var flows = new List<Flow>();

        foreach (var service in Layout.Services.Where(service => service.HasDatabase))
        {
            try
            {
                var flow = await http.GetFromJsonAsync<Flow>(
                    new Uri($"http://127.0.0.1:{layout.Port(service.Name)}/internal/flow"), JsonSerializerOptions.Web, ct);
                flows.Add(flow! with { Service = service.Name });
            }
            catch (Exception absent) when (absent is HttpRequestException or JsonException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                // A service that does not tell is left out; its health is shown above.
            }
        }

        if (flows.Count is 0)
        {
            return;
        }

        Table(
            [
                ["OUTBOX", "READY", "LEASED", "SENT", "PARKED"],
                .. flows.Select(flow => new[]
                {
                    flow.Service, $"{flow.Outbox?.Ready}", $"{flow.Outbox?.Leased}", $"{flow.Outbox?.Sent}", $"{flow.Outbox?.Parked}",
                }),
            ],
            alarming: row => row[0] is not "OUTBOX" && row[4] is not ("0" or ""));

        foreach (var (service, parked) in flows.SelectMany(flow => (flow.Parked ?? []).Select(parked => (flow.Service, parked))))
        {
            Console.WriteLine($"{Highlight($"parked in {service}")}: {parked.EventId} {parked.Reason}");
        }
    }

    private static void Table(List<string[]> rows, Func<string[], bool> alarming)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();

        foreach (var row in rows)
        {
            var line = string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
            Console.WriteLine(alarming(row) ? Highlight(line) : line);
        }
    }

    private static string Highlight(string text) => Console.IsOutputRedirected ? $"! {text}" : $"{Red}{text}{Plain}";

    private static string Megabytes(long bytes) => $"{bytes / 1_000_000} MB";

    private sealed record Flow(string Service, Outbox? Outbox, IReadOnlyList<Parked>? Parked);

    private sealed record Outbox(long Ready, long Leased, long Sent, long Parked);

    private sealed record Parked(string EventId, string Reason);
}
