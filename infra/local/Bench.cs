using System.Diagnostics;

namespace Governance.Local;

/// <summary>Hands over to the benchmarks, which run on a platform of their own.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var root = Layout.OfCheckout().Root;
        using var run = Process.Start(new ProcessStartInfo(
            Tools.Dotnet, [Path.Combine(root, "artifacts", "bin", "Benchmarks", "release", "Governance.Benchmarks.dll"), .. arguments])
        {
            WorkingDirectory = root,
        })!;
        await run.WaitForExitAsync(ct);

        return run.ExitCode;
    }
}
