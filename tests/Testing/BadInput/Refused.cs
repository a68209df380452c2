using System.Net.Http.Headers;
using System.Text.Json;
using Shouldly;

namespace Governance.Testing.BadInput;

/// <summary>What a refusal looks like, and that it leaves no trace.</summary>
public static class Refused
{
    /// <summary>Words only the inside of the platform uses.</summary>
    private static readonly string[] Inside =
        ["   at ", "System.", "Microsoft.", "Npgsql", "Marten", "Postgres", "MassTransit", "Exception", "Nullable", ".cs:", "<script", "mt_"];

    public static HttpRequestMessage Request(BadRequest row, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(row.Method), row.Path ?? path);

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Headers.ExpectContinue = body.Length > 500_000;

            if (row.ContentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", row.ContentType);
            }
        }

        foreach (var (name, value) in row.Headers ?? new Dictionary<string, string>())
        {
            (request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) is true)
                .ShouldBeTrue($"{name} cannot be sent");
        }

        return request;
    }

    /// <summary>Problem details with the status and an entry for each of the fields, and nothing of the inside or of the input.</summary>
    public static async Task ShouldBeRefused(
        this HttpResponseMessage response, int status, IReadOnlyList<string>? fields = null, string? secret = null)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType.ShouldBe(new MediaTypeHeaderValue("application/problem+json"), text);
        text.Length.ShouldBeLessThan(100_000);

        var problem = JsonElement.Parse(text);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();

        Inside.ShouldAllBe(word => !text.Contains(word, StringComparison.Ordinal), text);

        if (secret is not null)
        {
            text.ShouldNotContain(secret);
        }

        if (fields is not null)
        {
            problem.TryGetProperty("errors", out var errors).ShouldBeTrue(text);
            errors.EnumerateObject().Select(error => error.Name).ShouldBe(fields, ignoreOrder: true);
            errors.EnumerateObject().ShouldAllBe(error => error.Value.GetArrayLength() > 0);
        }
    }

    /// <summary>All a service could have stored: facts, announcements, answers to repeat, and received messages.</summary>
    public static async Task<string> Stored<T>(this ServiceFixture<T> service) where T : class => string.Join(
        ", ",
        $"{await service.Count("mt_events")} events",
        $"{await service.Count("mt_streams")} streams",
        $"{await service.Count("outbox")} announcements",
        $"{await service.Count("receipt")} receipts",
        $"{await service.Count("inbox")} messages");
}
