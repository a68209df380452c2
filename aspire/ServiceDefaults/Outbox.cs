using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using Governance.Contracts;
using JasperFx.Events;
using Marten;
using Marten.Linq.MatchesSql;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>
/// Announces committed events. A trigger writes one outbox row per event in the event's own transaction, so whatever appends,
/// publishes. One relay per database leases rows, publishes them with confirms outside any transaction, in order within a stream
/// and in parallel across streams, and marks them sent. A row that cannot be read or mapped is parked with its reason, and
/// its stream waits behind it; a restart tries it again. One that only another release can map waits unparked.
/// </summary>
public sealed class Outbox(
    NpgsqlDataSource database,
    IDocumentStore store,
    IBus bus,
    Publish publish,
    ServiceIdentity service,
    TimeProvider clock,
    ILogger<Outbox> log) : BackgroundService
{
    public const string Schema = """
        create table if not exists outbox(
            seq_id bigint primary key,
            event_id uuid not null unique,
            stream_id uuid not null,
            version bigint not null,
            state smallint not null default 0,
            lease_until timestamptz,
            contract text,
            last_error text,
            enqueued_at timestamptz not null default clock_timestamp(),
            sent_at timestamptz) with (fillfactor = 70);
        create index if not exists outbox_waiting on outbox(seq_id) where state in (0, 1);
        create index if not exists outbox_parked on outbox(stream_id) where state = 3;
        create table if not exists announced(
            stream_id uuid primary key,
            version bigint not null,
            number bigint not null) with (fillfactor = 70);
        """;

    /// <summary>Fires for every event, also during replication, but not for the tombstones of failed appends.</summary>
    public const string Trigger = """
        create or replace function enqueue_event() returns trigger language plpgsql as $$
        begin
            insert into outbox(seq_id, event_id, stream_id, version) values (new.seq_id, new.id, new.stream_id, new.version);
            perform pg_notify('outbox', '');
            return null;
        end $$;

        create or replace trigger enqueue_event after insert on mt_events
            for each row when (new.type <> 'tombstone') execute function enqueue_event();
        alter table mt_events enable always trigger enqueue_event;
        """;

    private const int BatchSize = 256;
    private const int ParallelStreams = 32;
    private const int LockSpace = 0x476f7665;
    private const int RelayLock = 1;

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PublishWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryUnknownEngineEvery = TimeSpan.FromMinutes(1);
    public const string ActivitySourceName = "Governance.Outbox";

    private static readonly ActivitySource Activities = new(ActivitySourceName);

    /// <summary>Streams with a decision of an engine this build does not have, and when they are tried again.</summary>
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> awaitingEngine = new();

    /// <summary>When the relay last completed a round, as leader or as stand-by.</summary>
    public DateTimeOffset LastSeen { get; private set; } = clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);

                try
                {
                    await Lead(connection, stoppingToken);
                }
                finally
                {
                    await Leave(connection);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The relay starts over: {Reason}", e.Message);
                await Task.Delay(PollEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Holds the advisory lock on this connection for as long as it lives; without it, waits as stand-by.</summary>
    private async Task Lead(NpgsqlConnection connection, CancellationToken ct)
    {
        while (!await Scalar<bool>(connection, $"select pg_try_advisory_lock({LockSpace}, {RelayLock})", ct))
        {
            LastSeen = clock.GetUtcNow();
            await Task.Delay(PollEvery, clock, ct);
        }

        await Execute(connection, "listen outbox", ct);
        await Execute(connection, "update outbox set state = 0, lease_until = null, last_error = null where state in (1, 3)", ct);

        var notified = false;
        connection.Notification += (_, _) => notified = true;

        while (true)
        {
            notified = false;
            var batch = await Lease(connection, ct);

            if (batch.Count == 0)
            {
                LastSeen = clock.GetUtcNow();

                // A notification that arrives with the answer to the lease is not waited for again.
                if (!notified)
                {
                    await connection.WaitAsync(PollEvery, ct);
                }

                continue;
            }

            var allSent = await Relay(connection, batch, ct);
            LastSeen = clock.GetUtcNow();

            if (!allSent)
            {
                await Task.Delay(PollEvery, clock, ct);
            }
            else if (batch.Count > 1)
            {
                await Task.Delay(Decisions.Gathering, clock, ct);
            }
        }
    }

    /// <summary>The pool gets the connection back without the lock and the subscription.</summary>
    private static Task Leave(NpgsqlConnection connection) => connection.State is ConnectionState.Open
        ? Execute(connection, "unlisten *; select pg_advisory_unlock_all()", CancellationToken.None)
        : Task.CompletedTask;

    private async Task<List<Row>> Lease(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            update outbox set state = 1, lease_until = clock_timestamp() + interval '30 seconds'
            where seq_id in (
                select seq_id from outbox o
                where (state = 0 or (state = 1 and lease_until < clock_timestamp()))
                  and not exists (select 1 from outbox p where p.stream_id = o.stream_id and p.state = 3)
                  and stream_id <> all($1)
                order by seq_id limit {BatchSize} for update skip locked)
            returning seq_id, event_id, stream_id, version
            """, connection);

        command.Parameters.AddWithValue(awaitingEngine.Where(stream => stream.Value > clock.GetUtcNow()).Select(stream => stream.Key).ToArray());

        var rows = new List<Row>();
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            rows.Add(new(reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt64(3)));
        }

        return rows;
    }

    private async Task<bool> Relay(NpgsqlConnection connection, List<Row> batch, CancellationToken ct)
    {
        var events = await Read(batch, ct);
        var announced = await Announced(connection, batch, ct);
        var outcomes = new Outcome[batch.Count];

        await Parallel.ForEachAsync(
            batch.Select((row, i) => (Row: row, Index: i)).GroupBy(x => x.Row.StreamId),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelStreams, CancellationToken = ct },
            async (stream, _) =>
            {
                var previous = announced.GetValueOrDefault(stream.Key);

                foreach (var (row, i) in stream.OrderBy(x => x.Row.Version))
                {
                    outcomes[i] = events[row.EventId] switch
                    {
                        { Event: { } e } => await Announce(e, previous, ct),
                        { Damage: var damage } => new(State.Parked, null, damage),
                    };

                    if (outcomes[i].Contract is not null)
                    {
                        previous = row.Version;
                    }

                    if (outcomes[i].State is not State.Sent)
                    {
                        break;
                    }
                }
            });

        await Record(connection, batch, outcomes, ct);

        return outcomes.All(o => o.State is State.Sent);
    }

    /// <summary>All events at once, or, where one cannot be read, each by itself, to find out which.</summary>
    private async Task<Dictionary<Guid, (IEvent? Event, string Damage)>> Read(List<Row> batch, CancellationToken ct)
    {
        try
        {
            await using var session = store.QuerySession();
            var ids = batch.ConvertAll(row => row.EventId).ToArray();
            var events = await session.Events.QueryAllRawEvents().Where(e => e.MatchesSql("d.id = any(?)", ids)).ToListAsync(ct);
            var found = events.ToDictionary(e => e.Id);

            return ids.ToDictionary(id => id, id => (found.GetValueOrDefault(id), "The event is not in the store."));
        }
        catch (Exception failure) when (!Faults.IsInfrastructure(failure) && !ct.IsCancellationRequested)
        {
            if (batch is [var damaged])
            {
                log.LogError(failure, "Event {EventId} cannot be read; it and its stream are parked", damaged.EventId);

                return new() { [damaged.EventId] = (null, failure.Message) };
            }
        }

        var each = new Dictionary<Guid, (IEvent? Event, string Damage)>();

        foreach (var row in batch)
        {
            each.Add(row.EventId, (await Read([row], ct))[row.EventId]);
        }

        return each;
    }

    /// <summary>The version of the last fact announced of each stream. A fact announced twice, after a crash, names the same predecessor.</summary>
    private static async Task<Dictionary<Guid, long>> Announced(NpgsqlConnection connection, List<Row> batch, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select stream_id, version from announced where stream_id = any($1)", connection);
        command.Parameters.AddWithValue(batch.Select(row => row.StreamId).Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var versions = new Dictionary<Guid, long>();

        while (await reader.ReadAsync(ct))
        {
            versions.Add(reader.GetGuid(0), reader.GetInt64(1));
        }

        return versions;
    }

    private async Task<Outcome> Announce(IEvent e, long previous, CancellationToken ct)
    {
        IGovernanceEvent? contract;
        FactOrigin origin;

        try
        {
            contract = publish(e);
            origin = new(service.Name, e.StreamId, e.Version, e.Timestamp, FactContext.ReadFrom(e)) { Previous = previous };
        }
        catch (UnknownEngineException unknown)
        {
            log.LogWarning("Event {EventId} waits for a release that has its engine: {Reason}", e.Id, unknown.Message);
            awaitingEngine[e.StreamId] = clock.GetUtcNow() + TryUnknownEngineEvery;

            return new(State.Ready, null, unknown.Message);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "Event {EventId} cannot be mapped; it and its stream are parked", e.Id);

            return new(State.Parked, null, failure.Message);
        }

        if (contract is null)
        {
            return new(State.Sent, null, null);
        }

        using var activity = Activities.StartActivity($"relay {e.EventTypeName}", ActivityKind.Internal, origin.Context.TraceParent);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(PublishWithin);

        try
        {
            await bus.Publish(contract, contract.GetType(), Pipe.Execute<PublishContext>(message =>
            {
                message.MessageId = e.Id;
                message.Mandatory = true;
                message.Durable = true;
                origin.WriteTo(message);
            }), deadline.Token);

            return new(State.Sent, ContractName.Of(contract.GetType()), null);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("Event {EventId} waits for the broker: {Reason}", e.Id, failure.Message);

            return new(State.Ready, null, failure.Message);
        }
    }

    private static async Task Record(NpgsqlConnection connection, List<Row> batch, Outcome[] outcomes, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with done as (
                update outbox o set state = r.state, contract = r.contract, last_error = r.error, lease_until = null,
                    sent_at = case when r.state = 2 then clock_timestamp() end
                from unnest($1, $2, $3, $4) as r(seq_id, state, contract, error)
                where o.seq_id = r.seq_id and o.state = 1
                returning o.stream_id, o.version, r.contract)
            insert into announced(stream_id, version, number)
            select stream_id, max(version), count(*) from done where contract is not null group by stream_id
            on conflict (stream_id) do update set version = excluded.version, number = announced.number + excluded.number
            """, connection);
        command.Parameters.AddWithValue(batch.ConvertAll(row => row.SeqId).ToArray());
        command.Parameters.AddWithValue(Array.ConvertAll(outcomes, o => (short)o.State));
        command.Parameters.AddWithValue(Array.ConvertAll(outcomes, o => o.Contract!));
        command.Parameters.AddWithValue(Array.ConvertAll(outcomes, o => o.Error!));
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<T> Scalar<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);

        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private enum State : short { Ready, Leased, Sent, Parked }

    private readonly record struct Row(long SeqId, Guid EventId, Guid StreamId, long Version);

    private readonly record struct Outcome(State State, string? Contract, string? Error);
}
