namespace Governance.Local;

/// <summary>The end of a log file, and the line of it that most likely says what went wrong.</summary>
public static class LogTail
{
    private static readonly string[] Alarms =
        ["Unhandled exception", "FATAL", "PANIC", "[error]", "[critical]", "crit:", "fail:", "BOOT FAILED", "ERROR", "error:"];

    private static readonly string[] Noise = ["   at ", "--- End of", "==="];

    public static IReadOnlyList<string> Lines(string file, int count)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        const int Enough = 256 * 1024;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, Enough), SeekOrigin.End);
        using var reader = new StreamReader(stream);

        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(count)];
    }

    /// <summary>The last line that raises an alarm, else the last that says anything.</summary>
    public static string? Reason(IReadOnlyList<string> lines)
    {
        var telling = lines.Select(line => line.TrimEnd())
            .Where(line => line.Trim().Length > 0 && !Noise.Any(noise => line.StartsWith(noise, StringComparison.Ordinal)))
            .ToList();
        var reason = telling.LastOrDefault(line => Alarms.Any(alarm => line.Contains(alarm, StringComparison.Ordinal))) ?? telling.LastOrDefault();

        return reason?.Trim() is { Length: > 240 } long_ ? $"{long_[..240]}…" : reason?.Trim();
    }
}
