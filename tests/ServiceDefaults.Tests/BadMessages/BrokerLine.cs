using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Governance.ServiceDefaults.Tests.BadMessages;

/// <summary>A line to the broker that goes dead, while it stays connected, as soon as somebody says a word on it.</summary>
public sealed class BrokerLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource dead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Uri broker;
    private readonly Task accepting;
    private byte[]? word;

    public BrokerLine(Uri broker)
    {
        this.broker = broker;
        listener.Start();
        accepting = Accept();
    }

    public Uri Address => new UriBuilder(broker) { Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;

    /// <returns>Once the line is dead.</returns>
    public Task GoDeadAt(string said)
    {
        word = Encoding.UTF8.GetBytes(said);

        return dead.Task;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                using var server = new TcpClient(broker.Host, broker.Port);
                await Task.WhenAny(Pass(client.GetStream(), server.GetStream(), listens: true), Pass(server.GetStream(), client.GetStream(), listens: false));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The listener is closed.
        }
    }

    private async Task Pass(NetworkStream from, NetworkStream to, bool listens)
    {
        var buffer = new byte[64 * 1024];

        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var read)
            {
                if (listens && word is not null && buffer.AsSpan(0, read).IndexOf(word) >= 0)
                {
                    dead.TrySetResult();
                }

                if (!dead.Task.IsCompleted)
                {
                    await to.WriteAsync(buffer.AsMemory(0, read));
                }
            }
        }
        catch (Exception hungUp) when (hungUp is IOException or ObjectDisposedException)
        {
            // So does the other side.
        }
    }
}
