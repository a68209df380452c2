using System.Globalization;

namespace Governance.Benchmarks;

/// <summary>Processor time in milliseconds used so far by everything on this machine, by whose it is (from /proc; Linux only).</summary>
internal readonly record struct ProcessorTime(double Portal, double Services, double Postgres, double RabbitMq, double Client, double Others)
{
    private const double MillisecondsPerTick = 10;

    public static ProcessorTime Now()
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        var processes = Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => char.IsAsciiDigit(name![0]))
            .Select(name => Read(int.Parse(name!, CultureInfo.InvariantCulture)))
            .Where(process => process.Id > 0)
            .ToDictionary(process => process.Id);

        return processes.Values
            .Where(process => IsOurs(process, processes))
            .Aggregate(new ProcessorTime { Others = Busy() }, (sum, process) => sum.Plus(process));
    }

    public static ProcessorTime operator -(ProcessorTime a, ProcessorTime b) => new(
        a.Portal - b.Portal, a.Services - b.Services, a.Postgres - b.Postgres, a.RabbitMq - b.RabbitMq, a.Client - b.Client, a.Others - b.Others);

    public static ProcessorTime operator +(ProcessorTime a, ProcessorTime b) => new(
        a.Portal + b.Portal, a.Services + b.Services, a.Postgres + b.Postgres, a.RabbitMq + b.RabbitMq, a.Client + b.Client, a.Others + b.Others);

    private static bool IsOurs(Process process, Dictionary<int, Process> all)
    {
        var at = process;

        while (at.Id != Environment.ProcessId && all.TryGetValue(at.Parent, out var parent))
        {
            at = parent;
        }

        return at.Id == Environment.ProcessId;
    }

    /// <summary>What all processors have done since the machine started, idle and waiting left out (the 4th and 5th figure).</summary>
    private static double Busy() => File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
        .Where((_, i) => i is not 3 and not 4)
        .Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) * MillisecondsPerTick;

    private ProcessorTime Plus(Process process)
    {
        var rest = this with { Others = Others - process.Spent };

        return process.CommandLine switch
        {
            _ when process.Id == Environment.ProcessId => rest with { Client = Client + process.Spent },
            var command when command.Contains("postgres", StringComparison.Ordinal) => rest with { Postgres = Postgres + process.Spent },
            var command when command.Contains("/Governance.Portal.", StringComparison.Ordinal) => rest with { Portal = Portal + process.Spent },
            var command when command.Contains("/Governance.", StringComparison.Ordinal) => rest with { Services = Services + process.Spent },
            _ => rest with { RabbitMq = RabbitMq + process.Spent },
        };
    }

    /// <summary>The second field, the name in brackets, may hold spaces; parent, user and system time are the 4th, 14th and 15th.</summary>
    private static Process Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Select(field => long.TryParse(field, CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray();

            return new(id, (int)fields[1], (fields[11] + fields[12]) * MillisecondsPerTick, File.ReadAllText($"/proc/{id}/cmdline"));
        }
        catch (IOException)
        {
            return default;
        }
    }

    private readonly record struct Process(int Id, int Parent, double Spent, string CommandLine);
}
