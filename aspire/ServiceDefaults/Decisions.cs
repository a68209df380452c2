using System.Threading.Channels;
using Governance.Contracts;
using JasperFx.Events;
using Marten;
using Marten.Services.BatchQuerying;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.ServiceDefaults;

/// <summary>
/// Loads a stream, lets a pure function decide what happened, and appends exactly that, once per message or idempotency key.
/// Callers wait until their decision is durable; decisions that wait together are committed together. Messages and commands keep
/// to a lane each, so that an absent database, which messages wait for, does not hold up the refusal of a command. Where two
/// decisions on one stream meet nevertheless, the version of the stream decides.
/// </summary>
public sealed class Decisions : BackgroundService
{
    private const int MostAtOnce = 100;
    private const int Attempts = 8;

    /// <summary>
    /// How long decisions that came in company wait for more of it: under load fewer, larger transactions carry twice as much, and
    /// one that comes alone never waits.
    /// </summary>
    internal static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Channel<Pending> messages = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly Channel<Pending> commands = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });

    private readonly IDocumentStore store;
    private readonly ServiceIdentity service;
    private readonly TimeProvider clock;
    private readonly ILogger<Decisions> log;

    public Decisions(IDocumentStore store, ServiceIdentity service, TimeProvider clock, ILogger<Decisions> log)
    {
        this.store = store;
        this.service = service;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>Applies a received message to a stream. A message that was applied before changes nothing.</summary>
    /// <param name="beside">Writes into the same transaction what is no event.</param>
    /// <exception cref="ContractViolationException">The message does not say where it comes from.</exception>
    public Task Consume<TState, TMessage>(
        ConsumeContext<TMessage> message, Guid stream, Func<TState, IEnumerable<object>> decide, Action<IDocumentSession>? beside = null)
        where TState : class, new()
        where TMessage : class
    {
        FactOrigin.ReadFrom(message);

        if (message.Message is IUseCaseEvent fact && (fact.UseCaseId == Guid.Empty || fact.Revision < 1))
        {
            throw new ContractViolationException("The message names no use case and revision.");
        }

        return Run(new StreamDecision<TState>(
            stream,
            decide,
            FactContext.Of(message, service.Name, clock),
            new InboxEntry(FactContext.MessageId(message), ContractName.Of(typeof(TMessage))),
            Patient: true) { Beside = beside }, message.CancellationToken);
    }

    /// <summary>Writes the effect of a received message that belongs to no stream. A message that was applied before changes nothing.</summary>
    public Task Consume(ConsumeContext message, string contract, Guid lane, Action<IDocumentSession> write) =>
        Run(new PlainWrite(lane, write, new InboxEntry(FactContext.MessageId(message), contract)), message.CancellationToken);

    /// <summary>Carries out a command on a stream; false means that the receipt's key was used before and nothing was done.</summary>
    /// <param name="named">Gets what was decided, with the ids it will have, before anything is stored; again where it is decided again.</param>
    /// <exception cref="RuleViolationException">The decision refused the command.</exception>
    public Task<bool> Command<TState>(
        Guid stream, Func<TState, IEnumerable<object>> decide, FactContext context, Once? once, CancellationToken ct, Action<IReadOnlyList<IEvent>>? named = null)
        where TState : class, new() =>
        Run(new StreamDecision<TState>(stream, decide, context, once, Patient: false) { Named = named }, ct);

    private async Task<bool> Run(Pending pending, CancellationToken ct)
    {
        await (pending.Patient ? messages : commands).Writer.WriteAsync(pending, ct);

        return await pending.Completion.Task.WaitAsync(ct);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(new[] { messages, commands }.Select(lane => Task.Run(() => Drain(lane.Reader, stoppingToken), CancellationToken.None)));

    private async Task Drain(ChannelReader<Pending> lane, CancellationToken stopping)
    {
        var waiting = new Queue<Pending>();
        var inCompany = false;

        while (waiting.Count > 0 || await WaitForMore(lane, stopping))
        {
            if (inCompany)
            {
                await Task.Delay(Gathering, clock, CancellationToken.None);
            }

            while (waiting.Count < MostAtOnce && lane.TryRead(out var pending))
            {
                waiting.Enqueue(pending);
            }

            var together = TakeOnePerStream(waiting);
            await Commit(together, stopping);
            inCompany = together.Count > 1;
        }
    }

    /// <summary>Waits without a deadline: what was accepted before the process stops is still committed.</summary>
    private static async ValueTask<bool> WaitForMore(ChannelReader<Pending> lane, CancellationToken stopping)
    {
        try
        {
            return await lane.WaitToReadAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return lane.TryPeek(out _);
        }
    }

    /// <summary>Takes the first decision on every stream; a second one on the same stream needs the state the first leaves behind.</summary>
    private static List<Pending> TakeOnePerStream(Queue<Pending> waiting)
    {
        var taken = new List<Pending>(waiting.Count);
        var streams = new HashSet<Guid>();

        for (var i = waiting.Count; i > 0; i--)
        {
            var pending = waiting.Dequeue();

            if (streams.Add(pending.Stream))
            {
                taken.Add(pending);
            }
            else
            {
                waiting.Enqueue(pending);
            }
        }

        return taken;
    }

    private async Task Commit(List<Pending> together, CancellationToken stopping)
    {
        foreach (var pending in await CommitTogether(together))
        {
            await CommitAlone(pending, stopping);
        }
    }

    /// <summary>
    /// One transaction for all whose decision can be taken. The others, or, where the transaction fails and so leaves everything
    /// undone, all of them, are left to be tried alone.
    /// </summary>
    private async Task<List<Pending>> CommitTogether(List<Pending> together)
    {
        var left = new List<Pending>();

        try
        {
            await using var session = store.LightweightSession();
            var batch = session.CreateBatchQuery();
            var applied = InboxEntry.Applied(batch, together.Select(pending => pending.Once));
            var erased = ErasedScope.Load(batch, together.Select(pending => pending.Stream));

            foreach (var pending in together)
            {
                pending.Load(batch);
            }

            await batch.Execute();
            var earlier = await applied;
            var erasures = ErasedScope.Read(await erased);

            foreach (var pending in together)
            {
                if (pending.Once is InboxEntry entry && earlier.Contains(entry.MessageId.ToString()))
                {
                    pending.Completion.TrySetResult(false);
                }
                else if (!await TryWrite(pending, session, erasures))
                {
                    left.Add(pending);
                }
            }

            if (left.Count < together.Count)
            {
                await session.SaveChangesAsync();
            }
        }
        catch (Exception e)
        {
            log.LogDebug(e, "{Count} decisions could not be committed together", together.Count);

            return together;
        }

        foreach (var pending in together.Except(left))
        {
            pending.Completion.TrySetResult(true);
        }

        return left;
    }

    private async Task<bool> TryWrite(Pending pending, IDocumentSession session, ILookup<Guid, ErasedScope> erasures)
    {
        try
        {
            await pending.Write(session, erasures);

            return true;
        }
        catch (Exception e) when (!Faults.IsInfrastructure(e))
        {
            log.LogDebug(e, "A decision on {Stream} could not be taken", pending.Stream);

            return false;
        }
    }

    private async Task CommitAlone(Pending pending, CancellationToken stopping)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                pending.Completion.TrySetResult(await TryCommit(pending));

                return;
            }
            catch (Exception e) when (Faults.IsConflict(e) && attempt < Attempts)
            {
                await Pause(attempt, stopping);
            }
            catch (Exception e) when (pending.Patient && Faults.IsInfrastructure(e) && !stopping.IsCancellationRequested)
            {
                log.LogWarning("Waiting for the database: {Reason}", e.Message);
                await Pause(attempt, stopping);
            }
            catch (Exception e)
            {
                pending.Completion.TrySetException(
                    pending.Patient && Faults.IsInfrastructure(e) ? new OperationCanceledException("The service is stopping.", e) : e);

                return;
            }
        }
    }

    private async Task<bool> TryCommit(Pending pending)
    {
        await using var session = store.LightweightSession();

        if (pending.Once is not null && await pending.Once.HasHappened(session))
        {
            return false;
        }

        var batch = session.CreateBatchQuery();
        var erased = ErasedScope.Load(batch, [pending.Stream]);
        pending.Load(batch);
        await batch.Execute();
        await pending.Write(session, ErasedScope.Read(await erased));
        await session.SaveChangesAsync();

        return true;
    }

    private async Task Pause(int attempt, CancellationToken stopping)
    {
        var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 10 * Math.Pow(2, Math.Min(attempt, 10))));

        await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    internal static IEvent Build(IDocumentSession session, object fact, FactContext context)
    {
        var e = session.Events.BuildEvent(fact);
        e.Id = Guid.CreateVersion7();
        context.WriteTo(e);

        return e;
    }

    /// <summary>A decision that waits for its commit; a patient one outlasts an absent database.</summary>
    private abstract record Pending(Guid Stream, Once? Once, bool Patient)
    {
        public TaskCompletionSource<bool> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public abstract void Load(IBatchedQuery batch);

        /// <summary>Puts all of the decision into the session or, when it throws, nothing: the rest of the group may still be saved.</summary>
        public abstract Task Write(IDocumentSession session, ILookup<Guid, ErasedScope> erasures);
    }

    private sealed record StreamDecision<TState>(
        Guid Stream, Func<TState, IEnumerable<object>> Decide, FactContext Context, Once? Once, bool Patient)
        : Pending(Stream, Once, Patient)
        where TState : class, new()
    {
        private Task<IEventStream<TState>>? loading;

        public Action<IReadOnlyList<IEvent>>? Named { get; init; }

        public Action<IDocumentSession>? Beside { get; init; }

        public override void Load(IBatchedQuery batch) => loading = batch.Events.FetchForWriting<TState>(Stream);

        public override async Task Write(IDocumentSession session, ILookup<Guid, ErasedScope> erasures)
        {
            var stream = await loading!;
            IReadOnlyList<ErasedScope> erased = [.. erasures[Stream]];
            IEvent[] events = [.. Decide(stream.Aggregate ?? new TState()).Select(fact => Build(session, PersonalTexts.WithoutDeclared(fact, erased), Context))];

            if (erased.Count > 0)
            {
                Array.ForEach(events, e => e.SetHeader(ErasedScope.Header, erased.Count));
            }

            Named?.Invoke(events);
            Once?.WriteTo(session);
            Beside?.Invoke(session);

            foreach (var e in events)
            {
                stream.AppendOne(e);
            }
        }
    }

    private sealed record PlainWrite(Guid Lane, Action<IDocumentSession> Effect, Once Once) : Pending(Lane, Once, Patient: true)
    {
        public override void Load(IBatchedQuery batch)
        {
        }

        public override Task Write(IDocumentSession session, ILookup<Guid, ErasedScope> erasures)
        {
            Effect(session);
            Once!.WriteTo(session);

            return Task.CompletedTask;
        }
    }
}

/// <summary>A mark, stored in the transaction of an effect, that makes a second attempt at the same effect fail.</summary>
public abstract record Once
{
    public abstract void WriteTo(IDocumentSession session);

    public abstract Task<bool> HasHappened(IDocumentSession session);
}

/// <summary>The name under which a service owns its queue, its database and its facts.</summary>
public sealed record ServiceIdentity(string Name);
