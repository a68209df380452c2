using Scalar.AspNetCore;

namespace Governance.Portal;

/// <summary>One browsable page over the OpenAPI documents of all services; everything it loads comes from here.</summary>
internal static class ApiDocs
{
    private const string Own =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'none'";

    public static string Path(string service) => $"/api/openapi/{service}.json";

    public static void MapApiDocs(this WebApplication app) => app
        .MapScalarApiReference("/api/docs", docs => docs
            .WithTitle("Governance API")
            .WithOpenApiRoutePattern(Path("{documentName}"))
            .AddDocuments(Service.From(app.Configuration).Select(service => new ScalarDocument(service.Name, service.Title)))
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools()
            .HideClientButton())
        .AddEndpointFilter((context, next) =>
        {
            context.HttpContext.Response.Headers.ContentSecurityPolicy = Own;

            return next(context);
        })
        .AllowAnonymous();
}
