using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Governance.ServiceDefaults;

/// <summary>
/// The failed messages of this service, and the dead letters of all. Texts in them are blanked where they are: what is left can still be
/// given to the service again. Each is published and confirmed before the old copy is acknowledged, so that none is lost.
/// </summary>
public sealed class FailedMessages(IConfiguration configuration, ServiceIdentity service, MessageMac mac, TimeProvider clock) : IDisposable
{
    private const int NotFound = 404, Locked = 405;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The client can wait without end for the confirmation of a broker that has gone, and while it hangs up. So every step has a limit,
    /// after which the client is left to itself; its connection, and with it the lock, is gone after a few missing heartbeats.
    /// </summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, Type> Contracts = typeof(IGovernanceEvent).Assembly.GetExportedTypes()
        .Where(type => type.GetCustomAttribute<ContractAttribute>() is not null)
        .ToDictionary(type => type.GetCustomAttribute<ContractAttribute>()!.Urn.ToString());

    private readonly SemaphoreSlim atOnce = new(1);

    public void Dispose() => atOnce.Dispose();

    /// <returns>The ids of the messages that the erasure is about; those that were blank already count as well.</returns>
    /// <exception cref="IOException">The broker does not answer, or no longer.</exception>
    public async Task<IReadOnlyList<Guid>> Blank(ErasedScope scope, CancellationToken ct)
    {
        var broker = configuration.GetConnectionString("bus")!;

        if (broker == Messaging.InMemory)
        {
            return [];
        }

        await atOnce.WaitAsync(ct);
        using var patience = new CancellationTokenSource(LongestSilence, clock);
        await using var stop = ct.Register(patience.Cancel);

        try
        {
            var factory = new ConnectionFactory { Uri = new(broker), AutomaticRecoveryEnabled = false, RequestedHeartbeat = Heartbeat };

            return await Blank(factory, scope, patience).WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is RabbitMQClientException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            throw new IOException("The broker does not answer.", e);
        }
        finally
        {
            atOnce.Release();
        }
    }

    private async Task<IReadOnlyList<Guid>> Blank(ConnectionFactory factory, ErasedScope scope, CancellationTokenSource patience)
    {
        await using var connection = await factory.CreateConnectionAsync("governance erasure", patience.Token);
        var ids = new SortedSet<Guid>();

        foreach (var queue in (string[])[$"{service.Name}_error", $"{service.Name}_skipped", Messaging.DeadLetter])
        {
            patience.CancelAfter(LongestSilence);

            if (await Exists(connection, queue, patience.Token))
            {
                await Lock(connection, queue, patience);
                await Blank(connection, queue, scope, ids, patience);
            }
        }

        return [.. ids];
    }

    /// <summary>
    /// One erasure at a time goes through a queue, in whichever process: what another one has just taken it would not see. The lock is a
    /// queue that belongs to the connection, so the broker releases it whatever becomes of the process.
    /// </summary>
    private async Task Lock(IConnection connection, string queue, CancellationTokenSource patience)
    {
        while (true)
        {
            patience.CancelAfter(LongestSilence);

            try
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: patience.Token);
                await channel.QueueDeclareAsync($"{queue}.erasing", durable: false, exclusive: true, autoDelete: false, cancellationToken: patience.Token);

                return;
            }
            catch (OperationInterruptedException taken) when (taken.ShutdownReason?.ReplyCode is Locked)
            {
                await Task.Delay(Pause, clock, patience.Token);
            }
        }
    }

    /// <summary>
    /// Takes every message that is there at the start once, and puts it back at the end: merely returning it would count as a failed
    /// delivery, and after some of those the broker drops it. How many there are the first one tells: the number a queue declares can
    /// leave out what a pass that died has just given back, while taking one comes after that.
    /// </summary>
    private async Task Blank(IConnection connection, string queue, ErasedScope scope, SortedSet<Guid> ids, CancellationTokenSource patience)
    {
        await using var channel = await connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), patience.Token);

        uint? left = null;

        while (left is not 0)
        {
            patience.CancelAfter(LongestSilence);

            if (await channel.BasicGetAsync(queue, autoAck: false, patience.Token) is not { } message)
            {
                return;
            }

            left = left is null ? message.MessageCount : left - 1;
            var properties = new BasicProperties(message.BasicProperties);
            var body = message.Body;

            if (Blanked(message.Body, scope) is var (id, blank, texts))
            {
                ids.Add(id);
                body = blank;
                properties.Headers = Authentic(WithoutTexts(message.BasicProperties.Headers, texts), message.Body, blank);
            }

            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body, patience.Token);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, patience.Token);
        }
    }

    /// <summary>The message without the texts, which are named too; null where the erasure is not about it.</summary>
    internal static (Guid Id, ReadOnlyMemory<byte> Body, IReadOnlyList<string> Texts)? Blanked(ReadOnlyMemory<byte> body, ErasedScope scope)
    {
        try
        {
            if (JsonNode.Parse(body.Span) is not JsonObject envelope
                || envelope["message"] is not JsonObject message
                || message["useCaseId"]?.GetValue<string>() is not { } about || !Guid.TryParse(about, out var useCase) || useCase != scope.UseCaseId
                || envelope["messageId"]?.GetValue<string>() is not { } messageId || !Guid.TryParse(messageId, out var id))
            {
                return null;
            }

            var recordedAt = DateTimeOffset.TryParse(envelope["headers"]?["gov-recorded-at"]?.GetValue<string>(), out var at) ? at : DateTimeOffset.MinValue;
            var before = Texts(message).ToList();
            var type = (envelope["messageType"] as JsonArray)?.Select(name => Contracts.GetValueOrDefault(name?.GetValue<string>() ?? "")).FirstOrDefault(known => known is not null);

            if (type is not null)
            {
                PersonalTexts.Blank(message, type, scope, scope.TakesOwn(id, recordedAt));
            }
            else if (scope.Everything)
            {
                envelope["message"] = new JsonObject { ["useCaseId"] = useCase.ToString(), ["revision"] = message["revision"]?.DeepClone() };
            }

            return (id, Encoding.UTF8.GetBytes(envelope.ToJsonString(Json.Options)), [.. before.Except(Texts(envelope["message"]))]);
        }
        catch (Exception garbage) when (garbage is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.GetValueKind() is JsonValueKind.String => [value.GetValue<string>()],
        _ => [],
    };

    /// <summary>What failed may have been said in words that repeat a text.</summary>
    private static Dictionary<string, object?>? WithoutTexts(IDictionary<string, object?>? headers, IReadOnlyList<string> texts) =>
        headers?.ToDictionary(header => header.Key, header => header.Value is byte[] value && texts.Any(text => Encoding.UTF8.GetString(value).Contains(text, StringComparison.Ordinal))
            ? Encoding.UTF8.GetBytes(PersonalTexts.Mask)
            : header.Value);

    /// <summary>A message that was authentic still is; one that was not stays refused.</summary>
    internal Dictionary<string, object?>? Authentic(Dictionary<string, object?>? headers, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        if (headers?.GetValueOrDefault(MessageMac.Header) is byte[] given && mac.Holds(before.Span, Encoding.UTF8.GetString(given)))
        {
            headers[MessageMac.Header] = Encoding.UTF8.GetBytes(mac.Of(after.Span));
        }

        return headers;
    }

    private static async Task<bool> Exists(IConnection connection, string queue, CancellationToken ct)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
            await channel.QueueDeclarePassiveAsync(queue, ct);

            return true;
        }
        catch (OperationInterruptedException absent) when (absent.ShutdownReason?.ReplyCode is NotFound)
        {
            return false;
        }
    }
}
