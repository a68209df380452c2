using System.Threading.Channels;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Audit.Trail;

/// <summary>A fact as a message brought it: what the leaf will hold, and the personal values that stay beside it.</summary>
public sealed record ArrivedFact(Leaf Leaf, IReadOnlyList<Disclosure> Personal);

/// <summary>
/// Stores what has arrived, as many facts in one statement as wait, and each message once. A message is done when its fact is durable;
/// one that cannot be stored beside the others is tried alone, so that it alone fails. An absent database is waited for.
/// </summary>
public sealed class FactRecorder(NpgsqlDataSource database, TimeProvider clock, ILogger<FactRecorder> log) : BackgroundService
{
    private const int MostAtOnce = 300;

    private const string Insert = """
        with arrived as (
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) with ordinality as a(
                event_id, contract, use_case_id, revision, service, stream, version, previous, actor, actor_role,
                correlation, causation, effective_at, recorded_at, received_at, data, place)),
        fresh as (
            insert into inbox(message_id, contract) select event_id, contract from arrived on conflict do nothing returning message_id),
        recorded as (
            insert into fact(event_id, contract, use_case_id, revision, service, stream, version, previous, actor, actor_role,
                correlation, causation, effective_at, recorded_at, received_at, data)
            select event_id, contract, use_case_id, revision, service, stream, version, previous, actor, actor_role,
                correlation, causation, effective_at, recorded_at, received_at, data
            from arrived join fresh on message_id = event_id),
        beside as (
            insert into personal(event_id, path, salt, value)
            select p.event_id, p.path, p.salt, p.value
            from unnest($17, $18, $19, $20) as p(event_id, path, salt, value) join fresh on message_id = p.event_id)
        insert into pending(event_id) select event_id from arrived join fresh on message_id = event_id order by place
        """;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Channel<Waiting> arrivals = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });

    /// <summary>Returns once the fact is durable; a fact that was recorded before changes nothing.</summary>
    public async Task Record(ArrivedFact fact, CancellationToken ct)
    {
        var waiting = new Waiting(fact, new(TaskCreationOptions.RunContinuationsAsynchronously));
        await arrivals.Writer.WriteAsync(waiting, ct);
        await waiting.Done.Task.WaitAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var together = new List<Waiting>(MostAtOnce);

        while (await WaitForMore(stoppingToken))
        {
            while (together.Count < MostAtOnce && arrivals.Reader.TryRead(out var next))
            {
                together.Add(next);
            }

            await Store(together, stoppingToken);
            together.Clear();
        }
    }

    /// <summary>What was accepted before the process stops is still stored.</summary>
    private async ValueTask<bool> WaitForMore(CancellationToken stopping)
    {
        try
        {
            return await arrivals.Reader.WaitToReadAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return arrivals.Reader.TryPeek(out _);
        }
    }

    private async Task Store(List<Waiting> together, CancellationToken stopping)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Write(together);
                together.ForEach(waiting => waiting.Done.TrySetResult());

                return;
            }
            catch (Exception e) when (Faults.IsInfrastructure(e) && !stopping.IsCancellationRequested)
            {
                log.LogWarning("Waiting for the database: {Reason}", e.Message);
                await Pause(attempt, stopping);
            }
            catch (Exception e) when (together.Count > 1)
            {
                log.LogDebug(e, "{Count} facts could not be stored together", together.Count);

                foreach (var one in together)
                {
                    await Store([one], stopping);
                }

                return;
            }
            catch (Exception e)
            {
                together[0].Done.TrySetException(Faults.IsInfrastructure(e) ? new OperationCanceledException("The service is stopping.", e) : e);

                return;
            }
        }
    }

    private async Task Write(List<Waiting> together)
    {
        ArrivedFact[] facts = [.. together.Select(waiting => waiting.Fact).DistinctBy(fact => fact.Leaf.EventId)];
        Leaf[] leaves = [.. facts.Select(fact => fact.Leaf)];
        (Guid EventId, Disclosure Value)[] personal = [.. facts.SelectMany(fact => fact.Personal.Select(value => (fact.Leaf.EventId, value)))];

        await using var command = database.CreateCommand(Insert);
        Add(leaves, leaf => leaf.EventId);
        Add(leaves, leaf => leaf.Contract);
        Add(leaves, leaf => leaf.UseCaseId);
        Add(leaves, leaf => leaf.Revision);
        Add(leaves, leaf => leaf.Service);
        Add(leaves, leaf => leaf.Stream);
        Add(leaves, leaf => leaf.Version);
        Add(leaves, leaf => leaf.Previous);
        Add(leaves, leaf => leaf.Actor);
        Add(leaves, leaf => leaf.ActorRole);
        Add(leaves, leaf => leaf.Correlation);
        Add(leaves, leaf => leaf.Causation);
        Add(leaves, leaf => leaf.EffectiveAt.ToUniversalTime());
        Add(leaves, leaf => leaf.RecordedAt.ToUniversalTime());
        Add(leaves, leaf => leaf.ReceivedAt.ToUniversalTime());
        Add(leaves, leaf => leaf.Data);
        Add(personal, beside => beside.EventId);
        Add(personal, beside => beside.Value.Path);
        Add(personal, beside => beside.Value.Salt);
        Add(personal, beside => beside.Value.Value);
        await command.ExecuteNonQueryAsync();

        void Add<TRow, TValue>(TRow[] rows, Func<TRow, TValue> value) => command.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = Array.ConvertAll(rows, row => value(row)) });
    }

    private async Task Pause(int attempt, CancellationToken stopping)
    {
        var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 10 * Math.Pow(2, Math.Min(attempt, 10))));

        await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed record Waiting(ArrivedFact Fact, TaskCompletionSource Done);
}
