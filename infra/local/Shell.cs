using System.Diagnostics;

namespace Governance.Local;

/// <summary>Runs a short command to its end and hands back what it said.</summary>
internal static class Shell
{
    public static Answer Run(
        string file, IEnumerable<string> arguments, IDictionary<string, string?>? environment = null, string? user = null,
        string? workingDirectory = null)
    {
        var info = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "/",
        };

        if (user is not null)
        {
            info.UserName = user;
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        return new Answer(process.ExitCode, output, error.Result);
    }

    internal sealed record Answer(int ExitCode, string Output, string Error)
    {
        public string LastLine =>
            $"{Output}\n{Error}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("");
    }
}
