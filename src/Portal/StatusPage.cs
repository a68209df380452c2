using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Portal;

/// <summary>Whether the platform works, and where to go next. Plain HTML for anybody, also while nobody can sign in.</summary>
internal static class StatusPage
{
    private const string Style = """
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; padding: .4rem .75rem; border-bottom: 1px solid #767676 }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
        a { color: #0b5394 }
        :focus-visible { outline: 3px solid #0b5394; outline-offset: 2px }
        pre { overflow-x: auto; padding: .75rem; background: #f2f2f2 }
        .good, .bad { white-space: nowrap } p.bad { white-space: normal }
        .good::before { content: "✓ "; color: #1a6b2d } .bad { font-weight: 700 } .bad::before { content: "✗ "; color: #a61b1b }
        .wide { overflow-x: auto }
        @media (max-width: 40rem) { body { margin: 1rem auto } th, td { padding: .4rem } ul { padding-left: 1.25rem } }
        """;

    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Hash(Style)}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void AddStatusPage(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<StatusBoard>();
        builder.Services.AddSingleton<Conservation>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Conservation>());
    }

    public static void MapStatusPage(this WebApplication app) => app.MapGet("/status", Handle).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> Handle(
        HttpContext http, StatusBoard board, Conservation conservation, CancellationToken ct)
    {
        var services = await board.Read(ct);
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "no-store";

        return Results.Content(Render(services, conservation.Latest), "text/html; charset=utf-8");
    }

    private static string Render(IReadOnlyList<ServiceStatus> services, IReadOnlyList<Imbalance> imbalances) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>Governance: status</title>
          <style>{{Style}}</style>
        </head>
        <body>
          <header>
            <h1>Governance</h1>
            <p>Decides, case by case, whether an LLM use case should be prompted, fine-tuned or both, and who must sign off.</p>
          </header>
          <main>
            <h2>Status</h2>
            <p role="status" class="{{(services.All(IsGood) ? "good" : "bad")}}">{{Summary(services)}}</p>
            <p>Services, and the facts each has announced to and applied from the others; a dash where it does not say. <a href="/status">Refresh</a></p>
            <div class="wide" role="region" aria-label="Services" tabindex="0">
            <table>
              <thead>
                <tr><th scope="col">Service</th><th scope="col">Health</th><th scope="col" class="number">Waiting</th><th scope="col" class="number">Sent</th><th scope="col" class="number">Parked</th><th scope="col" class="number">Applied</th></tr>
              </thead>
              <tbody>
        {{string.Concat(services.Select(Row))}}      </tbody>
            </table>
            </div>
        {{string.Concat(imbalances.Select(Warning))}}    <h2>Next</h2>
            <ul>
              <li><a href="/">The portal</a></li>
              <li><a href="/api/docs">The API, browsable</a></li>
        {{string.Concat(services.Where(status => status.Service.Address is not null).Select(Document))}}    </ul>
          </main>
        </body>
        </html>
        """;

    private static string Summary(IReadOnlyList<ServiceStatus> services) => services.Count(status => !IsGood(status)) switch
    {
        0 => "All services are healthy.",
        1 => "One service needs attention.",
        var count => $"{count} services need attention.",
    };

    private static string Row(ServiceStatus status) =>
        $"""
                <tr><th scope="row">{Encode(status.Service.Title)}</th><td class="{(IsGood(status) ? "good" : "bad")}">{Encode(status.Health)}</td>{Number(status.Flow?.Waiting)}{Number(status.Flow?.Sent)}{Number(status.Flow?.Parked)}{Number(status.Flow?.Applied)}</tr>

        """;

    private static string Warning(Imbalance imbalance) =>
        $"""
            <p class="bad">{Encode(imbalance.Describe())}</p>

        """;

    private static string Document(ServiceStatus status) =>
        $"""
              <li><a href="{ApiDocs.Path(status.Service.Name)}">OpenAPI of {Encode(status.Service.Title)}</a></li>

        """;

    private static string Number(long? count) =>
        $"<td class=\"number\">{count?.ToString("N0", CultureInfo.InvariantCulture) ?? "–"}</td>";

    private static bool IsGood(ServiceStatus status) => status.Health == "Healthy" && status.Flow is not { Parked: > 0 };

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    private static string Hash(string style) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
}
