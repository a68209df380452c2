using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Governance.Portal;

/// <summary>What every request meets first: limits on its size and its sender's rate, sign-in, and headers that keep browsers from guessing.</summary>
internal static class Door
{
    private const long LargestBody = 1024 * 1024;

    private const string NothingAllowed = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void AddDoor(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.ConfigureHttpJsonOptions(json => Json.Apply(json.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks();
        builder.AddKeycloakAuthentication();
        builder.AddRateLimits();
    }

    public static void UseDoor(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseResponseCompression();
        app.UseWhen(http => !IsPage(http.Request), others => others.UseStatusCodePages());
        app.UseWhen(http => IsPage(http.Request), pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.Use(Protect);
        app.UseRequestLocalization();
        app.UseRouting();
        app.UseAuthentication();
        app.UseWhen(http => http.GetEndpoint() is null && IsPage(http.Request), nowhere => nowhere.Run(NotFound));
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapHealthChecks("/health").AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/alive", new() { Predicate = _ => false }).AllowAnonymous().DisableRateLimiting();
    }

    /// <summary>What a browser opens as a page, as against what scripts and programs ask for.</summary>
    public static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !request.Path.StartsWithSegments("/api")
        && request.Headers.Accept.Any(accepted => accepted?.Contains("text/html", StringComparison.OrdinalIgnoreCase) is true);

    private static Task NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;

        return Task.CompletedTask;
    }

    /// <summary>A page that needs more than nothing says so itself, before its first byte.</summary>
    private static Task Protect(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";

            if (headers.ContentSecurityPolicy.Count == 0)
            {
                headers.ContentSecurityPolicy = NothingAllowed;
            }

            return Task.CompletedTask;
        });

        return next(http);
    }
}
