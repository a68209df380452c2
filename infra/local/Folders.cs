namespace Governance.Local;

/// <summary>Folders for data that another system user may have to reach: as root, PostgreSQL and RabbitMQ run under their own.</summary>
public static class Folders
{
    private const UnixFileMode Passable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A folder whose content its owner alone can list, and which the system users can pass through when root owns it.</summary>
    public static string Create(string path)
    {
        try
        {
            return Directory.CreateDirectory(path, Posix.IsRoot ? Passable : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
                .FullName;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException && !ProblemException.IsDiskFull(denied))
        {
            throw new ProblemException(
                $"The folder {path} cannot be written.", $"Make it writable for {Environment.UserName}, or run as the user who owns it.");
        }
    }

    /// <summary>A fresh folder for one run of a test; the caller deletes it.</summary>
    public static string Temporary() => Create(Path.Combine(Path.GetTempPath(), $"governance-{Guid.NewGuid().ToString("N")[..8]}"));

    /// <summary>Whether every folder down to this one lets other users pass.</summary>
    internal static bool OthersCanReach(string path, Func<string, UnixFileMode?> modeOf)
    {
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (modeOf(folder) is { } mode && !mode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    internal static UnixFileMode? ModeOf(string folder) => Directory.Exists(folder) ? File.GetUnixFileMode(folder) : null;

    /// <summary>A folder that belongs to one user alone.</summary>
    internal static void CreateFor(string? user, string path)
    {
        if (user is not null && !OthersCanReach(Path.GetDirectoryName(path)!, ModeOf))
        {
            throw new ProblemException(
                $"The system user {user} cannot reach {path}.", $"Put it where every folder above lets others pass (chmod o+x).");
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Give(user, path);
    }

    /// <summary>Writes a file that one user alone may read.</summary>
    internal static void WriteSecret(string path, string content, string? user = null)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };

        using (var writer = new StreamWriter(path, options))
        {
            writer.Write(content);
        }

        Give(user, path);
    }

    private static void Give(string? user, string path)
    {
        if (user is not null && Shell.Run("chown", [$"{user}:", path]) is { ExitCode: not 0 } refused)
        {
            throw new ProblemException($"{path} cannot be given to the system user {user}: {refused.LastLine}.", "Run on a local file system.");
        }
    }

    public static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
