using System.Diagnostics;
using System.Globalization;

namespace Governance.Local;

/// <summary>
/// Who was started, so that whatever happens to the starter nobody is left behind: a small shell script waits for the starter's
/// end on a pipe and then stops everyone listed, and whatever a power cut left is stopped when the next register is opened.
/// </summary>
public sealed class ProcessRegister : IDisposable
{
    private const string Extension = ".processes";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "reaper.sh");

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly string _file;
    private Process _reaper;
    private bool _closed;

    private ProcessRegister(string file)
    {
        _file = file;
        File.WriteAllText(file, "");
        _reaper = StartReaper();
    }

    /// <summary>Opens a register in a folder of which the caller is the only user, after stopping whatever an earlier one left.</summary>
    public static ProcessRegister Open(string folder)
    {
        Folders.Create(folder);
        StopLeftovers(folder);

        return new(Path.Combine(folder, $"{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}{Extension}"));
    }

    /// <summary>Stops the processes that earlier owners of the folder left; true when there were any.</summary>
    public static bool StopLeftovers(string folder)
    {
        var left = LeftIn(folder).ToList();

        foreach (var file in left)
        {
            Shell.Run("/bin/sh", [Script, file]);
        }

        return left.Count > 0;
    }

    internal static IEnumerable<string> LeftIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"*{Extension}") : [];

    internal static IEnumerable<Entry> EntriesIn(string file) =>
        File.Exists(file) ? File.ReadLines(file).Select(Entry.Parse) : [];

    internal void Add(Entry entry) => Change(() => _entries.Add(entry));

    internal void Remove(int process) => Change(() => _entries.RemoveAll(entry => entry.Process == process));

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _reaper.StandardInput.Close();
        }

        _reaper.WaitForExit();
        _reaper.Dispose();
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            var next = $"{_file}.next";
            File.WriteAllLines(next, _entries.Select(entry => entry.ToString()));
            File.Move(next, _file, overwrite: true);
        }
    }

    private Process StartReaper()
    {
        var info = new ProcessStartInfo(Posix.NewSession[0], [.. Posix.NewSession.Skip(1), "/bin/sh", Script, _file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var reaper = Process.Start(info)!;
        reaper.EnableRaisingEvents = true;
        reaper.Exited += (_, _) =>
        {
            lock (_gate)
            {
                if (!_closed)
                {
                    _reaper = StartReaper();
                }
            }
        };

        return reaper;
    }

    /// <summary>
    /// One process: when it is stopped (services 1, broker 2, database 3), how, and how long it may take. The client of a container
    /// also names the engine and the container, which may outlive it.
    /// </summary>
    internal sealed record Entry(int Phase, int Process, string Signal, int Seconds, string Started, string Name, string? Container = null)
    {
        public static Entry Parse(string line)
        {
            var fields = line.Split(' ', 7);

            return new(
                Number(fields[0]), Number(fields[1]), fields[2], Number(fields[3]), fields[4], fields[5], fields.Length > 6 ? fields[6] : null);

            static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
        }

        public override string ToString() => $"{Phase} {Process} {Signal} {Seconds} {Started} {Name} {Container}".TrimEnd();
    }
}
