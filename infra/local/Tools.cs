using System.Globalization;

namespace Governance.Local;

/// <summary>Finds programs on PATH and in the places where the package managers put what they do not link.</summary>
internal static class Tools
{
    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/opt/homebrew/bin", "/opt/homebrew/sbin",
    ];

    private static readonly string[] Cellars = ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"];

    public static string? Find(string program) =>
        Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(IsThere);

    public static string? Chromium => Find("chromium") ?? Find("chromium-browser") ?? Find("google-chrome") ?? Find("google-chrome-stable");

    public static string Dotnet { get; } =
        Environment.ProcessPath is { } self && Path.GetFileName(self) is "dotnet" ? self
        : Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root && File.Exists($"{root}/dotnet") ? $"{root}/dotnet"
        : Find("dotnet") ?? "dotnet";

    /// <summary>The folder with initdb and postgres of the newest installed version, or of exactly the version asked for.</summary>
    public static string? PostgresFolder(int? version = null) =>
        Installed("/usr/lib/postgresql", "bin")
            .Concat(Brewed("postgresql@*", "bin"))
            .Concat(Folders)
            .Distinct()
            .Where(folder => IsThere($"{folder}/initdb") && IsThere($"{folder}/postgres"))
            .Select(folder => (Folder: folder, Version: PostgresVersion(folder)))
            .Where(found => version is null ? found.Version >= 15 : found.Version == version)
            .OrderByDescending(found => found.Version)
            .Select(found => found.Folder)
            .FirstOrDefault();

    /// <summary>The server script itself: Debian's wrapper of the same name insists on being run by certain users.</summary>
    public static string? RabbitMqServer =>
        Brewed("rabbitmq", "sbin").Select(folder => $"{folder}/rabbitmq-server")
            .Prepend("/usr/lib/rabbitmq/bin/rabbitmq-server")
            .FirstOrDefault(IsThere) ?? Find("rabbitmq-server");

    public static string? ErlangPortMapper =>
        Find("epmd")
        ?? Installed("/usr/lib/erlang", "bin").Concat(Brewed("erlang", "lib/erlang/bin"))
            .Select(folder => $"{folder}/epmd").FirstOrDefault(IsThere);

    /// <summary>A link whose target has been removed still counts as a file to the file system, but not to us.</summary>
    private static bool IsThere(string program) =>
        new FileInfo(program) is { Exists: true } file
        && (file.LinkTarget is null || file.ResolveLinkTarget(returnFinalTarget: true)!.Exists)
        && File.GetUnixFileMode(program).HasFlag(UnixFileMode.UserExecute);

    private static int PostgresVersion(string folder) =>
        int.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), CultureInfo.InvariantCulture, out var named)
            ? named
            : Shell.Run($"{folder}/postgres", ["--version"]).Output.Split(' ', '.')
                .Select(word => int.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : 0)
                .FirstOrDefault(number => number > 0);

    private static IEnumerable<string> Installed(string folder, string below) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(version => Path.Combine(version, below)) : [];

    private static IEnumerable<string> Brewed(string formula, string below) =>
        Cellars
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateDirectories(folder, formula))
            .Select(folder => Path.Combine(folder, below));
}
