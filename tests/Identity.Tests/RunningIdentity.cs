using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Governance.Local;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Governance.Identity.Tests;

/// <summary>Local sign-in as it is, on a port of its own.</summary>
public sealed class RunningIdentity : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string> settings;

    public RunningIdentity() : this(new Dictionary<string, string> { ["Identity:ClientSecrets:usage-gateway"] = "s3cret" })
    {
    }

    internal RunningIdentity(IReadOnlyDictionary<string, string> settings)
    {
        this.settings = settings;
        Url = new($"http://localhost:{Ports.Free()}");
        Http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(Url, "/realms/governance/protocol/openid-connect/") };
        UseKestrel();
        StartServer();
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public async Task<(HttpStatusCode Status, JsonObject Body)> Token(params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await Http.PostAsync("token", form);

        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    public Task<(HttpStatusCode Status, JsonObject Body)> SignIn(string username, string password = "governance") =>
        Token(("grant_type", "password"), ("client_id", "governance-cli"), ("username", username), ("password", password));

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("urls", Url.OriginalString);
        builder.UseSetting("Identity:PublicUrl", Url.GetLeftPart(UriPartial.Authority));

        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }

    protected override void Dispose(bool disposing)
    {
        Http.Dispose();
        base.Dispose(disposing);
    }
}
