using System.Net.Http.Headers;
using Governance.Portal.SignIn;
using Governance.ServiceDefaults;

namespace Governance.Portal.Services;

/// <summary>What a browser saves as a file. It has a cookie and no token, so the portal fetches the file for it.</summary>
internal static class Files
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static void MapFiles(this WebApplication app) =>
        app.MapGet("/files/evidence/{id:guid}", Evidence)
            .RequireAuthorization(policy => policy.Combine(BrowserSignIn.Pages).RequireRole(Roles.Auditor))
            .ExcludeFromDescription();

    private static async Task<IResult> Evidence(
        Guid id, HttpContext http, Sessions sessions, IHttpClientFactory clients, IConfiguration configuration, CancellationToken ct)
    {
        if (sessions.Of(http.User) is not { } session || await sessions.AccessToken(session, ct) is not { } token)
        {
            return Results.Redirect("/sign-in");
        }

        var audit = Service.From(configuration).First(service => service.Name is "audit").Address;
        using var client = clients.CreateClient(nameof(Files));
        client.Timeout = Patience;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(audit!, $"/api/audit/use-cases/{id}/evidence"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        http.Response.RegisterForDispose(answer);

        return answer.IsSuccessStatusCode
            ? Results.Stream(await answer.Content.ReadAsStreamAsync(ct), "application/zip", $"evidence-{id}.zip")
            : Results.StatusCode((int)answer.StatusCode);
    }
}
