namespace Governance.Local;

/// <summary>Log files: followed, and kept from growing without end.</summary>
internal static class LogFiles
{
    private const long Large = 50_000_000;

    /// <summary>Prints what is added to a file until cancelled, or until a line begins with the mark given.</summary>
    public static async Task FollowAsync(string file, long from, Action<string> say, CancellationToken ct, string? until = null)
    {
        var position = from;
        var rest = "";

        while (true)
        {
            var last = ct.IsCancellationRequested;

            if (File.Exists(file))
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                position = Math.Min(position, stream.Length);
                stream.Seek(position, SeekOrigin.Begin);
                using var reader = new StreamReader(stream);
                var text = rest + await reader.ReadToEndAsync(CancellationToken.None);
                position = stream.Position;
                var lines = text.Split('\n');
                rest = lines[^1];

                foreach (var line in lines[..^1])
                {
                    if (until is not null && line.StartsWith(until, StringComparison.Ordinal))
                    {
                        return;
                    }

                    say(line);
                }
            }

            if (last)
            {
                return;
            }

            await Task.Delay(100, ct).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>At a start the log of the last run becomes `*.log.1`, so that a log begins with its run.</summary>
    public static void Rotate(string folder)
    {
        foreach (var log in Directory.EnumerateFiles(folder, "*.log").Where(log => Path.GetFileName(log) is not "supervisor.log"))
        {
            File.Move(log, $"{log}.1", overwrite: true);
        }
    }

    /// <summary>A log that has grown large is copied away and emptied; its writer appends and does not notice.</summary>
    public static async Task KeepSmallAsync(IEnumerable<ManagedProcess> processes, CancellationToken ct)
    {
        var files = processes.Select(process => process.LogFile).ToList();

        while (!ct.IsCancellationRequested)
        {
            foreach (var file in files.Where(file => File.Exists(file) && new FileInfo(file).Length > Large))
            {
                File.Copy(file, $"{file}.1", overwrite: true);
                using var emptied = new FileStream(file, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            }

            await Task.Delay(TimeSpan.FromMinutes(1), ct).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
