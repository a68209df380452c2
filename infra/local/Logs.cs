namespace Governance.Local;

/// <summary>Prints the end of a log and, on request, what is added to it.</summary>
internal static class Logs
{
    private const int LinesShown = 200;

    public static IReadOnlyList<string> Names { get; } =
        [.. Layout.Services.Select(service => service.Name), "postgres", "rabbitmq", "supervisor"];

    public static async Task<int> RunAsync(Layout layout, string name, bool follow, CancellationToken ct)
    {
        var file = name switch
        {
            "postgres" or "rabbitmq" => Path.Combine(layout.Data, name, $"{name}.log"),
            _ => Path.Combine(layout.Logs, $"{name}.log"),
        };

        if (!File.Exists(file) && !follow)
        {
            throw new ProblemException($"{name} has not written a log yet ({file}).", "Start it with ./governance up.");
        }

        foreach (var line in LogTail.Lines(file, LinesShown))
        {
            Console.WriteLine(line);
        }

        if (follow)
        {
            await LogFiles.FollowAsync(file, File.Exists(file) ? new FileInfo(file).Length : 0, Console.WriteLine, ct);
        }

        return 0;
    }
}
