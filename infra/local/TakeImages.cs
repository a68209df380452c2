using System.Diagnostics;

namespace Governance.Local;

/// <summary>Hands over to the tests in the browser, which keep a picture of what they see.</summary>
internal static class TakeImages
{
    /// <summary>Where the tests put those pictures that belong to the documentation; nowhere unless it is set.</summary>
    private const string Folder = "GOVERNANCE_IMAGES";

    public static async Task<int> RunAsync(CancellationToken ct)
    {
        var root = Layout.OfCheckout().Root;
        Machine.GetWhatTestsNeed(Console.WriteLine);
        var info = new ProcessStartInfo(
            Tools.Dotnet,
            [Path.Combine(root, "artifacts", "bin", "Browser.Tests", "release", "Governance.Browser.Tests.dll"), "-class", "Governance.Browser.Tests.ImageTests"])
        {
            WorkingDirectory = root,
        };
        info.Environment[Folder] = Path.Combine(root, "docs", "images");
        using var run = Process.Start(info)!;
        await run.WaitForExitAsync(ct);

        return run.ExitCode;
    }
}
