using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Governance.Portal.SignIn;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Components.Authorization;

namespace Governance.Portal.Services;

/// <summary>
/// The platform's public API, called as the person who is signed in. Whatever goes wrong comes back as a problem to show: a page
/// never fails because a service does.
/// </summary>
internal sealed class Api(
    IHttpClientFactory clients, IConfiguration configuration, Sessions sessions, AuthenticationStateProvider who, TimeProvider clock)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly IReadOnlyList<Service> services = Service.From(configuration);

    public async ValueTask<Answer<T>> Get<T>(string service, string path, bool fresh = false, CancellationToken ct = default)
    {
        var session = await Current();

        if (!fresh && session?.Recent.TryGetValue(path, out var known) is true && clock.GetUtcNow() - known.At < Moment && known.Answer is Answer<T> recent)
        {
            return recent;
        }

        var answer = await Send<T>(service, HttpMethod.Get, path, body: null, headers: [], ct);
        Forget(session);

        if (answer.Succeeded && session is not null)
        {
            session.Recent[path] = new(clock.GetUtcNow(), answer);
        }

        return answer;
    }

    /// <param name="key">Makes a repetition harmless: the same key gives the same answer.</param>
    public async Task<Answer<T>> Post<T>(string service, string path, object? body, string? key = null, string? ifMatch = null, CancellationToken ct = default)
    {
        (await Current())?.Recent.Clear();

        return await Send<T>(service, HttpMethod.Post, path, body ?? new { }, Headers(key, ifMatch), ct);
    }

    public async Task<Answer<T>> Put<T>(string service, string path, object body, string? ifMatch = null, string? key = null, CancellationToken ct = default)
    {
        (await Current())?.Recent.Clear();

        return await Send<T>(service, HttpMethod.Put, path, body, Headers(key, ifMatch), ct);
    }

    public async Task<Answer<string>> Delete(string service, string path, string? ifMatch = null, CancellationToken ct = default)
    {
        (await Current())?.Recent.Clear();

        return await Send<string>(service, HttpMethod.Delete, path, body: null, Headers(key: null, ifMatch), ct);
    }

    /// <summary>A question that changes nothing although it has a body.</summary>
    public Task<Answer<T>> Ask<T>(string service, string path, object body, CancellationToken ct) =>
        Send<T>(service, HttpMethod.Post, path, body, [], ct);

    /// <summary>A long answer, read while the service still works at it; asked for by POST where nothing else is named.</summary>
    /// <returns>Why there is none, or no more of it; null once it was complete.</returns>
    public async Task<Problem?> Stream(string service, string path, object? body, Func<Stream, Task> read, CancellationToken ct, HttpMethod? method = null)
    {
        var (request, refused) = await Request(service, method ?? HttpMethod.Post, path, body, [], ct);

        if (request is null)
        {
            return refused;
        }

        try
        {
            using var client = clients.CreateClient(nameof(Api));
            client.Timeout = Patience;
            using var sent = request;
            using var response = await client.SendAsync(sent, HttpCompletionOption.ResponseHeadersRead, ct);

            if (!response.IsSuccessStatusCode)
            {
                return Problem.Read(response.StatusCode, await response.Content.ReadAsStringAsync(ct));
            }

            await using var answer = await response.Content.ReadAsStreamAsync(ct);
            await read(answer);

            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return Problem.Unavailable;
        }
    }

    /// <summary>The same of an answer in lines.</summary>
    public Task<Problem?> Lines(string service, string path, object? body, Func<string, Task> take, CancellationToken ct, HttpMethod? method = null) =>
        Stream(
            service,
            path,
            body,
            async answer =>
            {
                using var reader = new StreamReader(answer);

                while (await reader.ReadLineAsync(ct) is { } line)
                {
                    await take(line);
                }
            },
            ct,
            method);

    private static IEnumerable<(string Name, string Value)> Headers(string? key, string? ifMatch) =>
        [.. key is null ? Array.Empty<(string, string)>() : [("Idempotency-Key", key)], .. ifMatch is null ? Array.Empty<(string, string)>() : [("If-Match", ifMatch)]];

    private async Task<Answer<T>> Send<T>(
        string service, HttpMethod method, string path, object? body, IEnumerable<(string Name, string Value)> headers, CancellationToken ct)
    {
        var (request, refused) = await Request(service, method, path, body, headers, ct);

        if (request is null)
        {
            return new(refused!);
        }

        using var sent = request;

        try
        {
            using var client = clients.CreateClient(nameof(Api));
            using var response = await client.SendAsync(sent, ct);
            var text = await response.Content.ReadAsStringAsync(ct);

            return response.IsSuccessStatusCode
                ? new(Read<T>(text)) { ETag = response.Headers.ETag?.ToString() }
                : new(Problem.Read(response.StatusCode, text));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return new(Problem.Unavailable);
        }
    }

    private async Task<(HttpRequestMessage? Request, Problem? Refused)> Request(
        string service, HttpMethod method, string path, object? body, IEnumerable<(string Name, string Value)> headers, CancellationToken ct)
    {
        if (await Current() is not { } session || await sessions.AccessToken(session, ct) is not { } token)
        {
            return (null, await Current() is null ? Problem.SessionEnded : Problem.Unavailable);
        }

        if (services.First(known => known.Name == service).Address is not { } address)
        {
            return (null, Problem.Unavailable);
        }

        var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body, Json.Options), Encoding.UTF8, "application/json");
        }

        return (request, null);
    }

    private static T Read<T>(string text) => typeof(T) == typeof(string) ? (T)(object)text : JsonSerializer.Deserialize<T>(text, Json.Tolerant)!;

    private async ValueTask<Session?> Current() => sessions.Of((await who.GetAuthenticationStateAsync()).User);

    private void Forget(Session? session)
    {
        foreach (var (path, known) in session?.Recent.ToArray() ?? [])
        {
            if (clock.GetUtcNow() - known.At > Moment)
            {
                session!.Recent.TryRemove(path, out _);
            }
        }
    }
}

/// <summary>What a service said: a value, or why there is none.</summary>
internal sealed record Answer<T>
{
    public Answer(T value) => Value = value;

    public Answer(Problem problem) => Problem = problem;

    public T? Value { get; }

    public Problem? Problem { get; }

    public string? ETag { get; init; }

    public bool Succeeded => Problem is null;
}

/// <summary>A refusal in the words of the service, with the fields it is about.</summary>
public sealed record Problem(int Status, string Title, string? Detail, IReadOnlyDictionary<string, string[]> Errors)
{
    public static readonly Problem SessionEnded = new(401, "session-ended", null, new Dictionary<string, string[]>());

    public static readonly Problem Unavailable = new(503, "unavailable", null, new Dictionary<string, string[]>());

    public bool IsSessionEnded => Status == StatusCodes.Status401Unauthorized;

    public bool IsUnavailable => Status is StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;

    public static Problem Read(HttpStatusCode status, string text)
    {
        try
        {
            using var body = JsonDocument.Parse(text);
            var root = body.RootElement;

            return new(
                (int)status,
                Text(root, "title") ?? $"{(int)status}",
                Text(root, "detail"),
                root.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Object
                    ? errors.EnumerateObject().ToDictionary(
                        field => field.Name, field => field.Value.EnumerateArray().Select(message => message.GetString() ?? "").ToArray())
                    : new Dictionary<string, string[]>());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new((int)status, $"{(int)status}", null, new Dictionary<string, string[]>());
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind is JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
