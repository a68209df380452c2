using System.Runtime.CompilerServices;
using System.Text.Json;
using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>Something in the database that is not what was signed: the kind, where it is, and what it means.</summary>
public sealed record LedgerFinding(string Code, long? Position, Guid? EventId, string Message);

/// <summary>What a verification looked at and found; without findings, everything up to the size is as it was signed.</summary>
/// <param name="Erased">How many of the values committed to are gone by an erasure.</param>
/// <param name="Clocks">Where clocks were wrong, which is no finding.</param>
public sealed record LedgerReport(
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    long Leaves,
    long Checkpoints,
    long Commitments,
    long Erased,
    string Root,
    IReadOnlyList<LedgerFinding> Findings,
    ClockReport Clocks)
{
    public const int MostFindings = 100;
}

/// <summary>
/// Recomputes the whole ledger from the recorded facts: every leaf, every link to a predecessor, every commitment, the root at every
/// checkpoint and every signature. Memory grows with the number of streams and of erased values, not with that of facts.
/// </summary>
internal sealed class LedgerCheck(NpgsqlDataSource database, LedgerSettings settings, TimeProvider clock)
{
    private const int Together = 512;

    /// <param name="trusted">The checkpoints and keys the signer and the anchors hold apart from the database.</param>
    public async Task<LedgerReport> Run(Trusted trusted, CancellationToken ct)
    {
        var started = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await using var personal = await ReadAlongside<Disclosure>(
            connection,
            "select l.position, p.path, p.salt, p.value from leaf l join personal p on p.event_id = l.event_id order by l.position",
            row => new(row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetString(3)),
            ct);
        await using var checkpoints = await ReadAlongside<(long Size, string Note)>(
            connection, "select size, note from checkpoint order by size", row => (row.GetInt64(0), row.GetString(1)), ct);
        var walk = new LedgerWalk(settings.Origin, trusted);

        // Some are checked while the next ones are read.
        var checking = Task.CompletedTask;

        await foreach (var leaves in Leaves(connection, personal, ct).Chunk(Together).WithCancellation(ct))
        {
            var notes = await checkpoints.UpTo(leaves[^1].Position + 1, ct);
            await checking;
            checking = Task.Run(
                () =>
                {
                    walk.Expect(notes);
                    Array.ForEach(leaves, walk.Add);
                },
                ct);
        }

        await checking;
        walk.Expect(await checkpoints.UpTo(long.MaxValue, ct));
        walk.End();

        if (await NotPending(connection, ct) != walk.Facts)
        {
            await NameUnsealed(connection, walk, ct);
        }

        await LedgerClocks.CompareWithCauses(connection, walk.Clocks, ct);

        return walk.Report(started, clock.GetUtcNow());
    }

    /// <summary>How many facts there are beside those about to be sealed. To count them is far faster than to look for each of them among the leaves.</summary>
    private static async Task<long> NotPending(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select (select count(*) from fact) - (select count(*) from pending p join fact f on f.event_id = p.event_id
                where not exists (select from leaf l where l.event_id = p.event_id))
            """, connection) { CommandTimeout = 0 };

        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task NameUnsealed(NpgsqlConnection connection, LedgerWalk walk, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select f.event_id, f.service, f.version from fact f
            where not exists (select from leaf l where l.event_id = f.event_id) and not exists (select from pending p where p.event_id = f.event_id)
            limit 100
            """, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            walk.Find("fact-not-sealed", null, reader.GetGuid(0), $"A fact of {reader.GetString(1)}, version {reader.GetInt64(2)}, is recorded but neither sealed nor about to be.");
        }
    }

    private async IAsyncEnumerable<SealedLeaf> Leaves(NpgsqlConnection connection, Alongside<Disclosure> personal, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            select {LedgerTables.LeafColumns}, l.position, l.hash, l.event_id
            from leaf l left join fact f on f.event_id = l.event_id order by l.position
            """, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            var position = reader.GetInt64(LedgerTables.LeafColumnCount);

            yield return new(
                position,
                reader.GetGuid(LedgerTables.LeafColumnCount + 2),
                reader.IsDBNull(0) ? null : LedgerTables.ReadLeaf(reader, settings.Origin),
                reader.GetFieldValue<byte[]>(LedgerTables.LeafColumnCount + 1),
                await personal.UpTo(position, ct));
        }
    }

    /// <summary>
    /// On a connection of its own, which sees the same state of the database as the first one: what is erased in between has its values
    /// and its fact, or neither.
    /// </summary>
    private async Task<Alongside<T>> ReadAlongside<T>(NpgsqlConnection first, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using var export = new NpgsqlCommand("select pg_export_snapshot()", first);
        var snapshot = (string)(await export.ExecuteScalarAsync(ct))!;
        var connection = await database.OpenConnectionAsync(ct);

        try
        {
            await using var import = new NpgsqlCommand($"begin isolation level repeatable read read only; set transaction snapshot '{snapshot}'", connection);
            await import.ExecuteNonQueryAsync(ct);
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };

            return new(connection, await command.ExecuteReaderAsync(ct), read);
        }
        catch
        {
            await connection.DisposeAsync();

            throw;
        }
    }

    /// <summary>Rows that are read as far as the walk has come, by their first column.</summary>
    private sealed class Alongside<T>(NpgsqlConnection connection, NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read) : IAsyncDisposable
    {
        private bool? hasRow;

        public async ValueTask<IReadOnlyList<T>> UpTo(long place, CancellationToken ct)
        {
            hasRow ??= await reader.ReadAsync(ct);

            if (hasRow is false || reader.GetInt64(0) > place)
            {
                return [];
            }

            var found = new List<T>();

            while (hasRow is true && reader.GetInt64(0) <= place)
            {
                found.Add(read(reader));
                hasRow = await reader.ReadAsync(ct);
            }

            return found;
        }

        public async ValueTask DisposeAsync()
        {
            await reader.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}

/// <summary>A leaf as it is stored, and the fact it was made of.</summary>
/// <param name="Fact">Null where it is gone.</param>
internal readonly record struct SealedLeaf(long Position, Guid EventId, Leaf? Fact, byte[] Hash, IReadOnlyList<Disclosure> Personal);

/// <summary>What is known of the log from outside its database.</summary>
/// <param name="Keys">The public keys; without any, those in the database are believed, and the report is worth as much.</param>
/// <param name="Notes">Signed checkpoints with the name of who kept them.</param>
internal sealed record Trusted(IReadOnlyList<NoteKey> Keys, IReadOnlyList<(string Keeper, string Note)> Notes);

/// <summary>The verification itself, leaf by leaf, without a database.</summary>
internal sealed class LedgerWalk
{
    private readonly string origin;
    private readonly IReadOnlyList<NoteKey> keys;
    private readonly MerkleTree tree = new();
    private readonly Dictionary<(string Service, Guid Stream), (long Version, byte[] Hash, StreamTimes Times)> heads = [];
    private readonly List<LedgerFinding> findings = [];
    private readonly PriorityQueue<(string Keeper, Checkpoint Checkpoint, bool IsStored), long> signed = new();
    private readonly List<(long Position, Leaf Leaf, string Path)> missing = [];
    private readonly WalkedErasures erasures = new();
    private long commitments;
    private long lastGood;
    private long checkpoints;
    private long leaves;
    private long expected;

    public LedgerWalk(string origin, Trusted trusted)
    {
        (this.origin, keys) = (origin, trusted.Keys);
        Expect(trusted.Notes.Select(note => (note.Keeper, note.Note, Size: (long?)null)));
    }

    public Clocks Clocks { get; } = new();

    /// <summary>How many facts have a leaf.</summary>
    public long Facts { get; private set; }

    /// <summary>Whether no leaf is missing so far: the tree grows up to the first gap alone.</summary>
    private bool IsWhole => tree.Size == leaves;

    /// <summary>The stored checkpoints up to the last one of the leaves that are added next.</summary>
    public void Expect(IReadOnlyList<(long Size, string Note)> stored) =>
        Expect(stored.Select(row => (Keeper: $"the stored checkpoint of size {row.Size}", row.Note, Size: (long?)row.Size)));

    public void Add(SealedLeaf stored)
    {
        var (position, eventId, leaf, hash, personal) = stored;
        var continues = IsWhole && position == expected;

        if (position != expected)
        {
            Find("leaf-missing", expected, null, $"There is no leaf {(position - expected == 1 ? $"at position {expected}" : $"from position {expected} to {position - 1}")}; what was signed cannot be compared from there on, but each fact can.");
        }

        (leaves, expected) = (leaves + 1, position + 1);
        Facts += leaf is null ? 0 : 1;
        var isSigned = false;

        if (continues)
        {
            tree.Append(hash);
            isSigned = CompareRoots();
        }

        if (leaf is null)
        {
            Find("fact-missing", position, eventId, $"The fact sealed at position {position} is gone.");
        }
        else
        {
            Add(position, eventId, leaf, hash);
            Commitments(position, leaf, personal);
            erasures.Add(position, leaf);
        }

        if (isSigned)
        {
            Clocks.EndOfRound();
        }
    }

    private void Add(long position, Guid eventId, Leaf leaf, byte[] hash)
    {
        var head = heads.GetValueOrDefault((leaf.Service, leaf.Stream));

        if (leaf.Previous != head.Version)
        {
            Find("chain-broken", position, eventId, $"The fact at position {position} follows version {leaf.Previous} of its stream, but the last one sealed is {head.Version}.");
        }

        if (!leaf.Hash(head.Hash).AsSpan().SequenceEqual(hash))
        {
            Find("fact-changed", position, eventId, $"The fact at position {position} ({leaf.Contract}) is not the one that was sealed, or its predecessor is not.");
        }

        var timed = new TimedFact(position, eventId, leaf.Service, leaf.EffectiveAt, leaf.RecordedAt, leaf.ReceivedAt);
        heads[(leaf.Service, leaf.Stream)] = (leaf.Version, hash, Clocks.Add(timed, head.Version is 0 ? null : head.Times));
    }

    /// <summary>Says what was signed for but never came.</summary>
    public void End()
    {
        if (IsWhole)
        {
            Owed();
        }

        foreach (var (position, eventId, message) in erasures.Unapproved())
        {
            Find("erasure-unapproved", position, eventId, message);
        }

        foreach (var (position, leaf, path) in missing)
        {
            if (erasures.Values.Of(leaf.EventId.ToString(), leaf.UseCaseId?.ToString() ?? "", path) is null)
            {
                Find("personal-missing", position, leaf.EventId, $"The value {path} of the fact at position {position} is gone, and no erasure says so.");
            }
        }
    }

    public void Find(string code, long? position, Guid? eventId, string message)
    {
        if (findings.Count < LedgerReport.MostFindings)
        {
            findings.Add(new(code, position, eventId, message));
        }
    }

    public LedgerReport Report(DateTimeOffset started, DateTimeOffset ended) =>
        new(started, ended, leaves, checkpoints, commitments, missing.Count, Convert.ToBase64String(tree.Root()), findings, Clocks.Report);

    /// <summary>Signatures cost far more than leaves, and ledgers that are little used have one for almost every fact.</summary>
    private void Expect(IEnumerable<(string Keeper, string Note, long? Size)> notes)
    {
        foreach (var (row, checkpoint, problem) in notes.AsParallel().AsOrdered().Select(Open))
        {
            if (checkpoint is null)
            {
                Find("checkpoint-changed", null, null, $"{row.Keeper} does not hold: {problem}");
            }
            else
            {
                checkpoints++;
                signed.Enqueue((row.Keeper, checkpoint, IsStored: row.Size is not null), checkpoint.Size);
            }
        }

        CompareRoots();
    }

    private ((string Keeper, string Note, long? Size) Row, Checkpoint? Checkpoint, string? Problem) Open((string Keeper, string Note, long? Size) row)
    {
        try
        {
            var parsed = SignedNote.Parse(row.Note);
            parsed.VerifiedBy(keys);
            var checkpoint = Checkpoint.Parse(parsed.Text);

            return checkpoint.Origin == origin && (row.Size ?? checkpoint.Size) == checkpoint.Size
                ? (row, checkpoint, null)
                : (row, null, "It is that of another log or size.");
        }
        catch (LedgerException e)
        {
            return (row, null, e.Message);
        }
    }

    private void Owed()
    {
        var stored = (Number: 0, Size: 0L);

        while (signed.TryDequeue(out var owed, out var size))
        {
            if (owed.IsStored)
            {
                stored = (stored.Number + 1, size);
            }
            else
            {
                Find("truncated", tree.Size, null, $"{owed.Keeper} signs for {size} leaves; the ledger ends after {tree.Size}.");
            }
        }

        if (stored.Number > 0)
        {
            Find("truncated", tree.Size, null, $"{stored.Number} stored checkpoints sign for up to {stored.Size} leaves; the ledger ends after {tree.Size}.");
        }
    }

    /// <returns>Whether a checkpoint ends here.</returns>
    private bool CompareRoots()
    {
        var isSigned = false;

        while (signed.TryPeek(out var next, out var size) && size == tree.Size)
        {
            signed.Dequeue();
            isSigned = true;

            if (next.Checkpoint.Root.AsSpan().SequenceEqual(tree.Root()))
            {
                lastGood = tree.Size;
            }
            else
            {
                Find("root-differs", lastGood, null, $"Leaves between positions {lastGood} and {tree.Size - 1} are not those that were signed for, says {next.Keeper}.");
            }
        }

        return isSigned;
    }

    private void Commitments(long position, Leaf leaf, IReadOnlyList<Disclosure> personal)
    {
        if (!leaf.Data.StartsWith("{\"$sd\":", StringComparison.Ordinal))
        {
            if (personal.Count > 0)
            {
                Find("personal-surplus", position, leaf.EventId, $"The fact at position {position} holds no personal value {personal[0].Path}.");
            }

            return;
        }

        Dictionary<string, string> expected;

        try
        {
            using var data = JsonDocument.Parse(leaf.Data);
            expected = PersonalMembers.CommitmentsIn(data.RootElement);
        }
        catch (JsonException)
        {
            return; // The leaf's hash has told already.
        }

        commitments += expected.Count;

        foreach (var disclosure in personal)
        {
            if (!expected.Remove(disclosure.Path, out var commitment))
            {
                Find("personal-surplus", position, leaf.EventId, $"The fact at position {position} holds no personal value {disclosure.Path}.");
            }
            else if (disclosure.Commitment() != commitment)
            {
                Find("personal-changed", position, leaf.EventId, $"The value {disclosure.Path} of the fact at position {position} is not the one committed to.");
            }
        }

        missing.AddRange(expected.Keys.Select(path => (position, leaf with { Data = "" }, path)));
    }
}
