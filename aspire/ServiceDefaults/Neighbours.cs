using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.ServiceDefaults;

/// <summary>
/// Asks another service, on behalf of the caller with the caller's own token, or on its own behalf without any. Only for questions
/// outside the decision path: there services talk by events alone.
/// </summary>
public sealed class Neighbours(IHttpClientFactory clients, IConfiguration configuration)
{
    internal const string Client = "neighbours";

    private static readonly JsonSerializerOptions Lenient = new(Json.Tolerant) { RespectRequiredConstructorParameters = false };

    /// <exception cref="InvalidRequestException">The other service refused the question, for the reasons it gives.</exception>
    /// <exception cref="TimeoutException">It is not available.</exception>
    public Task<TAnswer> Ask<TAnswer>(HttpContext caller, string service, string path, object question) =>
        Send<TAnswer>(caller, HttpMethod.Post, service, path, JsonContent.Create(question, question.GetType(), options: Json.Options));

    /// <exception cref="NotFoundException">The other service has no such thing.</exception>
    /// <exception cref="TimeoutException">It is not available.</exception>
    public Task<TAnswer> Read<TAnswer>(HttpContext caller, string service, string path) =>
        Send<TAnswer>(caller, HttpMethod.Get, service, path, content: null);

    /// <summary>Whether this deployment has such a service.</summary>
    public bool Has(string service) => Address(service) is not null;

    /// <summary>What another service tells its neighbours; null where it has nothing to tell, or does not answer in time.</summary>
    public async Task<TAnswer?> Find<TAnswer>(string service, string path, TimeSpan within, CancellationToken ct) where TAnswer : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(within);

        try
        {
            using var answer = await clients.CreateClient(Client).GetAsync(new Uri(Require(service), path), patience.Token);

            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<TAnswer>(Lenient, patience.Token) : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private string? Address(string service) => configuration[$"services:{service}:http:0"] ?? configuration[$"services:{service}:https:0"];

    private Uri Require(string service) =>
        new(Address(service) ?? throw new InvalidOperationException($"services:{service}:http:0 is missing."));

    private async Task<TAnswer> Send<TAnswer>(HttpContext caller, HttpMethod method, string service, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(Require(service), path)) { Content = content };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(caller.Request.Headers.Authorization.ToString());

        HttpResponseMessage answer;

        try
        {
            answer = await clients.CreateClient(Client).SendAsync(request, caller.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !caller.RequestAborted.IsCancellationRequested)
        {
            throw new TimeoutException($"{service} is not available.", e);
        }

        using (answer)
        {
            return answer.IsSuccessStatusCode
                ? (await answer.Content.ReadFromJsonAsync<TAnswer>(Lenient, caller.RequestAborted))!
                : throw await Refusal(answer, service, caller.RequestAborted);
        }
    }

    private static async Task<Exception> Refusal(HttpResponseMessage answer, string service, CancellationToken ct)
    {
        if ((int)answer.StatusCode >= 500)
        {
            return new TimeoutException($"{service} answered {(int)answer.StatusCode}.");
        }

        var problem = await answer.Content.ReadFromJsonAsync<Problem>(Lenient, ct);

        return (answer.StatusCode, problem) switch
        {
            (_, { Errors.Count: > 0 }) => new InvalidRequestException(
                [.. problem.Errors.SelectMany(e => e.Value.Select(message => new FieldError(e.Key, message)))], (int)answer.StatusCode),
            (HttpStatusCode.NotFound, _) => new NotFoundException($"{service}: {problem?.Detail ?? "There is no such thing."}"),
            (HttpStatusCode.Forbidden, _) => new NotAllowedException(problem?.Detail ?? $"{service} does not let you."),
            _ => new InvalidOperationException($"{service} answered {(int)answer.StatusCode}."),
        };
    }

    private sealed record Problem(string? Detail, IReadOnlyDictionary<string, string[]>? Errors);
}

public static class NeighboursRegistration
{
    public static void AddNeighbours(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(Neighbours.Client, http => http.Timeout = TimeSpan.FromSeconds(20));
        builder.Services.AddSingleton<Neighbours>();
    }
}
