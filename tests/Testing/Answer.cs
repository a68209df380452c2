using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;
using Shouldly;

namespace Governance.Testing;

/// <summary>An answer of a service, read to its end.</summary>
public sealed record Answer(HttpStatusCode Status, string Body, string? ETag, string? Location, HttpResponseHeaders Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The body, strictly as the platform writes it.</summary>
    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, ServiceDefaults.Json.Options)!;

    public Answer Expect(HttpStatusCode status)
    {
        Status.ShouldBe(status, Body);

        return this;
    }

    /// <summary>Problem details that say this much, and name these members, if any.</summary>
    public void ExpectProblem(HttpStatusCode status, string detail, params string[] members)
    {
        Expect(status);
        var problem = Json.AsObject();
        problem["detail"]!.GetValue<string>().ShouldContain(detail, Case.Insensitive);

        if (members.Length > 0)
        {
            problem["errors"]!.AsObject().Select(error => error.Key).ShouldBe(members, ignoreOrder: true);
        }
    }
}

/// <summary>The verbs of the public API.</summary>
public static class Requests
{
    extension(HttpClient http)
    {
        public Task<Answer> Get(string path) => http.Ask(HttpMethod.Get, path, body: null, ifMatch: null, key: null);

        public Task<Answer> Post(string path, object? body = null, string? ifMatch = null, string? key = null) =>
            http.Ask(HttpMethod.Post, path, body, ifMatch, key);

        public Task<Answer> Put(string path, object body, string? ifMatch = null, string? key = null) =>
            http.Ask(HttpMethod.Put, path, body, ifMatch, key);

        public Task<Answer> Delete(string path, string? ifMatch = null, string? key = null) => http.Ask(HttpMethod.Delete, path, body: null, ifMatch, key);

        /// <param name="body">Text is sent as it is, anything else as the platform's JSON.</param>
        public async Task<Answer> Ask(HttpMethod method, string path, object? body, string? ifMatch, string? key)
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = body switch
                {
                    null => null,
                    string text => new StringContent(text, Encoding.UTF8, "application/json"),
                    _ => JsonContent.Create(body, body.GetType(), options: Json.Options),
                },
            };

            request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key is null ? [] : [key]);
            using var answer = await http.SendAsync(request);

            return new(
                answer.StatusCode,
                await answer.Content.ReadAsStringAsync(),
                answer.Headers.ETag?.Tag,
                answer.Headers.Location?.OriginalString,
                answer.Headers);
        }
    }
}
