using System.Diagnostics;

namespace Governance.Local;

/// <summary>A process we own: started, waited for until it answers, stopped or killed, started again, and never left behind.</summary>
public abstract class ManagedProcess(string name, string logFile, ProcessRegister register) : IServer
{
    // The child waits for a word before it becomes the program, so that nothing runs that is not yet in the register.
    private const string WaitThenRun = """read -r go || exit 125; log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1""";

    private Process? _process;
    private Task _exit = Task.CompletedTask;
    private long _logStart;

    public string Name => name;

    public string LogFile => logFile;

    public int? Id => IsRunning ? _process?.Id : null;

    public bool IsRunning => _process is not null && !_exit.IsCompleted;

    /// <summary>Completes when the process that runs now ends.</summary>
    public Task Exited => _exit;

    public abstract int Port { get; }

    protected ProcessRegister Register => register;

    protected virtual int StopPhase => 1;

    protected virtual string StopSignal => "TERM";

    protected virtual TimeSpan StopTime => TimeSpan.FromSeconds(10);

    /// <summary>The engine's program and the name of the container that the process is the client of.</summary>
    protected virtual string? Container => null;

    protected virtual string Symptom => "silent";

    protected virtual TimeSpan StartTime => TimeSpan.FromSeconds(120);

    /// <summary>Starts the process and returns once it answers.</summary>
    public virtual async Task StartAsync(CancellationToken ct = default)
    {
        await LaunchAsync(ct);
        await WaitUntilItAnswersAsync(ct);
    }

    /// <summary>Starts the process and returns at once.</summary>
    public virtual async Task LaunchAsync(CancellationToken ct = default)
    {
        if (IsRunning)
        {
            return;
        }

        var launch = await PrepareAsync(ct);
        // A shell passes on no variable that it could not name itself, such as Keycloak__auth-server-url.
        string[] unnameable = [.. launch.Environment.Where(v => v.Key.Contains('-')).Select(v => $"{v.Key}={v.Value}")];
        var info = new ProcessStartInfo(
            Posix.NewSession[0],
            [
                .. Posix.NewSession.Skip(1), "/bin/sh", "-c", WaitThenRun, "sh", LogFile,
                .. unnameable is [] ? [] : (string[])["env", .. unnameable], launch.FileName, .. launch.Arguments,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = launch.WorkingDirectory,
        };

        foreach (var (variable, value) in launch.Environment)
        {
            info.Environment[variable] = value;
        }

        if (launch.User is not null)
        {
            info.UserName = launch.User;
        }

        _logStart = File.Exists(LogFile) ? new FileInfo(LogFile).Length : 0;
        _process?.Dispose();
        var process = _process = Process.Start(info)!;
        register.Add(new(
            StopPhase, process.Id, StopSignal, (int)StopTime.TotalSeconds, Posix.Started(process.Id) ?? "gone", Name, Container));
        _exit = ForgetWhenGoneAsync(process);
        await process.StandardInput.WriteLineAsync("go");
        process.StandardInput.Close();
    }

    /// <summary>Returns once the process answers; throws a one-line reason when it ends or stays silent instead.</summary>
    public async Task WaitUntilItAnswersAsync(CancellationToken ct = default)
    {
        var silentSince = Stopwatch.StartNew();

        // An answer from a process that has ended came from somebody else on its port.
        while (!await AnswersAsync(ct) || !IsRunning)
        {
            if (!IsRunning)
            {
                throw Died();
            }

            if (silentSince.Elapsed > StartTime)
            {
                throw new ProblemException($"{Name} is {Symptom} on port {Port} after {StartTime.TotalSeconds:0} s.", $"Its log: {LogFile}");
            }

            await Task.Delay(100, ct);
        }
    }

    /// <summary>Whether the process does its work right now.</summary>
    public abstract Task<bool> AnswersAsync(CancellationToken ct = default);

    /// <summary>Asks the process to finish and insists when it does not.</summary>
    public virtual async Task StopAsync()
    {
        if (Id is not { } id)
        {
            return;
        }

        Posix.Signal(id, StopSignal is "INT" ? Posix.Interrupt : Posix.Terminate);

        if (await Task.WhenAny(_exit, Task.Delay(StopTime)) != _exit)
        {
            Posix.Signal(-id, Posix.Kill);
            Posix.Signal(id, Posix.Kill);
            await _exit;
        }
    }

    /// <summary>SIGKILL to the process itself, as a power cut or the kernel's memory killer would; returns once it is gone.</summary>
    public virtual void Kill()
    {
        if (Id is { } id)
        {
            Posix.Signal(id, Posix.Kill);
            _exit.Wait();
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _process = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Everything that must be there before the process, and how it is called.</summary>
    protected abstract Task<Launch> PrepareAsync(CancellationToken ct);

    /// <summary>Clears away what outlives the process, before it is forgotten.</summary>
    protected virtual void Gone()
    {
    }

    /// <summary>What the last run wrote to the log.</summary>
    protected IReadOnlyList<string> RecentLines => LogTail.Lines(LogFile, 200, _logStart);

    /// <summary>How the last run ended.</summary>
    internal string Ending => _process is { HasExited: true } ended
        ? ended.ExitCode is 134 or 137 or 139 or 143 ? $"signal {ended.ExitCode - 128}" : $"exit code {ended.ExitCode}"
        : "unknown";

    protected ProblemException Died() => new(
        $"{Name} stopped ({Ending}): {LogTail.Reason(RecentLines)?.TrimEnd('.') ?? "it said nothing"}.",
        $"Its log: {LogFile}");

    private async Task ForgetWhenGoneAsync(Process process)
    {
        await process.WaitForExitAsync();
        Posix.Signal(-process.Id, Posix.Kill);
        Gone();
        register.Remove(process.Id);
    }

    protected sealed record Launch(
        string FileName, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment, string WorkingDirectory, string? User = null);
}
