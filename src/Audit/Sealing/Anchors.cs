using System.Text.Json;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>How far an anchor has come, and what kept it from going on.</summary>
public sealed record AnchorStatus(string Anchor, long Size, DateTimeOffset? At, string? Problem);

/// <summary>
/// Hands checkpoints to whoever keeps them out of reach of the database's owner: a file (such as one on storage that only grows), a
/// webhook, and a second PostgreSQL, each where configured (<c>Ledger:Anchors</c>), and to witnesses. One that is away gets the latest
/// one later.
/// </summary>
internal sealed class Anchors(
    LedgerState state, Witnesses witnesses, IConfiguration configuration, IHttpClientFactory clients, TimeProvider clock, ILogger<Anchors> log)
    : BackgroundService
{
    private const int StandardSeconds = 60;

    private readonly Dictionary<string, AnchorStatus> status = [];

    /// <summary>One at a time: nothing is anchored twice, and nobody reads a line that is half written.</summary>
    private readonly SemaphoreSlim alone = new(1);

    public IReadOnlyList<AnchorStatus> Status
    {
        get
        {
            lock (status)
            {
                return [.. status.Values];
            }
        }
    }

    private string? File => configuration["Ledger:Anchors:File"];

    private string? Webhook => configuration["Ledger:Anchors:Webhook"];

    private string? Postgres => configuration["Ledger:Anchors:Postgres"];

    /// <summary>The checkpoints that anchors can give back; a webhook keeps its own.</summary>
    public Task<IReadOnlyList<(string Keeper, string Note)>> Kept(CancellationToken ct) => Alone(() => Read(ct), ct);

    /// <summary>Hands out the last checkpoint now, to each anchor that does not have it.</summary>
    public Task Anchor(CancellationToken ct) => Alone(() => Hand(ct), ct);

    public override void Dispose()
    {
        alone.Dispose();
        base.Dispose();
    }

    private async Task<T> Alone<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await alone.WaitAsync(ct);

        try
        {
            return await work();
        }
        finally
        {
            alone.Release();
        }
    }

    private async Task<IReadOnlyList<(string Keeper, string Note)>> Read(CancellationToken ct)
    {
        var notes = new List<(string, string)>();

        if (File is { } file && System.IO.File.Exists(file))
        {
            await foreach (var line in System.IO.File.ReadLinesAsync(file, ct))
            {
                notes.Add(("the anchor file", JsonSerializer.Deserialize<Anchored>(line, Json.Tolerant)!.Note));
            }
        }

        if (Postgres is { } postgres)
        {
            await using var connection = new NpgsqlConnection(postgres);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("select note from anchored_checkpoint where origin = $1 order by size", connection);
            command.Parameters.AddWithValue(state.Signer!.Last.Origin);
            await using var reader = await command.ExecuteReaderAsync(ct);

            while (await reader.ReadAsync(ct))
            {
                notes.Add(("the anchor database", reader.GetString(0)));
            }
        }

        return notes;
    }

    /// <returns>The size of what was handed out.</returns>
    private async Task<long> Hand(CancellationToken ct)
    {
        if (state.Signer is not { } signer)
        {
            return 0;
        }

        var last = signer.LastNote;
        var (note, size) = (last.ToString(), Checkpoint.Parse(last.Text).Size);
        await To("file", File, size, file => Append(file, note, ct));
        await To("webhook", Webhook, size, address => Post(address, note, ct));
        await To("postgres", Postgres, size, connection => Insert(connection, signer.Last.Origin, size, note, ct));

        foreach (var (url, key) in witnesses.All)
        {
            await To($"witness {key.Name}", url, size, url => witnesses.Cosign(url, key, note, ct));
        }

        return size;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(configuration.GetValue("Ledger:Anchors:EverySeconds", StandardSeconds)), clock);

        do
        {
            await Anchor(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task To(string anchor, string? where, long size, Func<string, Task> hand)
    {
        AnchorStatus? before;

        lock (status)
        {
            before = status.GetValueOrDefault(anchor);
        }

        if (string.IsNullOrEmpty(where) || before is { Problem: null } && before.Size == size)
        {
            return;
        }

        AnchorStatus after;

        try
        {
            await hand(where);
            after = new(anchor, size, clock.GetUtcNow(), null);
        }
        catch (LedgerException refusal)
        {
            log.LogCritical("{Anchor} refuses the checkpoint of {Size} leaves: {Reason}", anchor, size, refusal.Message);
            after = new(anchor, before?.Size ?? 0, before?.At, refusal.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or NpgsqlException or TaskCanceledException or UriFormatException or ArgumentException)
        {
            log.LogWarning("The checkpoint of {Size} leaves was not anchored by {Anchor}: {Reason}", size, anchor, e.Message);
            after = new(anchor, before?.Size ?? 0, before?.At, $"Not reached: {e.GetType().Name}; the log says more.");
        }

        lock (status)
        {
            status[anchor] = after;
        }
    }

    private async Task Append(string file, string note, CancellationToken ct)
    {
        await using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
        await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new Anchored(clock.GetUtcNow(), note), Json.Options), ct);
        stream.WriteByte((byte)'\n');
        stream.Flush(flushToDisk: true);
    }

    private async Task Post(string address, string note, CancellationToken ct)
    {
        using var content = new StringContent(note);
        using var answer = await clients.CreateClient(Origins.Client).PostAsync(new Uri(address), content, ct);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task Insert(string connectionString, string origin, long size, string note, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("""
            create table if not exists anchored_checkpoint(
                origin text not null, size bigint not null, note text not null, anchored_at timestamptz not null default clock_timestamp(),
                primary key (origin, size))
            """, connection);
        await command.ExecuteNonQueryAsync(ct);
        await using var insert = new NpgsqlCommand("insert into anchored_checkpoint(origin, size, note) values ($1, $2, $3) on conflict do nothing", connection);
        insert.Parameters.AddWithValue(origin);
        insert.Parameters.AddWithValue(size);
        insert.Parameters.AddWithValue(note);
        await insert.ExecuteNonQueryAsync(ct);
    }

    private sealed record Anchored(DateTimeOffset At, string Note);
}
