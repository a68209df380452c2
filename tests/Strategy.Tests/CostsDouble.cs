using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Governance.Strategy.Tests;

/// <summary>Answers for Costs what a test wants it to, and remembers what it was asked.</summary>
internal sealed class CostsDouble : IAsyncDisposable
{
    private readonly WebApplication app;

    private CostsDouble(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public List<(string Path, string? Token, JsonNode? Body)> Asked { get; } = [];

    public CostOutlook Outlook { get; set; } = Engine.PaysBack;

    public JsonNode? PriceBook { get; set; }

    /// <summary>Answered instead, where set.</summary>
    public IResult? Refusal { get; set; }

    public static async Task<CostsDouble> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var costs = new CostsDouble(app);

        app.MapPost("/api/forecasts/what-if", async (HttpRequest request) =>
        {
            await costs.Note(request);

            return costs.Refusal ?? TypedResults.Json(costs.Outlook, Json.Options);
        });
        app.MapGet("/api/price-books/{version}", async (HttpRequest request, string version) =>
        {
            await costs.Note(request);

            return costs.PriceBook is { } book
                ? TypedResults.Json(new EditionView(version, EditionState.Draft, default, "hash", ["Ada"], null, null, JsonElement.Parse(book.ToJsonString())), Json.Options)
                : Results.Problem(statusCode: 404, title: "Not there.", detail: "There is no version of that name.");
        });
        await app.StartAsync();

        return costs;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task Note(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        Asked.Add((request.Path, request.Headers.Authorization, body.Length > 0 ? JsonNode.Parse(body) : null));
    }
}
