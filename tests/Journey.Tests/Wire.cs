using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Local;
using Governance.Platform;
using RabbitMQ.Client;

namespace Governance.Journey.Tests;

/// <summary>Speaks to the broker without the platform's own bus code, but with its key.</summary>
internal sealed class Wire(IConnection connection, IChannel channel, byte[] key) : IAsyncDisposable
{
    private const string Envelope = "application/vnd.masstransit+json";

    public static async Task<Wire> ConnectAsync(RunningPlatform platform, CancellationToken ct)
    {
        var connection = await new ConnectionFactory { Uri = platform.Supervisor.RabbitMq.AmqpUri }.CreateConnectionAsync(ct);

        return new(connection, await connection.CreateChannelAsync(new(true, true), ct), Convert.FromBase64String(platform.Layout.MessagesKey));
    }

    public async Task SendAsync(string queue, string body, Dictionary<string, object?> headers, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        headers["gov-mac"] = Convert.ToBase64String(HMACSHA256.HashData(key, bytes));
        await channel.BasicPublishAsync(
            "", queue, mandatory: true, new BasicProperties { ContentType = Envelope, Persistent = true, Headers = headers }, bytes, ct);
    }

    /// <summary>A whole fact as an error queue holds it after its consumer failed.</summary>
    public async Task<Guid> SendFaultedAsync(string queue, string contract, JsonObject message, Guid stream, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        var envelope = new JsonObject
        {
            ["messageId"] = id,
            ["correlationId"] = Guid.CreateVersion7(),
            ["messageType"] = new JsonArray(contract, "governance:fact"),
            ["message"] = message,
            ["headers"] = new JsonObject
            {
                ["gov-service"] = "intake",
                ["gov-stream"] = stream.ToString(),
                ["gov-version"] = "1",
                ["gov-previous"] = "0",
                ["gov-recorded-at"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
                ["gov-effective-at"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
                ["gov-actor"] = "somebody",
                ["gov-actor-role"] = "portfolio-manager",
                ["gov-causation"] = Guid.CreateVersion7().ToString(),
            },
        };

        await SendAsync(queue, envelope.ToJsonString(), new() { ["MT-Fault-Message"] = "cured since" }, ct);

        return id;
    }

    public async Task<string?> PeekFaultAsync(string queue, CancellationToken ct)
    {
        if (await channel.BasicGetAsync(queue, autoAck: false, ct) is not { } message)
        {
            return null;
        }

        await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, ct);

        return message.BasicProperties.Headers?["MT-Fault-Message"] is byte[] reason ? Encoding.UTF8.GetString(reason) : "";
    }

    /// <summary>The body of the first message, which is gone from the queue then; null where there is none.</summary>
    public async Task<string?> TakeAsync(string queue, CancellationToken ct) =>
        await channel.BasicGetAsync(queue, autoAck: true, ct) is { } message ? Encoding.UTF8.GetString(message.Body.Span) : null;

    public Task PurgeAsync(string queue, CancellationToken ct) => channel.QueuePurgeAsync(queue, ct);

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
