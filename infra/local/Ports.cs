using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Governance.Local;

/// <summary>Free ports, and who holds a taken one.</summary>
public static class Ports
{
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>
    /// A port nobody listens on, below the range the system hands to outgoing connections, so that it is still free at the next start.
    /// </summary>
    public static int Free()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(20_000, 32_000);

            if (IsFree(port))
            {
                return port;
            }
        }

        throw new ProblemException("No free port was found between 20000 and 32000.", "Stop some of what listens there and try again.");
    }

    public static bool IsFree(int port) => CanListen(IPAddress.Loopback, port) && CanListen(IPAddress.IPv6Loopback, port);

    internal static async Task<bool> AcceptsAsync(int port, CancellationToken ct)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, ct);

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The process that listens on a port, as a person would name it.</summary>
    public static string Holder(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Tools.Find("lsof") is { } lsof
                ? HolderFromLsof(Shell.Run(lsof, ["-nP", $"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]).Output) ?? "another process"
                : "another process";
        }

        var listeners = Tables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(Listener.Parse).OfType<Listener>().Where(listener => listener.Port == port).ToList();

        foreach (var listener in listeners)
        {
            if (ProcessWithSocket(listener.Inode) is { } process)
            {
                return process;
            }
        }

        return listeners is [var other, ..] ? $"a process of {UserName(other.User)}" : "another process";
    }

    internal static string? HolderFromLsof(string answer)
    {
        var lines = answer.Split('\n');
        var process = lines.FirstOrDefault(line => line.StartsWith('p'));
        var command = lines.FirstOrDefault(line => line.StartsWith('c'));

        return process is null ? null : $"{command?[1..] ?? "process"} (pid {process[1..]})";
    }

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();

            return true;
        }
        catch (SocketException taken)
        {
            return taken.SocketErrorCode is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied);
        }
    }

    private static string? ProcessWithSocket(long inode)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                if (Directory.EnumerateFiles($"{process}/fd").Any(file => new FileInfo(file).LinkTarget == $"socket:[{inode}]"))
                {
                    var command = File.ReadAllText($"{process}/cmdline").Replace('\0', ' ').Trim();

                    return $"{(command.Length > 60 ? $"{command[..60]}…" : command)} (pid {Path.GetFileName(process)})";
                }
            }
            catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
            {
                // Another user's process, or one that has just ended: not ours to name.
            }
        }

        return null;
    }

    private static string UserName(int id) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':'))
            .Where(fields => fields.Length > 2 && fields[2] == id.ToString(CultureInfo.InvariantCulture))
            .Select(fields => $"user {fields[0]}").FirstOrDefault() ?? $"user {id}";

    /// <summary>A listening socket as /proc/net/tcp and /proc/net/tcp6 list it.</summary>
    internal sealed record Listener(int Port, int User, long Inode)
    {
        private const string Listening = "0A";

        public static Listener? Parse(string line)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

            return fields.Length > 9 && fields[3] is Listening
                ? new(
                    int.Parse(fields[1].Split(':')[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    int.Parse(fields[7], CultureInfo.InvariantCulture),
                    long.Parse(fields[9], CultureInfo.InvariantCulture))
                : null;
        }
    }
}
