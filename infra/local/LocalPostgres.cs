using System.Globalization;
using Npgsql;

namespace Governance.Local;

/// <summary>
/// A private PostgreSQL: own data folder, own port on the loopback address, passwords only, checksums and fsync on.
/// As root it runs as the system user <c>postgres</c>.
/// </summary>
public sealed class LocalPostgres : ManagedProcess
{
    private static readonly string? User = Posix.IsRoot ? "postgres" : null;

    private readonly string _folder;
    private readonly string _data;

    /// <param name="folder">Holds the data and the log; made when absent.</param>
    /// <param name="register">Sees to it that nothing is left when this process is killed.</param>
    /// <param name="port">A free one when left out; it stays the same across restarts.</param>
    /// <param name="password">Of the superuser <c>postgres</c>; a random one when left out. Fixed when the data is first made.</param>
    public LocalPostgres(string folder, ProcessRegister register, int? port = null, string? password = null)
        : base("postgres", Path.Combine(folder, "postgres.log"), register)
    {
        _folder = folder;
        _data = Path.Combine(folder, "data");
        Port = port ?? Ports.Free();
        Password = password ?? Passwords.New();
    }

    public override int Port { get; }

    public string Password { get; }

    /// <summary>Of the superuser, to the database <c>postgres</c>.</summary>
    public string ConnectionString => ConnectionStringFor("postgres", "postgres", Password);

    protected override int StopPhase => 3;

    /// <summary>PostgreSQL's fast shutdown: disconnects everyone, writes a checkpoint.</summary>
    protected override string StopSignal => "INT";

    protected override TimeSpan StopTime => TimeSpan.FromSeconds(30);

    public string ConnectionStringFor(string database, string user, string password) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={user};Password={password}";

    /// <summary>Makes sure that a role and a database of that name exist, which nobody but that role may enter.</summary>
    public async Task CreateDatabaseAsync(string name, string password, CancellationToken ct = default)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        await connection.OpenAsync(ct);

        if (!await ExistsAsync($"select 1 from pg_roles where rolname = '{name}'"))
        {
            await ExecuteAsync($"create role {name} login");
        }

        await ExecuteAsync($"alter role {name} password '{password}'");

        if (!await ExistsAsync($"select 1 from pg_database where datname = '{name}'"))
        {
            await ExecuteAsync($"create database {name} owner {name}");
        }

        await ExecuteAsync($"revoke connect, temporary on database {name} from public");

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(ct);
        }

        async Task<bool> ExistsAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);

            return await command.ExecuteScalarAsync(ct) is not null;
        }
    }

    /// <summary>
    /// After a kill the old backends may need a moment to notice that their postmaster is gone; a new one refuses to start beside them.
    /// </summary>
    public override async Task StartAsync(CancellationToken ct = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            await LaunchAsync(ct);

            try
            {
                await WaitUntilItAnswersAsync(ct);

                return;
            }
            catch (ProblemException) when (attempt < 50 && OldBackendsLinger())
            {
                await Task.Delay(200, ct);
            }
        }
    }

    public override async Task<bool> AnswersAsync(CancellationToken ct = default)
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false;Timeout=5");
            await connection.OpenAsync(ct);

            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InvalidPassword)
        {
            throw new ProblemException(
                $"PostgreSQL's data in {_data} was made with another password.", "Delete it with ./governance reset and start again.");
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    protected override Task<Launch> PrepareAsync(CancellationToken ct)
    {
        var version = File.Exists(Path.Combine(_data, "PG_VERSION"))
            ? int.Parse(File.ReadAllText(Path.Combine(_data, "PG_VERSION")).Split('.')[0], CultureInfo.InvariantCulture)
            : (int?)null;
        var programs = Tools.PostgresFolder(version) ?? throw new ProblemException(
            version is null ? "PostgreSQL 15 or later is missing." : $"The data was made by PostgreSQL {version}, which is missing.",
            version is null ? "./governance up installs it." : "Install it, or delete the data with ./governance reset.");

        if (version is null)
        {
            Initialize(programs);
        }

        ForgetForeignProcess();
        File.WriteAllText(Path.Combine(_data, "governance.conf"), Settings);

        return Task.FromResult(new Launch(
            $"{programs}/postgres", ["-D", _data], new Dictionary<string, string?> { ["PGDATA"] = null }, _folder, User));
    }

    /// <summary>Made beside its final place and then renamed, so that an interrupted attempt leaves nothing half done.</summary>
    private void Initialize(string programs)
    {
        var draft = $"{_data}.draft";
        var passwordFile = Path.Combine(_folder, "password");
        Folders.CreateFor(User, _folder);
        Folders.Delete(draft);
        Folders.WriteSecret(passwordFile, Password, User);

        try
        {
            var locale = OperatingSystem.IsLinux() ? "C.UTF-8" : "en_US.UTF-8";
            var made = Shell.Run(
                $"{programs}/initdb",
                [
                    "-D", draft, "--username=postgres", $"--pwfile={passwordFile}", "--auth=scram-sha-256", "--data-checksums",
                    "--encoding=UTF8", $"--locale={locale}", "--no-instructions",
                ],
                user: User, workingDirectory: _folder);

            if (made.ExitCode is not 0)
            {
                throw new ProblemException($"PostgreSQL's data folder could not be made: {made.LastLine}.", $"It was to be {_data}.");
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        File.AppendAllText(Path.Combine(draft, "postgresql.conf"), "\ninclude_if_exists = 'governance.conf'\n");
        Directory.Move(draft, _data);
    }

    /// <summary>After a power cut the number in the lock file may belong to somebody else, whom PostgreSQL would mistake for itself.</summary>
    private void ForgetForeignProcess()
    {
        var lockFile = Path.Combine(_data, "postmaster.pid");

        if (OperatingSystem.IsLinux() && File.Exists(lockFile)
            && int.TryParse(File.ReadLines(lockFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var process)
            && File.Exists($"/proc/{process}/comm") && File.ReadAllText($"/proc/{process}/comm").Trim() is not "postgres")
        {
            File.Delete(lockFile);
        }
    }

    private bool OldBackendsLinger() =>
        RecentLines.Any(line => line.Contains("shared memory block", StringComparison.Ordinal)
            || line.Contains("\"postmaster.pid\" already exists", StringComparison.Ordinal));

    private string Settings =>
        $"""
        # Written at every start. Change postgresql.conf or use ALTER SYSTEM for what is not listed here.
        listen_addresses = '127.0.0.1'
        port = {Port}
        unix_socket_directories = ''
        max_connections = 300
        shared_buffers = 256MB
        effective_cache_size = 1GB
        work_mem = 8MB
        maintenance_work_mem = 64MB
        max_wal_size = 2GB
        checkpoint_timeout = 15min
        wal_compression = lz4
        random_page_cost = 1.1
        jit = off
        track_commit_timestamp = on
        password_encryption = 'scram-sha-256'
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_line_prefix = '%m [%p] %q%u@%d '
        log_checkpoints = off
        lc_messages = 'C'

        """;
}
