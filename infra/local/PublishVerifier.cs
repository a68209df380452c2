using System.Diagnostics;

namespace Governance.Local;

/// <summary>Makes the verifier for auditors: one file that needs no .NET on the machine it runs on.</summary>
internal static class PublishVerifier
{
    public static async Task<int> RunAsync(Layout layout, string folder, string? runtime, CancellationToken ct)
    {
        var from = Environment.GetEnvironmentVariable("GOVERNANCE_CALLED_FROM") ?? Environment.CurrentDirectory;
        var target = Path.Combine(from, folder);
        string[] arguments =
        [
            "publish", Path.Combine(layout.Root, "src", "Verifier", "Verifier.csproj"), "--configuration", "Release", "--self-contained", "--output", target,
            "-p:PublishSingleFile=true", "-p:EnableCompressionInSingleFile=true", "-p:DebugType=embedded", "-nodeReuse:false", "-p:UseSharedCompilation=false",
            "--verbosity", "quiet", "--nologo", .. runtime is null ? (string[])["--use-current-runtime"] : ["--runtime", runtime],
        ];
        using var publish = Process.Start(new ProcessStartInfo(Tools.Dotnet, arguments) { WorkingDirectory = layout.Root })!;
        await publish.WaitForExitAsync(ct);

        if (publish.ExitCode == 0)
        {
            Console.WriteLine($"The verifier is in {target}; it runs by itself: Governance.Verifier FILE --key KEY");
        }

        return publish.ExitCode;
    }
}
