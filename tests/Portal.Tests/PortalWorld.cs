using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Governance.Portal.Tests;

/// <summary>The portal on a real port, with a stand-in behind it that answers for every service but two: Audit died, Compliance was never started.</summary>
public sealed class PortalWorld : IAsyncLifetime
{
    private readonly ConcurrentQueue<JsonObject> received = new();
    private WebApplication services = null!;

    internal FakeIssuer Issuer { get; private set; } = null!;

    internal RunningPortal Portal { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public string Stand => services.Urls.First();

    /// <summary>What the stand-in says when asked for its health.</summary>
    public string Health { get; set; } = """{"status":"Healthy","checks":{}}""";

    public string Flow { get; set; } =
        """{"service":"x","outbox":{"ready":1,"leased":2,"sent":1234,"parked":0},"parked":[],"sent":{},"applied":{"A":5,"B":6}}""";

    /// <summary>Lets the stand-in go on with an answer that it sends in three batches.</summary>
    public SemaphoreSlim NextBatch { get; } = new(0);

    /// <summary>Everything that got past the portal since the last look.</summary>
    internal IReadOnlyList<JsonObject> TakeReceived()
    {
        List<JsonObject> all = [];

        while (received.TryDequeue(out var request))
        {
            all.Add(request);
        }

        return all;
    }

    public async ValueTask InitializeAsync()
    {
        Issuer = await FakeIssuer.Start();
        services = await StartServices();
        Portal = Start("Development");
        Http = Portal.CreateClient();
    }

    internal RunningPortal Start(string environment) => new(new Dictionary<string, string>
    {
        ["environment"] = environment,
        ["Keycloak:auth-server-url"] = Issuer.Url,
        ["services:intake:http:0"] = Stand,
        ["services:data-readiness:http:0"] = Stand,
        ["services:costs:http:0"] = Stand,
        ["services:strategy:http:0"] = Stand,
        ["services:audit:http:0"] = "http://127.0.0.1:9",
    });

    /// <summary>A portal that knows one service only.</summary>
    internal RunningPortal StartFor(string service) => new(new Dictionary<string, string>
    {
        ["Keycloak:auth-server-url"] = Issuer.Url,
        [$"services:{service}:http:0"] = Stand,
    });

    internal async Task<HttpResponseMessage> Get(string path, bool signedIn = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);

        return await Send(request, signedIn);
    }

    internal async Task<HttpResponseMessage> Send(HttpRequestMessage request, bool signedIn = true)
    {
        if (signedIn)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Issuer.Token());
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Sends the request line as it is; an HTTP client would tidy it up first.</summary>
    internal async Task<string> SendRaw(string requestLine, params string[] headers)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", Http.BaseAddress!.Port);
        var lines = string.Join("\r\n", [requestLine, "Host: localhost", $"Authorization: Bearer {Issuer.Token()}", .. headers, "Connection: close", "", ""]);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(lines));
        using var reader = new StreamReader(tcp.GetStream(), Encoding.ASCII);

        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Portal.DisposeAsync();
        await services.DisposeAsync();
        NextBatch.Dispose();
        await Issuer.DisposeAsync();
    }

    private async Task<WebApplication> StartServices()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/health", () => TypedResults.Text(Health, "application/json"));
        app.MapGet("/internal/flow", () => TypedResults.Text(Flow, "application/json"));
        app.MapPost("/api/policies/{version}/simulation", async (HttpContext http) =>
        {
            for (var batch = 0; batch < 3; batch++)
            {
                await http.Response.WriteAsync("\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await NextBatch.WaitAsync(http.RequestAborted);
            }
        });
        app.Map("/{**path}", async (HttpContext http) =>
        {
            var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            var request = new JsonObject
            {
                ["method"] = http.Request.Method,
                ["target"] = http.Features.Get<IHttpRequestFeature>()!.RawTarget,
                ["headers"] = new JsonObject(http.Request.Headers.Select(header =>
                    KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)header.Value.ToString()))),
                ["length"] = body.Length,
            };
            received.Enqueue(request);
            http.Response.Headers.Server = "secret-server/1.0";
            await http.Response.WriteAsJsonAsync(request);
        });
        await app.StartAsync();

        return app;
    }
}
