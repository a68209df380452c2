using System.Net;
using System.Security.Cryptography;
using System.Text;
using Governance.Ledger;

namespace Governance.Verifier;

/// <summary>A witness over HTTP, for whoever wants to keep an eye on a ledger without running it.</summary>
internal static class WitnessServer
{
    private const string KeyFile = "witness-key";

    public static async Task<int> Run(string name, DirectoryInfo folder, int port, string[] logs, CancellationToken ct)
    {
        folder.Create();
        var signer = new WitnessSigner(name, Seed(Path.Combine(folder.FullName, KeyFile)));
        var witness = new Witness(signer, [.. logs.Select(NoteKey.Parse)], folder.FullName, TimeProvider.System);
        using var server = new HttpListener();
        server.Prefixes.Add($"http://*:{port}/");
        server.Start();
        using var stop = ct.Register(server.Close);
        Console.WriteLine($"witness {signer.Key}");

        try
        {
            while (true)
            {
                _ = Serve(await server.GetContextAsync(), witness);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && ct.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task Serve(HttpListenerContext http, Witness witness)
    {
        try
        {
            await Answer(http, witness);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"A request was not answered: {e.Message}");
            http.Response.Abort();
        }
    }

    private static async Task Answer(HttpListenerContext http, Witness witness)
    {
        var said = http.Request is { HttpMethod: "POST", Url.AbsolutePath: "/add-checkpoint" }
            ? witness.AddCheckpoint(await Body(http.Request))
            : new(404, "POST /add-checkpoint is all there is.\n");
        http.Response.StatusCode = said.Status;
        http.Response.ContentType = said.Status is 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8";
        await http.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(said.Text));
        http.Response.Close();
    }

    /// <summary>As much as a request may have, and a little more, so that a longer one is seen to be.</summary>
    private static async Task<string> Body(HttpListenerRequest request)
    {
        var body = new byte[(Witness.LongestRequest * 2) + 1];
        var length = await request.InputStream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false);

        return Encoding.UTF8.GetString(body, 0, length);
    }

    private static byte[] Seed(string file)
    {
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };

            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var created = new FileStream(file, options);
            created.Write(Encoding.UTF8.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        }

        return Convert.FromBase64String(File.ReadAllText(file));
    }
}
