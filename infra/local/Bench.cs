using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Governance.Local;

/// <summary>Hands over to the benchmarks, which run on a platform of their own, all of it processes of this machine unless told otherwise.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var root = Layout.OfCheckout().Root;
        var info = new ProcessStartInfo(
            Tools.Dotnet, [Path.Combine(root, "artifacts", "bin", "Benchmarks", "release", "Governance.Benchmarks.dll"), .. arguments])
        {
            WorkingDirectory = root,
        };
        info.Environment.TryAdd("GOVERNANCE_TEST_BACKING", "native");
        using var run = Process.Start(info)!;
        using var _ = PosixSignalRegistration.Create(PosixSignal.SIGINT, interrupt => interrupt.Cancel = true); // The benchmark ends, and tells.
        await run.WaitForExitAsync(ct);

        return run.ExitCode;
    }
}
