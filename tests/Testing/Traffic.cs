using System.Collections.Concurrent;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Testing;

/// <summary>What became of a message: why it failed, if it did, and whether it lies in the error queue.</summary>
public sealed record Delivery(Guid MessageId, Exception? Fault);

/// <summary>A fact the service has told the platform.</summary>
public sealed record Announcement<T>(Guid MessageId, T Fact, FactOrigin Origin);

/// <summary>Watches the bus of one service: what it announces, and what becomes of every message it gets.</summary>
public sealed class Traffic : IPublishObserver, IReceiveObserver, IConsumeObserver
{
    private readonly ConcurrentQueue<Announcement<IGovernanceEvent>> announced = new();
    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<TaskCompletionSource<Delivery>>> awaited = new();
    private readonly ConcurrentDictionary<Guid, Exception> faults = new();
    private readonly ConcurrentQueue<string> errorQueue = new();

    private string service = "";

    public IReadOnlyList<Announcement<IGovernanceEvent>> Announced => [.. announced];

    /// <summary>The bodies of the messages the service has moved to its error queue.</summary>
    public IReadOnlyList<string> ErrorQueue => [.. errorQueue];

    /// <summary>Sees everything the service says from its start on, where this comes before.</summary>
    public void Observe(IBusControl bus, string name)
    {
        service = name;
        bus.ConnectPublishObserver(this);
        bus.ConnectConsumeObserver(this);
        bus.ConnectReceiveObserver(this);
    }

    /// <summary>Listens to the error queue of a service that has started.</summary>
    public Task ListenToErrors(IBusControl bus) =>
        bus.ConnectReceiveEndpoint($"{service}_error", queue => queue.ConfigureConsumeTopology = false).Ready;

    public Task<Delivery> Expect(Guid messageId)
    {
        var waiter = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        awaited.GetOrAdd(messageId, _ => new()).Enqueue(waiter);

        return waiter.Task.WaitAsync(Eventually.Patience);
    }

    public Task PostPublish<T>(PublishContext<T> context) where T : class
    {
        if (context.Message is IGovernanceEvent fact && context.Headers.Get<string>("gov-service") == service)
        {
            announced.Enqueue(new(context.MessageId!.Value, fact, OriginOf(context)));
        }

        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context)
    {
        Done(context, null);

        return Task.CompletedTask;
    }

    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        Done(context, exception);

        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception) where T : class
    {
        faults[context.MessageId ?? Guid.Empty] = exception;

        return Task.CompletedTask;
    }

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        ConsumeFault(context, exception);

    public Task PreConsume<T>(ConsumeContext<T> context) where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context) where T : class => Task.CompletedTask;

    public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;

    private void Done(ReceiveContext context, Exception? fault)
    {
        var body = context.Body.GetString();
        var id = AsWritten.MessageIdIn(body);

        if (context.InputAddress.AbsolutePath.EndsWith("_error", StringComparison.Ordinal))
        {
            errorQueue.Enqueue(body);
            return;
        }

        if (awaited.TryGetValue(id, out var waiters) && waiters.TryDequeue(out var waiter))
        {
            faults.TryRemove(id, out var consuming);
            waiter.TrySetResult(new(id, fault ?? consuming));
        }
    }

    private static FactOrigin OriginOf(SendContext message)
    {
        return new(
            Header("gov-service"),
            Guid.Parse(Header("gov-stream")),
            long.Parse(Header("gov-version"), null),
            DateTimeOffset.Parse(Header("gov-recorded-at"), null),
            new(
                Header("gov-actor"),
                Header("gov-actor-role"),
                message.CorrelationId!.Value,
                Guid.Parse(Header("gov-causation")),
                DateTimeOffset.Parse(Header("gov-effective-at"), null),
                TraceParent: null))
        {
            Previous = long.Parse(Header("gov-previous"), null),
        };

        string Header(string name) => message.Headers.Get<string>(name)!;
    }
}
