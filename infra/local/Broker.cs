using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Governance.Local;

/// <summary>What the broker's management door tells about its queues.</summary>
internal sealed class Broker : IDisposable
{
    public const string DeadLetters = "governance.dead-letter";

    public const int MostLookedAt = 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public Broker(Layout layout)
    {
        _http.BaseAddress = new Uri($"http://127.0.0.1:{layout.ManagementPort}/api/");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"governance:{layout.Password("rabbitmq")}")));
    }

    public static bool HoldsFailures(string queue) =>
        queue is DeadLetters || queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal);

    /// <summary>RabbitMQ 4 gives quorum queues a delivery limit that nobody asked for.</summary>
    public async Task<bool> LimitsByDefaultAsync(CancellationToken ct) =>
        !(await _http.GetFromJsonAsync<JsonElement>("overview?columns=rabbitmq_version", ct))
            .GetProperty("rabbitmq_version").GetString()!.StartsWith("3.", StringComparison.Ordinal);

    public async Task<IReadOnlyList<Queue>> QueuesAsync(CancellationToken ct) =>
        [
            .. (await _http.GetFromJsonAsync<List<Queue>>("queues", JsonSerializerOptions.Web, ct) ?? [])
                .OrderBy(queue => queue.Name, StringComparer.Ordinal),
        ];

    /// <summary>
    /// Why the first messages of a queue are there, each reason once. Looking returns a message, which a delivery limit counts as a
    /// failed delivery; where that could lose it, nobody looks.
    /// </summary>
    public async Task<IReadOnlyList<string>> ReasonsAsync(Queue queue, bool limitsByDefault, CancellationToken ct)
    {
        if (!queue.MayBeLookedInto(limitsByDefault))
        {
            return [];
        }

        using var answer = await _http.PostAsJsonAsync(
            $"queues/%2F/{Uri.EscapeDataString(queue.Name)}/get",
            new { count = MostLookedAt, ackmode = "reject_requeue_true", encoding = "auto", truncate = 1 },
            ct);

        return answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync<JsonElement>(ct) is { ValueKind: JsonValueKind.Array } messages
            ? Reasons(messages)
            : [];
    }

    internal static IReadOnlyList<string> Reasons(JsonElement messages) =>
    [
        .. messages.EnumerateArray().Select(ReasonFrom).OfType<string>().CountBy(reason => reason)
            .OrderByDescending(reason => reason.Value)
            .Select(reason => reason.Value > 1 ? $"{reason.Key} ({reason.Value} times)" : reason.Key),
    ];

    internal static string? ReasonFrom(JsonElement message)
    {
        if (!message.TryGetProperty("properties", out var properties) || properties.ValueKind is not JsonValueKind.Object
            || !properties.TryGetProperty("headers", out var headers) || headers.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        return Text("MT-Fault-Message") ?? Text("MT-Reason")
            ?? (Text("x-first-death-queue") is { } queue ? $"{Text("x-first-death-reason") ?? "dead"} in {queue}" : null);

        string? Text(string header) => headers.TryGetProperty(header, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()?.ReplaceLineEndings(" ")
            : null;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The counts are unknown for some seconds after the broker has started.</summary>
    internal sealed record Queue(
        string Name,
        string? Type,
        [property: System.Text.Json.Serialization.JsonPropertyName("messages_ready")] int? Ready,
        [property: System.Text.Json.Serialization.JsonPropertyName("messages_unacknowledged")] int? Unacknowledged,
        JsonElement Arguments)
    {
        public int Messages => (Ready ?? 0) + (Unacknowledged ?? 0);

        /// <summary>Where the limit leads to the dead letters, a message looked at too often is still there to be given back.</summary>
        public bool MayBeLookedInto(bool limitsByDefault) =>
            Type is not "quorum"
            || Argument("x-dead-letter-exchange") is not null
            || (Argument("x-delivery-limit") is { } limit ? limit.TryGetInt32(out var times) && times < 0 : !limitsByDefault);

        private JsonElement? Argument(string name) =>
            Arguments.ValueKind is JsonValueKind.Object && Arguments.TryGetProperty(name, out var value) ? value : null;
    }
}
