namespace Governance.Local;

/// <summary>The end of a log file, and the line of it that most likely says what went wrong.</summary>
public static class LogTail
{
    private const int Enough = 256 * 1024, LongestReason = 240;

    /// <summary>From the most to the least telling.</summary>
    private static readonly string[] Alarms =
        ["exited with reason:", "Unhandled exception", "PANIC:", "FATAL:", "crit:", "fail:", "[error]", "ERROR"];

    private static readonly string[] Noise = ["   at ", "--- End of", "===", "Crash dump"];

    public static IReadOnlyList<string> Lines(string file, int count, long from = 0)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(Math.Clamp(from, Math.Max(0, stream.Length - Enough), stream.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(stream);

        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(count)];
    }

    /// <summary>The last line with the most telling alarm, else the last that says anything.</summary>
    public static string? Reason(IReadOnlyList<string> lines)
    {
        var telling = lines
            .Where(line => line.Trim().Length > 0 && !Noise.Any(noise => line.StartsWith(noise, StringComparison.Ordinal)))
            .ToList();
        var reason = Alarms.Select(alarm => telling.LastOrDefault(line => line.Contains(alarm, StringComparison.Ordinal)))
            .FirstOrDefault(line => line is not null) ?? telling.LastOrDefault();

        return reason?.Trim() is { Length: > LongestReason } wordy ? $"{wordy[..LongestReason]}…" : reason?.Trim();
    }
}
