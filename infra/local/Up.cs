using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Governance.Local;

/// <summary>Starts the platform and keeps it running, in the foreground or, detached, in a session of its own.</summary>
internal static class Up
{
    private const long NeededSpace = 1_000_000_000;

    private const string FailureMark = "failed: ";

    private static readonly string[] Accounts =
    [
        "portfolio.manager", "risk.reviewer", "legal.reviewer", "privacy.reviewer", "security.reviewer", "auditor", "executive",
        "administrator",
        "administrator.second",
    ];

    public static async Task<int> RunAsync(bool detach)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new Signals(stop);
        var ct = stop.Token;
        var layout = Layout.OfCheckout();

        if (await IsRunningAsync(layout, ct))
        {
            Console.WriteLine("Governance is already running.");
            Welcome(layout, Console.WriteLine);

            return 0;
        }

        Machine.RequireSpace(layout.Data, NeededSpace);
        var engine = Machine.GetWhatIsMissing(layout, Console.WriteLine);

        return detach ? await DetachAsync(layout, ct) : await SuperviseAsync(layout, engine, Console.WriteLine, stop.Token);
    }

    /// <summary>The supervisor of a detached start: same work, output to its log, and the reason of a failure left for the starter.</summary>
    public static async Task<int> SuperviseDetachedAsync()
    {
        using var stop = new CancellationTokenSource();
        using var signals = new Signals(stop);
        var layout = Layout.OfCheckout();

        try
        {
            Action<string> say = line => Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {line}");

            return await SuperviseAsync(layout, Machine.GetWhatIsMissing(layout, say), say, stop.Token);
        }
        catch (Exception failure)
        {
            if (RunState.Of(layout) is null)
            {
                RunState.Write(layout, RunState.Failed, ProblemException.Explain(failure));
            }

            Console.WriteLine($"{FailureMark}{ProblemException.Explain(failure)}");

            return 1;
        }
    }

    /// <summary>True when it runs already; one that is just starting or stopping is waited for.</summary>
    private static async Task<bool> IsRunningAsync(Layout layout, CancellationToken ct)
    {
        while (RunState.Of(layout) is { } state)
        {
            if (state.Phase is RunState.Running)
            {
                return true;
            }

            await Task.Delay(200, ct);
        }

        return false;
    }

    private static async Task<int> SuperviseAsync(Layout layout, Engine? engine, Action<string> say, CancellationToken ct)
    {
        using var place = RunState.TryTakeOver(layout)
            ?? throw new ProblemException("Another ./governance up has just begun.", "Wait for it, or stop it with ./governance down.");
        RunState.Write(layout, RunState.Starting);

        try
        {
            if (ProcessRegister.StopLeftovers(layout.Run))
            {
                say("Stopped what an earlier run had left behind.");
            }

            layout = layout.WithFreePorts();
            LogFiles.Rotate(layout.Logs);
            await using var supervisor = new Supervisor(layout, say, engine);

            try
            {
                await supervisor.StartAsync(ct);
                await Demo.LoadOnceAsync(layout, say, ct);
                RunState.Write(layout, RunState.Running);
                Welcome(layout, say);
                await Task.WhenAll(supervisor.KeepRunningAsync(ct), LogFiles.KeepSmallAsync(supervisor.Processes, ct));
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // Told to stop while still starting.
            }

            RunState.Write(layout, RunState.Stopping);
            say("Stopping.");
            await supervisor.StopAsync();
            say("Stopped; nothing is left running.");

            return 0;
        }
        finally
        {
            RunState.Forget(layout);
        }
    }

    private static async Task<int> DetachAsync(Layout layout, CancellationToken ct)
    {
        var log = Path.Combine(layout.Logs, "supervisor.log");
        var from = File.Exists(log) ? new FileInfo(log).Length : 0;
        using var supervisor = Process.Start(new ProcessStartInfo(
            Posix.NewSession[0],
            [
                .. Posix.NewSession.Skip(1), "/bin/sh", "-c", """log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1""", "sh", log,
                Tools.Dotnet, Path.Combine(AppContext.BaseDirectory, "Governance.Local.dll"), "supervise",
            ])
        {
            WorkingDirectory = layout.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        using var following = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var follow = LogFiles.FollowAsync(log, from, line => Console.WriteLine(line.Length > 9 ? line[9..] : ""), following.Token, until: FailureMark);

        try
        {
            while (!supervisor.HasExited && RunState.Of(layout)?.Phase is not RunState.Running)
            {
                await Task.Delay(100, ct);
            }
        }
        catch (OperationCanceledException)
        {
            Posix.Signal(supervisor.Id, Posix.Terminate);
            await supervisor.WaitForExitAsync(CancellationToken.None);

            return 130;
        }

        await Task.Delay(150, ct);
        await following.CancelAsync();
        await follow;

        if (supervisor.HasExited && await IsRunningAsync(layout, ct))
        {
            Console.WriteLine("Governance was being started by somebody else and is running.");
            Welcome(layout, Console.WriteLine);

            return 0;
        }

        return supervisor.HasExited
            ? throw new ProblemException(
                RunState.Last(layout) is { Problem: { } problem } last && last.Process == supervisor.Id ? problem : "The supervisor ended before the platform was healthy.",
                "More in ./governance logs supervisor.")
            : 0;
    }

    private static void Welcome(Layout layout, Action<string> say)
    {
        say("");
        say($"Governance is ready: {layout.Portal.OriginalString}");
        say($"  sign in as {string.Join(", ", Accounts)}");
        say("  password   governance");
        say("  stop       ./governance down   (status, logs SERVICE and help tell more)");
    }

    /// <summary>Ctrl-C, a closed terminal and a polite kill all mean: stop everything in order.</summary>
    private sealed class Signals : IDisposable
    {
        private readonly List<PosixSignalRegistration> _registrations;

        public Signals(CancellationTokenSource stop)
        {
            Posix.HearInterrupts();
            _registrations =
            [
                .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }.Select(signal =>
                    PosixSignalRegistration.Create(signal, context =>
                    {
                        context.Cancel = true;
                        stop.Cancel();
                    })),
            ];
        }

        public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
    }
}
