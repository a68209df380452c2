using System.Data;
using Governance.Ledger;
using Marten;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>
/// Gives every recorded fact its position, in the order of arrival but never before the fact its origin published before it, and
/// has the new root signed. One sealer per database (an advisory lock, and positions that exist once). Leaves are committed before
/// they are signed for: after a crash in between the next round signs them, and one after the signature finds it in the folder.
/// </summary>
internal sealed class Sealer(
    NpgsqlDataSource database,
    IDocumentStore store,
    LedgerTree tree,
    LedgerSettings settings,
    LedgerState state,
    TimeProvider clock,
    ILogger<Sealer> log) : BackgroundService
{
    private const int BatchSize = 2_000;
    private const int CountedEvery = 100_000;
    private const int LockSpace = 0x476f7665;
    private const int SealerLock = 2;

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    private const int GatheringSlices = 5;

    /// <summary>Facts that come in company share a round, and so a signature; whoever waits for a seal does not wait for company.</summary>
    private static readonly TimeSpan GatheringSlice = TimeSpan.FromMilliseconds(10);

    private long? counted;

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
                if (e is LedgerException refusal)
                {
                    state.Refuse(refusal);
                    log.LogCritical("The ledger is not sealed any further: {Reason}", refusal.Message);
                }
                else
                {
                    log.LogWarning("The sealer starts over: {Reason}", e.Message);
                }

                await Task.Delay(PollEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Lead(NpgsqlConnection connection, CancellationToken ct)
    {
        while (!await Scalar<bool>(connection, $"select pg_try_advisory_lock({LockSpace}, {SealerLock})", ct))
        {
            await Task.Delay(PollEvery, clock, ct);
        }

        await tree.Load(ct);
        var signer = Signer.Open(settings, isNew: tree.Size == 0 && !await Scalar<bool>(connection, "select exists (select from checkpoint)", ct));
        await Complete(signer, ct);
        await Announce(connection, signer, ct);
        await Attest(connection, signer, ct);
        state.Lead(signer);
        var keys = signer.Keys.Count;

        await Execute(connection, "listen pending", ct);
        var notified = false;
        connection.Notification += (_, _) => notified = true;

        while (true)
        {
            notified = false;
            var placed = await Seal(connection, ct);

            if (placed > 0)
            {
                await Attest(connection, signer, ct);
            }

            if (signer.Keys.Count > keys)
            {
                keys = signer.Keys.Count;
                await Announce(connection, signer, ct);
            }

            state.Sealed(clock.GetUtcNow());

            if (placed > 1)
            {
                for (var slice = 0; slice < GatheringSlices && !state.IsAwaited; slice++)
                {
                    await Task.Delay(GatheringSlice, clock, ct);
                }
            }
            else if (placed == 0 && !notified)
            {
                await connection.WaitAsync(PollEvery, ct);
            }
        }
    }

    /// <summary>Seals what can be sealed now; what waits for its predecessor is looked at again when that has come.</summary>
    private async Task<int> Seal(NpgsqlConnection connection, CancellationToken ct)
    {
        var (batch, gone) = await Pending(connection, ct);

        if (batch.Count + gone.Count == 0)
        {
            return 0;
        }

        await Count(isBacklog: batch.Count + gone.Count == BatchSize, connection, ct);

        var (placed, waiting) = SealingOrder.Of(batch, await Predecessors(connection, batch, ct));
        var first = tree.Size;

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("""
            with positions as (
                insert into leaf(position, event_id, hash) select * from unnest($1, $2, $3)),
            waiting as (
                update pending set waits = true where event_id = any($4) and not waits),
            woken as (
                update pending p set waits = false
                from fact f join unnest($5, $6, $7) as done(service, stream, version)
                    on f.service = done.service and f.stream = done.stream and f.previous = done.version
                where p.event_id = f.event_id and p.waits)
            delete from pending where event_id = any($2)
            """, connection, transaction);
        command.Parameters.AddWithValue(placed.Select((_, i) => first + i).ToArray());
        command.Parameters.AddWithValue(placed.Select(p => p.Leaf.EventId).ToArray());
        command.Parameters.AddWithValue(placed.Select(p => p.Hash).ToArray());
        command.Parameters.AddWithValue(waiting.Select(leaf => leaf.EventId).Concat(gone).ToArray());
        command.Parameters.AddWithValue(placed.Select(p => p.Leaf.Service).ToArray());
        command.Parameters.AddWithValue(placed.Select(p => p.Leaf.Stream).ToArray());
        command.Parameters.AddWithValue(placed.Select(p => p.Leaf.Version).ToArray());
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        await tree.Load(ct);

        return placed.Count;
    }

    /// <summary>Much has come at once: a planner that does not know it yet would read all of it for every batch.</summary>
    private async Task Count(bool isBacklog, NpgsqlConnection connection, CancellationToken ct)
    {
        if (!isBacklog)
        {
            counted = null;
        }
        else if (counted is null || tree.Size - counted >= CountedEvery)
        {
            await Execute(connection, "analyze pending; analyze fact; analyze leaf", ct);
            counted = tree.Size;
        }
    }

    /// <summary>Has the state of the tree signed, and stores the signature.</summary>
    private async Task Attest(NpgsqlConnection connection, Signer signer, CancellationToken ct)
    {
        var next = new Checkpoint(settings.Origin, tree.Size, tree.Root());
        var proof = next.Size > signer.Last.Size ? await tree.ConsistencyProof(signer.Last.Size, next.Size, ct) : [];
        var note = signer.Sign(next, proof);

        await using var command = new NpgsqlCommand("insert into checkpoint(size, note) values ($1, $2) on conflict do nothing", connection);
        command.Parameters.AddWithValue(next.Size);
        command.Parameters.AddWithValue(note.ToString());
        await command.ExecuteNonQueryAsync(ct);
        state.Signed();
    }

    /// <summary>An exchange of keys that was recorded, but interrupted before the new key took over.</summary>
    private async Task Complete(Signer signer, CancellationToken ct)
    {
        await using var session = store.QuerySession();

        if (signer.Prepared is { } prepared
            && await session.Events.AggregateStreamAsync<LedgerKeys>(LedgerKeys.Stream, token: ct) is { } keys
            && keys.Current == prepared.ToString())
        {
            signer.Activate(prepared);
        }
    }

    private async Task Announce(NpgsqlConnection connection, Signer signer, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into signing_key(key, since) select key, $2 from unnest($1) as key on conflict do nothing", connection);
        command.Parameters.AddWithValue(signer.Keys.Select(key => key.ToString()).ToArray());
        command.Parameters.AddWithValue(tree.Size);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// The next ones, chosen before their facts are looked up, or all that wait would be looked up each time. A fact somebody has
    /// deleted must not keep others waiting; the comparison with its origin names it.
    /// </summary>
    private async Task<(List<Leaf> Batch, List<Guid> Gone)> Pending(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            with next as materialized (select event_id, arrival from pending where not waits order by arrival limit {BatchSize})
            select {LedgerTables.LeafColumns}, n.event_id from next n left join fact f on f.event_id = n.event_id order by n.arrival
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (batch, gone) = (new List<Leaf>(), new List<Guid>());

        while (await reader.ReadAsync(ct))
        {
            if (reader.IsDBNull(0))
            {
                gone.Add(reader.GetGuid(LedgerTables.LeafColumnCount));
            }
            else
            {
                batch.Add(LedgerTables.ReadLeaf(reader, settings.Origin));
            }
        }

        return (batch, gone);
    }

    private static async Task<Dictionary<FactKey, byte[]>> Predecessors(NpgsqlConnection connection, List<Leaf> batch, CancellationToken ct)
    {
        var wanted = batch.Where(leaf => leaf.Previous > 0).ToList();
        await using var command = new NpgsqlCommand("""
            select f.service, f.stream, f.version, l.hash
            from unnest($1, $2, $3) as wanted(service, stream, version)
            join fact f on f.service = wanted.service and f.stream = wanted.stream and f.version = wanted.version
            join leaf l on l.event_id = f.event_id
            """, connection);
        command.Parameters.AddWithValue(wanted.ConvertAll(leaf => leaf.Service).ToArray());
        command.Parameters.AddWithValue(wanted.ConvertAll(leaf => leaf.Stream).ToArray());
        command.Parameters.AddWithValue(wanted.ConvertAll(leaf => leaf.Previous).ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var hashes = new Dictionary<FactKey, byte[]>();

        while (await reader.ReadAsync(ct))
        {
            hashes[new(reader.GetString(0), reader.GetGuid(1), reader.GetInt64(2))] = reader.GetFieldValue<byte[]>(3);
        }

        return hashes;
    }

    /// <summary>The pool gets the connection back without the lock and the subscription.</summary>
    private static Task Leave(NpgsqlConnection connection) => connection.State is ConnectionState.Open
        ? Execute(connection, "unlisten *; select pg_advisory_unlock_all()", CancellationToken.None)
        : Task.CompletedTask;

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
}
