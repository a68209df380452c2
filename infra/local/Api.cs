using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Governance.Local;

/// <summary>The public API as a person with a demo account uses it: a token of the local identity, then the portal's address.</summary>
public sealed class Api : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 512 }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri _portal;

    private Api(Uri portal, string token, TimeSpan? patience)
    {
        _http.Timeout = patience ?? _http.Timeout;
        _portal = portal;
        Token = token;
    }

    /// <summary>What the person's requests carry.</summary>
    public string Token { get; }

    public static async Task<Api> SignInAsync(Layout layout, string account, CancellationToken ct, TimeSpan? patience = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["client_id"] = "governance-cli",
            ["username"] = account,
            ["password"] = "governance",
        });
        using var answer = await http.PostAsync(
            new Uri($"http://localhost:{layout.IdentityPort}/realms/governance/protocol/openid-connect/token"), form, ct);
        answer.EnsureSuccessStatusCode();
        var token = await answer.Content.ReadFromJsonAsync<JsonElement>(ct);

        return new(layout.Portal, token.GetProperty("access_token").GetString()!, patience);
    }

    public async Task<Answer> GetAsync(string path, CancellationToken ct) => await SendAsync(HttpMethod.Get, path, null, [], ct);

    public async Task<Answer> PostAsync(string path, string json, string idempotencyKey, CancellationToken ct) =>
        await SendAsync(HttpMethod.Post, path, json, [("Idempotency-Key", idempotencyKey)], ct);

    public async Task<Answer> PutAsync(string path, string json, string ifMatch, CancellationToken ct) =>
        await SendAsync(HttpMethod.Put, path, json, [("If-Match", ifMatch)], ct);

    /// <summary>The lines of an answer of any length, one JSON object each.</summary>
    public IAsyncEnumerable<JsonElement> PostLinesAsync(string path, string json, CancellationToken ct) =>
        LinesAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), ct);

    public IAsyncEnumerable<JsonElement> GetLinesAsync(string path, CancellationToken ct) => LinesAsync(HttpMethod.Get, path, null, ct);

    private async IAsyncEnumerable<JsonElement> LinesAsync(HttpMethod method, string path, HttpContent? content, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(_portal, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));

        while (await lines.ReadLineAsync(ct) is { } line)
        {
            yield return JsonElement.Parse(line);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, string? json, (string Name, string Value)[] headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(_portal, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var answer = await _http.SendAsync(request, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);

        return new((int)answer.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default, answer.Headers.Location?.ToString());
    }

    /// <summary>A status code, the JSON object that came with it, and where the answer points to.</summary>
    public sealed record Answer(int Status, JsonElement Body, string? Location = null)
    {
        public bool Succeeded => Status is >= 200 and < 300;

        /// <exception cref="ProblemException">The platform refused.</exception>
        public JsonElement Require() => Succeeded
            ? Body
            : throw new ProblemException(
                string.Create(CultureInfo.InvariantCulture, $"The platform answered {Status}: {Detail}"), "Look at ./governance status and logs.");

        private string Detail =>
            Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty("detail", out var detail) ? detail.ToString() : "nothing";
    }
}
