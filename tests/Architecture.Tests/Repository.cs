namespace Governance.Architecture.Tests;

/// <summary>The checkout these tests were built in: they judge its text as well as its assemblies.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Folders of <c>src</c> that make a program or a library.</summary>
    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory.EnumerateFiles(At("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The services that take part in the conversation on the bus.</summary>
    public static IReadOnlyList<string> Services { get; } =
        [.. Projects.Where(project => Code($"src/{project}").Any(line => line.Text.Contains("AddMessaging(", StringComparison.Ordinal)))];

    public static string At(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(At(path));

    /// <summary>Lines of code, without comments, of every C# file below a folder.</summary>
    public static IEnumerable<Line> Code(string folder) =>
        from file in Directory.EnumerateFiles(At(folder), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        from line in CodeOf(Path.GetRelativePath(Root, file))
        select line;

    public static IEnumerable<Line> CodeOf(string path) => Read(path).Split('\n')
        .Select((text, index) => new Line(path, index + 1, text.Trim()))
        .Where(line => !line.Text.StartsWith("//", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Governance.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No Governance.sln was found above {AppContext.BaseDirectory}.");
    }
}

internal sealed record Line(string Path, int Number, string Text)
{
    public override string ToString() => $"{Path}:{Number}: {Text}";
}
