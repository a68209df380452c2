using System.Security.Claims;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Governance.Portal.SignIn;

/// <summary>
/// People sign in at the identity server by code with PKCE and come back with a session cookie. The API takes no cookie, and pages
/// take no token.
/// </summary>
internal static class BrowserSignIn
{
    public const string Cookie = "governance";
    public const string Challenge = "identity";

    private const string Client = "governance-portal";
    private static readonly TimeSpan LongestSession = TimeSpan.FromHours(10);

    /// <summary>What every page demands; signing in happens at the identity server.</summary>
    public static readonly AuthorizationPolicy Pages =
        new AuthorizationPolicyBuilder(Cookie).RequireAuthenticatedUser().Build();

    public static void AddBrowserSignIn(this WebApplicationBuilder builder)
    {
        var keycloak = Authentication.Keycloak.From(builder.Configuration, builder.Environment);
        var secure = builder.Environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;

        builder.Services.AddSingleton<TokenRefresh>();
        builder.Services.AddSingleton<Sessions>();
        builder.Services.AddOptions<CookieAuthenticationOptions>(Cookie).Configure<Sessions>((cookie, sessions) => cookie.SessionStore = sessions);
        builder.Services.AddAntiforgery(form =>
        {
            form.Cookie.Name = "governance.form";
            form.Cookie.SecurePolicy = secure;
        });
        builder.Services.AddAuthentication()
            .AddCookie(Cookie, cookie =>
            {
                cookie.Cookie.Name = Cookie;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = secure;
                cookie.ExpireTimeSpan = LongestSession;
                cookie.SlidingExpiration = false;
                cookie.Events.OnRedirectToLogin = SendToSignIn;
                cookie.Events.OnRedirectToAccessDenied = context =>
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;

                    return Task.CompletedTask;
                };
            })
            .AddOpenIdConnect(Challenge, identity => Configure(identity, keycloak, secure));
    }

    public static void MapBrowserSignIn(this WebApplication app)
    {
        app.MapGet("/session", () => TypedResults.NoContent()).RequireAuthorization(Pages).ExcludeFromDescription();
        app.MapGet("/sign-in", GoToIdentity).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/sign-out", async (HttpContext http, IAntiforgery antiforgery) => await antiforgery.IsRequestValidAsync(http)
            ? Results.SignOut(new() { RedirectUri = "/" }, [Cookie, Challenge])
            : Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "The request did not come from a page of the portal."))
            .RequireAuthorization(Pages).ExcludeFromDescription();
    }

    /// <summary>Never to another site.</summary>
    public static string Local(string? path) => path is ['/', not ('/' or '\\'), ..] && !path.Any(char.IsControl) ? path : "/";

    private static void Configure(OpenIdConnectOptions identity, Authentication.Keycloak keycloak, CookieSecurePolicy secure)
    {
        identity.Authority = keycloak.Issuer;
        identity.RequireHttpsMetadata = keycloak.RequiresTls;
        identity.ClientId = Client;
        identity.SignInScheme = Cookie;
        identity.ResponseType = OpenIdConnectResponseType.Code;
        identity.ResponseMode = OpenIdConnectResponseMode.Query;
        identity.UsePkce = true;
        identity.SaveTokens = true;
        identity.MapInboundClaims = false;
        identity.DisableTelemetry = true;
        identity.BackchannelTimeout = TimeSpan.FromSeconds(5);
        identity.Scope.Add("email");

        // The answer comes back as an ordinary visit, so that these cookies need not travel with requests of other sites.
        identity.CorrelationCookie.SameSite = SameSiteMode.Lax;
        identity.CorrelationCookie.SecurePolicy = secure;
        identity.NonceCookie.SameSite = SameSiteMode.Lax;
        identity.NonceCookie.SecurePolicy = secure;

        identity.Events = new()
        {
            OnTokenValidated = TakeRolesFromAccessToken,
            OnRemoteFailure = context =>
            {
                context.Response.Redirect("/welcome?failed=true");
                context.HandleResponse();

                return Task.CompletedTask;
            },
        };
    }

    /// <summary>
    /// A stranger at the front page is welcomed first. Somebody who opens another page goes on to sign in; anything else, such as a
    /// script whose session has ended, is told so and not sent elsewhere.
    /// </summary>
    private static Task SendToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        var request = context.Request;

        if (!Door.IsPage(request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            context.Response.Redirect(request.Path == "/" ? "/welcome" : $"/sign-in?to={Uri.EscapeDataString($"{request.Path}{request.QueryString}")}");
        }

        return Task.CompletedTask;
    }

    private static async Task GoToIdentity(HttpContext http, string? to, ILogger<TokenRefresh> log)
    {
        try
        {
            await http.ChallengeAsync(Challenge, new() { RedirectUri = Local(to) });
        }
        catch (InvalidOperationException e)
        {
            log.LogError("Nobody can sign in: {Reason}", e.Message);
            http.Response.Redirect("/welcome?failed=true");
        }
    }

    /// <summary>Roles and business units stand in the access token alone, so that is what the session goes by.</summary>
    private static Task TakeRolesFromAccessToken(TokenValidatedContext context)
    {
        var (caller, refusal) = AccessToken.Read(new JsonWebToken(context.TokenEndpointResponse!.AccessToken));

        if (caller is null || caller.FindFirst(Caller.SubjectClaim)!.Value != context.SecurityToken.Subject)
        {
            context.Fail(refusal ?? "The tokens speak of two people.");

            return Task.CompletedTask;
        }

        context.Principal = new ClaimsPrincipal(new ClaimsIdentity(caller.Claims, Cookie, Caller.NameClaim, Caller.RoleClaim));

        return Task.CompletedTask;
    }
}
