namespace Governance.Local;

/// <summary>What the machine must offer: PostgreSQL and RabbitMQ, got from its package manager when absent, and room on its disk.</summary>
internal static class Machine
{
    private const string PolicyFile = "/usr/sbin/policy-rc.d", ClusterFile = "/etc/postgresql-common/createcluster.conf";

    public static void RequireSpace(string folder, long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;

        if (free < bytes)
        {
            throw new ProblemException(
                $"Only {free / 1_000_000} MB are free on the disk of {folder}, which needs {bytes / 1_000_000} MB.",
                "Free some space and try again.");
        }
    }

    /// <summary>
    /// Sees to it that PostgreSQL and RabbitMQ can be started: this machine's own, installed where they are missing, or, where that
    /// cannot be done, containers. Returns the engine for the latter.
    /// </summary>
    public static Engine? GetWhatIsMissing(Layout layout, Action<string> say)
    {
        var missing = Missing();
        var obstacle = Obstacle(missing);

        if (!InContainers(LocalPostgres.HasData(layout.Data), Directory.Exists(layout.Containers), obstacle))
        {
            if (missing is [_, ..])
            {
                Install(missing, say);
            }

            return null;
        }

        var engine = Engine.Find() ?? throw (Directory.Exists(layout.Containers)
            ? new ProblemException(
                "The data was made in containers, and no container engine answers.",
                "Start docker or podman, or delete the data with ./governance reset.")
            : obstacle!);
        engine.Pull(Images.Postgres, say);
        engine.Pull(Images.RabbitMq, say);
        Folders.Create(layout.Containers);

        return engine;
    }

    /// <summary>
    /// The same for tests, which bring their own containers where an engine answers and nothing can be installed, and need a browser.
    /// Where it cannot be installed, the tests in the browser say so.
    /// </summary>
    public static void GetWhatTestsNeed(Action<string> say)
    {
        var servers = Missing();

        if (Obstacle(servers) is { } obstacle)
        {
            servers = Engine.Find() is null ? throw obstacle : [];
        }

        List<Need> missing = [.. servers, .. Browser.IsMissing() && Obstacle([Browser]) is null ? [Browser] : Array.Empty<Need>()];

        if (missing is [_, ..])
        {
            Install(missing, say);
        }
    }

    internal static bool HasServers => Missing() is [];

    /// <summary>Data that one way has made is not abandoned for the other; without any, containers are for machines that offer nothing else.</summary>
    internal static bool InContainers(bool madeNatively, bool madeInContainers, ProblemException? obstacle) =>
        madeInContainers || (obstacle is not null && (madeNatively ? throw obstacle : true));

    private static void Install(List<Need> missing, Action<string> say)
    {
        var brew = Tools.Find("brew");
        say($"Installing {Names(missing)}; this can take some minutes.");

        if (brew is not null && !Posix.IsRoot)
        {
            Install(brew, ["install", .. missing.Select(need => need.Brew)], missing);
        }
        else
        {
            InstallWithApt(missing);
        }

        if (missing.Where(need => need.IsMissing()).ToList() is [_, ..] still)
        {
            throw new ProblemException(
                $"{Names(still)} cannot be found although the package manager calls it installed.",
                $"Install it again: {string.Join(' ', still.Select(need => Posix.IsRoot ? need.Apt : need.Brew))}");
        }
    }

    private static readonly Need Browser = new("Chromium", "chromium", "chromium", () => Tools.Chromium is null);

    private static readonly Need[] Servers =
    [
        new("PostgreSQL 15 or later", "postgresql", "postgresql@17", () => Tools.PostgresFolder() is null),
        new("RabbitMQ", "rabbitmq-server", "rabbitmq", () => Tools.RabbitMqServer is null || Tools.ErlangPortMapper is null),
    ];

    private static List<Need> Missing() => [.. Servers.Where(need => need.IsMissing())];

    private static ProblemException? Obstacle(List<Need> missing) =>
        missing is [] ? null : MissingHere(missing, Tools.Find("apt-get") is not null, Tools.Find("brew") is not null, Posix.IsRoot);

    /// <summary>Why this user cannot install on this machine; null when it is possible.</summary>
    internal static ProblemException? MissingHere(IReadOnlyCollection<Need> missing, bool hasApt, bool hasBrew, bool isRoot) =>
        (hasApt, hasBrew, isRoot) switch
        {
            (_, true, false) or (true, _, true) => null,
            (true, false, false) => new ProblemException(
                $"{Names(missing)} must be installed, which takes root.",
                $"Run: sudo apt-get install --no-install-recommends {string.Join(' ', missing.Select(need => need.Apt))} (or start docker or podman, which need nothing installed)."),
            _ => new ProblemException(
                $"{Names(missing)} must be installed, and neither apt-get nor brew is here to do it.",
                "Install PostgreSQL 15 or later and RabbitMQ 3.10 or later, put initdb, postgres and rabbitmq-server on PATH, or start docker or podman, and try again."),
        };

    /// <summary>The distribution would start a server of its own for each package; what is installed here is for us alone.</summary>
    private static void InstallWithApt(List<Need> missing)
    {
        var policy = !File.Exists(PolicyFile);
        var cluster = !File.Exists(ClusterFile);

        try
        {
            if (policy)
            {
                File.WriteAllText(PolicyFile, "#!/bin/sh\nexit 101\n");
                File.SetUnixFileMode(PolicyFile, (UnixFileMode)0b111_101_101);
            }

            if (cluster)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(ClusterFile)!);
                File.WriteAllText(ClusterFile, "create_main_cluster = false\n");
            }

            Install("apt-get", ["update", "-q"], missing);
            Install(
                "apt-get",
                [
                    "install", "-q", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold",
                    .. missing.Select(need => need.Apt),
                ],
                missing);
        }
        finally
        {
            if (policy)
            {
                File.Delete(PolicyFile);
            }
        }
    }

    private static void Install(string program, string[] arguments, List<Need> missing)
    {
        var answer = Shell.Run(program, arguments, new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" });

        if (answer.ExitCode is not 0)
        {
            throw new ProblemException(
                $"{Path.GetFileName(program)} {arguments[0]} failed while installing {Names(missing)}: {answer.LastLine}.",
                "Install them by hand and try again.");
        }
    }

    private static string Names(IEnumerable<Need> missing) => string.Join(" and ", missing.Select(need => need.Name));

    internal sealed record Need(string Name, string Apt, string Brew, Func<bool> IsMissing);
}
