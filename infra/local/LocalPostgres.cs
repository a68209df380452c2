using System.Globalization;

namespace Governance.Local;

/// <summary>
/// A private PostgreSQL: own data folder, own port on the loopback address, passwords only, checksums and fsync on.
/// As root it runs as the system user <c>postgres</c>.
/// </summary>
public sealed class LocalPostgres : ManagedProcess, IPostgres
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

    /// <summary>Whether a PostgreSQL of this machine has made its data in an installation's folder.</summary>
    internal static bool HasData(string folder) => File.Exists(Path.Combine(folder, "postgres", "data", "PG_VERSION"));

    public override int Port { get; }

    public string Password { get; }

    protected override int StopPhase => 3;

    /// <summary>PostgreSQL's fast shutdown: disconnects everyone, writes a checkpoint.</summary>
    protected override string StopSignal => "INT";

    protected override TimeSpan StopTime => TimeSpan.FromSeconds(30);

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

    public override Task<bool> AnswersAsync(CancellationToken ct = default) => this.LetsInAsync(ct);

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
        {string.Join('\n', PostgresAccess.Settings.Select(setting => $"{setting.Name} = '{setting.Value}'"))}

        """;
}
