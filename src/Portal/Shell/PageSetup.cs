using System.Globalization;
using Governance.Portal.Services;
using Governance.Portal.SignIn;
using Microsoft.AspNetCore.Localization;
using MudBlazor.Services;

namespace Governance.Portal.Shell;

/// <summary>The pages people see: drawn on the server first, then kept alive over a socket, so that no token ever leaves the server.</summary>
internal static class PageSetup
{
    private const long LargestMessage = 1024 * 1024;
    private const int LongestPreference = 5;
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly TimeSpan KeptWhileDisconnected = TimeSpan.FromMinutes(10);
    private static readonly CultureInfo[] Cultures = [CultureInfo.GetCultureInfo("en-GB"), CultureInfo.GetCultureInfo("de-DE")];

    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents()
            .AddInteractiveServerComponents(circuits => circuits.DisconnectedCircuitRetentionPeriod = KeptWhileDisconnected)
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = LargestMessage);
        builder.Services.AddMudServices();
        builder.Services.AddLocalization();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddScoped<Api>();
        builder.Services.AddSingleton<Evidence>();
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/css", "text/javascript"]; // The same for everybody; a page with secrets must not be compressed.
        });
        builder.Services.AddRequestLocalization(culture =>
        {
            culture.DefaultRequestCulture = new(Cultures[0]);
            culture.SupportedCultures = [.. Cultures];
            culture.SupportedUICultures = [.. Cultures];
            culture.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Preferences.CultureCookie }, new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous().DisableRateLimiting();
        app.MapGet("/preferences", Remember).AllowAnonymous().ExcludeFromDescription();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization(BrowserSignIn.Pages);
    }

    private static IResult Remember(HttpContext http, string? culture, string? theme, string? to)
    {
        var options = new CookieOptions
        {
            MaxAge = Year, SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true, Secure = http.Request.IsHttps,
        };

        if (Cultures.FirstOrDefault(known => known.Name == culture) is { } chosen)
        {
            http.Response.Cookies.Append(Preferences.CultureCookie, CookieRequestCultureProvider.MakeCookieValue(new(chosen)), options);
        }

        if (theme is { Length: <= LongestPreference } and ("dark" or "light"))
        {
            http.Response.Cookies.Append(Preferences.ThemeCookie, theme, options);
        }

        return Results.LocalRedirect(BrowserSignIn.Local(to));
    }
}

/// <summary>How somebody likes the pages; in cookies, so that the first byte is right already.</summary>
internal static class Preferences
{
    public const string CultureCookie = "governance.culture";
    public const string ThemeCookie = "governance.theme";

    public static bool IsDark(HttpContext http) => http.Request.Cookies[ThemeCookie] is "dark";
}
