using System.Text.Json;

namespace Governance.Local;

/// <summary>What the supervisor of an installation is doing, for the other commands to read.</summary>
internal sealed record RunState(int Process, string Started, string Phase, string? Problem = null)
{
    public const string Starting = "starting", Running = "running", Stopping = "stopping", Failed = "failed";

    /// <summary>Null when no supervisor lives; what a dead one wrote is not believed.</summary>
    public static RunState? Of(Layout layout) => In(layout.Run);

    public static RunState? In(string folder) => LastIn(folder) is { } state && Posix.IsAlive(state.Process, state.Started) ? state : null;

    public static RunState? Last(Layout layout) => LastIn(layout.Run);

    private static RunState? LastIn(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<RunState>(File.ReadAllText(FileIn(folder)));
        }
        catch (Exception absent) when (absent is IOException or JsonException)
        {
            return null;
        }
    }

    public static void Write(Layout layout, string phase, string? problem = null)
    {
        var state = new RunState(Environment.ProcessId, Posix.Started(Environment.ProcessId)!, phase, problem);
        File.WriteAllText($"{FileOf(layout)}.next", JsonSerializer.Serialize(state));
        File.Move($"{FileOf(layout)}.next", FileOf(layout), overwrite: true);
    }

    public static void Forget(Layout layout) => File.Delete(FileOf(layout));

    /// <summary>Held for as long as an installation is being run; released by the system however its holder ends.</summary>
    public static FileStream? TryTakeOver(Layout layout)
    {
        try
        {
            return new FileStream(Path.Combine(layout.Run, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (!ProblemException.IsDiskFull(held))
        {
            return null;
        }
    }

    private static string FileOf(Layout layout) => FileIn(layout.Run);

    private static string FileIn(string folder) => Path.Combine(folder, "supervisor.json");
}
