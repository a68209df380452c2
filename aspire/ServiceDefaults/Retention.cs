using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>
/// Clears away what only served delivery: sent outbox rows, inbox rows and receipts older than <c>Retention:Days</c>. A message or
/// request repeated after that time would be taken for a new one. What is cleared stays counted, so that <see cref="Flow"/> still
/// balances. Events are never cleared.
/// </summary>
public sealed class Retention(NpgsqlDataSource database, IConfiguration configuration, TimeProvider clock, ILogger<Retention> log) : BackgroundService
{
    /// <summary>Block range indexes cost the writer next to nothing, and rows come in the order of their times.</summary>
    public const string Schema = """
        create table if not exists cleared(
            kind text not null,
            contract text not null,
            number bigint not null,
            primary key (kind, contract));
        create index if not exists outbox_enqueued on outbox using brin(enqueued_at);
        create index if not exists inbox_received on inbox using brin(received_at);
        create index if not exists receipt_stored on receipt using brin(stored_at);
        """;

    private const int StandardDays = 90;
    private const int AtOnce = 5_000;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Rows and their number change together; two replicas pass over each other's rows.</summary>
    private static readonly string[] Clearances =
    [
        Clearance("sent", "outbox", "seq_id", "state = 2 and enqueued_at < $1", "coalesce(contract, '')"),
        Clearance("applied", "inbox", "message_id", "received_at < $1", "contract"),
        Clearance("receipts", "receipt", "(subject, key)", "stored_at < $1", "''"),
    ];

    private readonly TimeSpan keep = configuration.GetValue("Retention:Days", StandardDays) is > 0 and var days
        ? TimeSpan.FromDays(days)
        : throw new InvalidOperationException("Retention:Days must be a number above 0.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);

        do
        {
            try
            {
                await Clear(stoppingToken);
            }
            catch (Exception failure) when (Faults.IsInfrastructure(failure) && !stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Old rows are cleared an hour later: {Reason}", failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public async Task Clear(CancellationToken ct)
    {
        foreach (var clearance in Clearances)
        {
            long cleared;

            do
            {
                await using var command = database.CreateCommand(clearance);
                command.Parameters.AddWithValue(clock.GetUtcNow() - keep);
                cleared = (long)(await command.ExecuteScalarAsync(ct))!;
            }
            while (cleared == AtOnce);
        }
    }

    private static string Clearance(string kind, string table, string key, string old, string contract) => $"""
        with gone as (
            delete from {table} where {key} in (
                select {key.Trim('(', ')')} from {table} where {old} limit {AtOnce} for update skip locked)
            returning {contract} as contract),
        counted as (
            insert into cleared(kind, contract, number)
            select '{kind}', contract, count(*) from gone group by contract order by contract
            on conflict (kind, contract) do update set number = cleared.number + excluded.number)
        select count(*) from gone
        """;
}
