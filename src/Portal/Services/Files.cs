using System.Net.Http.Headers;
using Governance.Portal.SignIn;
using Governance.ServiceDefaults;

namespace Governance.Portal.Services;

/// <summary>What a browser saves as a file. It has a cookie and no token, so the portal fetches the file for it.</summary>
internal static class Files
{
    public static void MapFiles(this WebApplication app)
    {
        var files = app.MapGroup("/files/evidence")
            .RequireAuthorization(policy => policy.Combine(BrowserSignIn.Pages).RequireRole(Roles.Auditor))
            .ExcludeFromDescription();
        files.MapGet("/{id:guid}", (Guid id, Evidence evidence, HttpContext http, CancellationToken ct) =>
            evidence.Fetch($"/api/audit/use-cases/{id}/evidence", $"evidence-{id}.zip", http, ct));
        files.MapGet("/", (DateOnly from, DateOnly to, Evidence evidence, HttpContext http, CancellationToken ct) =>
            evidence.Fetch($"/api/audit/evidence?from={from:yyyy-MM-dd}T00:00:00Z&to={to.AddDays(1):yyyy-MM-dd}T00:00:00Z", $"evidence-{from:yyyyMMdd}-{to:yyyyMMdd}.zip", http, ct));
    }
}

internal sealed class Evidence(Sessions sessions, IHttpClientFactory clients, IConfiguration configuration)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public async Task<IResult> Fetch(string path, string name, HttpContext http, CancellationToken ct)
    {
        if (sessions.Of(http.User) is not { } session || await sessions.AccessToken(session, ct) is not { } token)
        {
            return Results.Redirect("/sign-in");
        }

        var audit = Service.From(configuration).First(service => service.Name is "audit").Address;
        using var client = clients.CreateClient(nameof(Files));
        client.Timeout = Patience;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(audit!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        http.Response.RegisterForDispose(answer);

        return answer.IsSuccessStatusCode
            ? Results.Stream(await answer.Content.ReadAsStreamAsync(ct), "application/zip", name)
            : Results.StatusCode((int)answer.StatusCode);
    }
}
