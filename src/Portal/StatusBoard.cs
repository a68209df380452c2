using System.Text.Json;

namespace Governance.Portal;

/// <summary>How one service is: what its health check says, and how many facts it has sent, keeps back and has applied.</summary>
internal sealed record ServiceStatus(Service Service, string Health, FlowCounts? Flow);

internal sealed record FlowCounts(
    long Waiting,
    long Sent,
    long Parked,
    IReadOnlyDictionary<string, long> SentByContract,
    IReadOnlyDictionary<string, long> AppliedByContract)
{
    public long Applied => AppliedByContract.Values.Sum();
}

/// <summary>Asks all services at once; an answer is shown to everybody who asks within a moment, so that viewers cost nothing.</summary>
internal sealed class StatusBoard(IHttpClientFactory clients, IConfiguration configuration, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<Service> services = Service.From(configuration);
    private readonly SemaphoreSlim asking = new(1);
    private IReadOnlyList<ServiceStatus> last = [];
    private DateTimeOffset askedAt = DateTimeOffset.MinValue;

    public async Task<IReadOnlyList<ServiceStatus>> Read(CancellationToken ct)
    {
        await asking.WaitAsync(ct);

        try
        {
            if (clock.GetUtcNow() - askedAt > Moment)
            {
                last = await Task.WhenAll(services.Select(Ask));
                askedAt = clock.GetUtcNow();
            }

            return last;
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose() => asking.Dispose();

    private async Task<ServiceStatus> Ask(Service service)
    {
        if (service.Address is not { } address)
        {
            return new(service, "Not running", Flow: null);
        }

        using var patience = new CancellationTokenSource(Patience);
        var health = Get(new(address, "/health"), patience.Token);
        var flow = Get(new(address, "/internal/flow"), patience.Token);

        return new(service, Health(await health), Counts(await flow));
    }

    /// <summary>Null where nobody answers, or not with an object.</summary>
    private async Task<JsonElement?> Get(Uri address, CancellationToken ct)
    {
        try
        {
            using var client = clients.CreateClient(nameof(StatusBoard));
            using var answer = await client.GetAsync(address, ct);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct));

            return body.RootElement.ValueKind is JsonValueKind.Object ? body.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            return null;
        }
    }

    private static string Health(JsonElement? answer) =>
        answer?.TryGetProperty("status", out var status) is true && status.ValueKind is JsonValueKind.String
            ? status.GetString()!
            : "Not answering";

    private static FlowCounts? Counts(JsonElement? answer) =>
        answer is { } flow && flow.TryGetProperty("outbox", out var outbox) && outbox.ValueKind is JsonValueKind.Object
            ? new(
                Number(outbox, "ready") + Number(outbox, "leased"),
                Number(outbox, "sent"),
                Number(outbox, "parked"),
                ByContract(flow, "sent"),
                ByContract(flow, "applied"))
            : null;

    private static Dictionary<string, long> ByContract(JsonElement flow, string name) =>
        flow.TryGetProperty(name, out var counts) && counts.ValueKind is JsonValueKind.Object
            ? counts.EnumerateObject().ToDictionary(contract => contract.Name, contract => Number(contract.Value))
            : [];

    private static long Number(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? Number(value) : 0;

    private static long Number(JsonElement value) => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}
