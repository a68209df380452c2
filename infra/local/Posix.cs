using System.Globalization;
using System.Runtime.InteropServices;

namespace Governance.Local;

/// <summary>The few things a supervisor needs from the operating system that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2, Quit = 3, Kill = 9, Terminate = 15;

    private const nint Default = 0;

    public static bool IsRoot { get; } = geteuid() == 0;

    /// <summary>A command prefix that puts what follows into a session of its own, out of reach of the terminal's Ctrl-C.</summary>
    public static IReadOnlyList<string> NewSession { get; } = Tools.Find("setsid") is { } setsid
        ? [setsid]
        : ["/usr/bin/perl", "-MPOSIX", "-e", "POSIX::setsid(); exec {$ARGV[0]} @ARGV or exit 127;"];

    /// <summary>False when there is no such process, or when it is not ours to signal.</summary>
    public static bool Signal(int process, int signal) => kill(process, signal) is 0;

    /// <summary>
    /// A shell starts what it puts in the background with Ctrl-C ignored, and .NET would leave it so; a supervisor has children to stop.
    /// </summary>
    public static void HearInterrupts() => _ = signal(Interrupt, Default);

    /// <summary>When a process began, which tells it from a later one under the same number; null when it is gone.</summary>
    public static string? Started(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            var answer = Shell.Run("ps", ["-o", "lstart=", "-p", process.ToString(CultureInfo.InvariantCulture)],
                new Dictionary<string, string?> { ["LC_ALL"] = "C", ["TZ"] = "UTC" });

            return answer.ExitCode is 0
                ? string.Join('_', answer.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                : null;
        }

        return ReadOrNull($"/proc/{process}/stat") is { } stat ? StartedFrom(stat) : null;
    }

    /// <summary>Field 22 of /proc/PID/stat; the name in field 2 may itself hold spaces and brackets. A zombie counts as gone.</summary>
    internal static string? StartedFrom(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

        return fields[0] is "Z" ? null : fields[19];
    }

    public static bool IsAlive(int process, string started) => Started(process) == started;

    /// <summary>
    /// Memory in bytes of a process and everything it started. Pages shared between them, such as PostgreSQL's buffers, count once.
    /// </summary>
    public static long Memory(int leader)
    {
        var children = Parents().ToLookup(process => process.Parent, process => process.Id);

        return 1024 * Tree(leader);

        long Tree(int process) => Kilobytes(process) + children[process].Sum(Tree);
    }

    private static IEnumerable<(int Id, int Parent)> Parents()
    {
        if (!OperatingSystem.IsLinux())
        {
            foreach (var line in Shell.Run("ps", ["-A", "-o", "pid=,ppid="]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                yield return (Number(columns[0]), Number(columns[1]));
            }

            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            if (ReadOrNull($"{folder}/stat") is { } stat)
            {
                yield return (Number(Path.GetFileName(folder)), Number(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]));
            }
        }
    }

    private static long Kilobytes(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return long.TryParse(Shell.Run("ps", ["-o", "rss=", "-p", $"{process}"]).Output.Trim(), out var resident) ? resident : 0;
        }

        var proportional = ReadOrNull($"/proc/{process}/smaps_rollup")?.Split('\n')
            .FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));

        return proportional is null ? 0 : Number(proportional.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    private static string? ReadOrNull(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
