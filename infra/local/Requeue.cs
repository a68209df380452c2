using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Governance.Local;

/// <summary>
/// Gives a service its failed messages again, as they were. Each is published and confirmed before the failed copy is acknowledged, so
/// an interruption can double a message, which consumers absorb, but not lose one.
/// </summary>
public static class Requeue
{
    private const int BatchSize = 100;

    private static readonly string[] AddedByFailing = ["MT-Fault-", "MT-Reason", "x-death", "x-first-death-", "x-last-death-", "x-delivery-count"];

    public static async Task<int> RunAsync(Layout layout, string service, CancellationToken ct)
    {
        if (!await Ports.AcceptsAsync(layout.RabbitMqPort, ct))
        {
            throw new ProblemException("RabbitMQ does not answer.", "Start the platform with ./governance up.");
        }

        var broker = new Uri($"amqp://governance:{layout.Password("rabbitmq")}@127.0.0.1:{layout.RabbitMqPort}/");
        var moved = await MoveAsync(broker, service, ct);
        Console.WriteLine(moved is 0
            ? $"{service} has no failed messages."
            : $"{moved} message{(moved is 1 ? "" : "s")} given to {service} again; ./governance status shows whether they stay away.");

        return 0;
    }

    /// <summary>
    /// Bounded by what is there at the start: a message that fails once more waits for the next call. Returns how many were moved.
    /// </summary>
    public static async Task<int> MoveAsync(Uri broker, string service, CancellationToken ct = default)
    {
        var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false };
        await using var connection = await factory.CreateConnectionAsync("governance requeue", ct);

        if (!await ExistsAsync(connection, service, ct))
        {
            throw new ProblemException($"The queue {service} does not exist, so nothing can go back to it.", "Start the service first.");
        }

        return await MoveFromAsync(connection, $"{service}_error", _ => service, ct)
            + await MoveFromAsync(connection, $"{service}_skipped", _ => service, ct)
            + await MoveFromAsync(connection, Broker.DeadLetters, message => DiedIn(service, FirstDeath(message)) ? service : null, ct);
    }

    /// <summary>
    /// A message that is not wanted goes to the end of its own queue in the same way: merely returning it would count as a failed
    /// delivery, and after some of those the broker drops it.
    /// </summary>
    private static async Task<int> MoveFromAsync(
        IConnection connection, string source, Func<IReadOnlyBasicProperties, string?> targetOf, CancellationToken ct)
    {
        if (!await ExistsAsync(connection, source, ct))
        {
            return 0;
        }

        await using var channel = await connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
        var moved = 0;
        uint? left = null;

        while (left is not 0)
        {
            var batch = new List<Task>();
            ulong last = 0;

            while (left is not 0 && batch.Count < BatchSize && await channel.BasicGetAsync(source, autoAck: false, ct) is { } message)
            {
                // The first answer tells how many lie behind it; a queue without a leader, just after a restart, declares itself empty.
                left = (left ?? message.MessageCount + 1) - 1;
                last = message.DeliveryTag;
                var target = targetOf(message.BasicProperties);
                moved += target is null ? 0 : 1;
                var properties = new BasicProperties(message.BasicProperties);

                if (target is not null)
                {
                    properties.Headers = WithoutFailure(message.BasicProperties.Headers);
                }

                batch.Add(channel.BasicPublishAsync("", target ?? source, mandatory: true, properties, message.Body, ct).AsTask());
            }

            if (batch.Count is 0)
            {
                return moved;
            }

            try
            {
                await Task.WhenAll(batch);
            }
            catch (PublishException refused)
            {
                throw new ProblemException(
                    $"The broker refused a message from {source}: {refused.Message}.", "The failed messages are still there; try again.");
            }

            await channel.BasicAckAsync(last, multiple: true, ct);
        }

        return moved;
    }

    internal static Dictionary<string, object?>? WithoutFailure(IDictionary<string, object?>? headers) =>
        headers?.Where(header => !AddedByFailing.Any(added => header.Key.StartsWith(added, StringComparison.OrdinalIgnoreCase))).ToDictionary();

    /// <summary>A failed message that was looked at too often dies a second time, in the queue of the failures.</summary>
    internal static bool DiedIn(string service, string? queue) =>
        queue is not null && (queue == service || queue == $"{service}_error" || queue == $"{service}_skipped");

    private static string? FirstDeath(IReadOnlyBasicProperties message) =>
        message.Headers?.TryGetValue("x-first-death-queue", out var queue) is true && queue is byte[] name
            ? System.Text.Encoding.UTF8.GetString(name)
            : null;

    private static async Task<bool> ExistsAsync(IConnection connection, string queue, CancellationToken ct)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);

            await channel.QueueDeclarePassiveAsync(queue, ct);

            return true;
        }
        catch (OperationInterruptedException absent) when (absent.ShutdownReason?.ReplyCode is 404)
        {
            return false;
        }
    }
}
