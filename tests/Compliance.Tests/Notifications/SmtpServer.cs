using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Governance.Compliance.Tests.Notifications;

/// <summary>A mail server on a port of this machine, as far as RFC 5321 goes for one that keeps what it gets.</summary>
internal sealed class SmtpServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();

    public SmtpServer()
    {
        listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public ConcurrentQueue<(string From, IReadOnlyList<string> To, MimeMessage Message, string Raw)> Received { get; } = new();

    /// <summary>The answer to the next recipients, by address; 250 where there is none.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    private async Task Accept()
    {
        while (!stopping.IsCancellationRequested)
        {
            _ = Serve(await listener.AcceptTcpClientAsync(stopping.Token));
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(connection.GetStream(), Encoding.Latin1);
        await using var writer = new StreamWriter(connection.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        var (from, to) = ("", new List<string>());
        await writer.WriteLineAsync("220 localhost ready");

        while (await reader.ReadLineAsync(stopping.Token) is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO" or "HELO":
                    await writer.WriteLineAsync("250-localhost\r\n250 8BITMIME");
                    break;
                case "MAIL":
                    (from, to) = (Path(line), []);
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "RCPT":
                    var answer = Answers.GetValueOrDefault(Path(line), "250 ok");
                    to.AddRange(answer[0] == '2' ? [Path(line)] : []);
                    await writer.WriteLineAsync(answer);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var raw = new StringBuilder();

                    while (await reader.ReadLineAsync(stopping.Token) is { } text && text != ".")
                    {
                        raw.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    }

                    using (var bytes = new MemoryStream(Encoding.Latin1.GetBytes(raw.ToString())))
                    {
                        Received.Enqueue((from, to, await MimeMessage.LoadAsync(bytes), raw.ToString()));
                    }

                    await writer.WriteLineAsync("250 kept");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }

    private static string Path(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    public void Dispose()
    {
        stopping.Cancel();
        listener.Stop();
        stopping.Dispose();
    }
}
