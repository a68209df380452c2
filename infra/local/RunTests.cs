using System.Diagnostics;
using System.Globalization;

namespace Governance.Local;

/// <summary>Runs every test of the solution and ends with one line that says how it went.</summary>
internal static class RunTests
{
    public static async Task<int> RunAsync(CancellationToken ct)
    {
        var layout = Layout.OfCheckout();
        Machine.GetWhatTestsNeed(Console.WriteLine);
        using var run = Process.Start(new ProcessStartInfo(
            Tools.Dotnet,
            ["test", "--solution", "Governance.sln", "-c", "Release", "--no-build", "--max-parallel-test-modules", "1"])
        {
            WorkingDirectory = layout.Root,
            RedirectStandardOutput = true,
        })!;
        var lines = new List<string>();

        while (await run.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            Console.WriteLine(line);
            lines.Add(line);
        }

        await run.WaitForExitAsync(ct);

        foreach (var failure in Failures(lines))
        {
            Console.WriteLine(failure);
        }

        Console.WriteLine($"{Count(lines, "succeeded")} passed, {Count(lines, "failed")} failed");

        return run.ExitCode;
    }

    /// <summary>The names of the tests that failed, which stand far above in a long output.</summary>
    internal static IEnumerable<string> Failures(IEnumerable<string> lines) => lines.Where(line => line.StartsWith("failed ", StringComparison.Ordinal));

    /// <summary>A figure of the summary at the end of the run, such as "  failed: 2".</summary>
    internal static int Count(IReadOnlyList<string> lines, string what) =>
        lines.Reverse().Select(line => line.Trim().Split(':'))
            .Where(parts => parts is [var name, _] && name == what)
            .Select(parts => int.TryParse(parts[1], CultureInfo.InvariantCulture, out var count) ? count : 0)
            .FirstOrDefault();
}
