using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Governance.ServiceDefaults.Tests;

/// <summary>A service that has nothing but the platform's authentication and rate limits in front of a few endpoints.</summary>
internal sealed class ProtectedService : IAsyncDisposable
{
    private readonly WebApplication app;

    private ProtectedService(string identity, Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings).AddInMemoryCollection([new("Keycloak:auth-server-url", identity)]);
        builder.AddKeycloakAuthentication();
        builder.AddRateLimits();

        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.MapGet("/caller", (Caller caller) => caller);
        app.MapPost("/caller", (Caller caller) => caller);
        app.MapGet("/ledger", () => "everything").RequireRole(Roles.Auditor, Roles.Administrator);
        app.MapGet("/open", () => "hello").AllowAnonymous();
    }

    public HttpClient Http { get; private set; } = new();

    public static async Task<ProtectedService> Start(string identity, Dictionary<string, string?>? settings = null)
    {
        var service = new ProtectedService(identity, settings ?? []);
        await service.app.StartAsync();
        service.Http = new() { BaseAddress = new(service.app.Urls.First()) };

        return service;
    }

    public async Task<HttpResponseMessage> Get(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", token is null ? [] : [$"Bearer {token}"]);

        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
