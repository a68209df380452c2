using System.Threading.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.RateLimiting;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Governance.Identity;

/// <summary>Answers under Keycloak's paths with tokens of Keycloak's shape, so that the rest of the platform cannot tell.</summary>
public static class LocalSignIn
{
    private const string DefaultUrl = "http://localhost:8081";

    private const int PerSecond = 100;

    private const int Burst = 1_000;

    public static void AddLocalSignIn(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Identity");
        var url = settings["PublicUrl"] ?? DefaultUrl;
        var realm = ReadRealm(settings);
        var keys = Keys.LoadOrCreate(settings["KeysDirectory"]);

        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls(url);
        }

        builder.Services.AddSingleton(realm);
        builder.Services.AddSingleton<SpentCodes>();
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks();
        builder.Services.AddRateLimiter(Slow);
        builder.Services.AddAntiforgery();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddOpenIddict().AddServer(server => Configure(server, realm, keys, new Uri($"{url}/realms/{realm.Name}")));
    }

    public static void MapLocalSignIn(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = Blame });
        app.UseRateLimiter();
        app.UseAuthentication();
        app.MapHealthChecks("/health").DisableRateLimiting();
        app.MapHealthChecks("/alive").DisableRateLimiting();
        app.MapMethods(Endpoint(app.Services.GetRequiredService<Realm>(), "auth"), ["GET", "POST"], SignIn.Handle);
    }

    /// <summary>Nobody signs in a hundred times a second; who guesses passwords would.</summary>
    private static void Slow(RateLimiterOptions limiter)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(
            $"{http.Connection.RemoteIpAddress}",
            _ => new() { TokenLimit = Burst, TokensPerPeriod = PerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }));
        limiter.OnRejected = (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";

            return new(TypedResults.Problem(
                statusCode: StatusCodes.Status429TooManyRequests, title: "You ask too often.", detail: "Wait a second and try again.")
                .ExecuteAsync(rejected.HttpContext));
        };
    }

    /// <summary>A form that cannot be read is the sender's mistake.</summary>
    private static int Blame(Exception failure) => failure is InvalidDataException or BadHttpRequestException
        ? StatusCodes.Status400BadRequest
        : StatusCodes.Status500InternalServerError;

    private static Realm ReadRealm(IConfiguration settings)
    {
        var realm = Realm.Read(settings["RealmFile"] ?? Path.Combine(AppContext.BaseDirectory, "governance-realm.json"));

        return settings["PortalUrl"] is { } portal ? realm.WithPortalAt(portal) : realm;
    }

    private static void Configure(OpenIddictServerBuilder server, Realm realm, Keys keys, Uri issuer)
    {
        server.SetIssuer(issuer)
            .SetConfigurationEndpointUris($"realms/{realm.Name}/.well-known/openid-configuration")
            .SetJsonWebKeySetEndpointUris(Endpoint(realm, "certs"))
            .SetAuthorizationEndpointUris(Endpoint(realm, "auth"))
            .SetTokenEndpointUris(Endpoint(realm, "token"))
            .SetUserInfoEndpointUris(Endpoint(realm, "userinfo"))
            .SetEndSessionEndpointUris(Endpoint(realm, "logout"));

        server.AllowPasswordFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow()
            .AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();

        server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess)
            .SetAccessTokenLifetime(TimeSpan.FromSeconds(realm.AccessTokenSeconds))
            .SetIdentityTokenLifetime(TimeSpan.FromSeconds(realm.AccessTokenSeconds))
            .SetAuthorizationCodeLifetime(TimeSpan.FromSeconds(realm.CodeSeconds))
            .SetRefreshTokenLifetime(TimeSpan.FromSeconds(realm.RefreshTokenSeconds));

        server.AddSigningKey(keys.Signing).AddEncryptionKey(keys.Sealing).DisableAccessTokenEncryption();

        server.EnableDegradedMode()
            .UseAspNetCore().DisableTransportSecurityRequirement().EnableAuthorizationEndpointPassthrough();

        server.AddEventHandler<ValidateTokenRequestContext>(on => on.UseSingletonHandler<ClientRules>())
            .AddEventHandler<ValidateAuthorizationRequestContext>(on => on.UseSingletonHandler<ClientRules>())
            .AddEventHandler<ValidateEndSessionRequestContext>(on => on.UseSingletonHandler<ClientRules>())
            .AddEventHandler<HandleEndSessionRequestContext>(on => on.UseSingletonHandler<SignOut>())
            .AddEventHandler<HandleTokenRequestContext>(on => on.UseSingletonHandler<GrantToken>())
            .AddEventHandler<HandleUserInfoRequestContext>(on => on.UseSingletonHandler<UserInfo>())
            .AddEventHandler<GenerateTokenContext>(on => on.UseSingletonHandler<KeycloakShape>()
                .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 1));

        server.Configure(KeycloakShape.RecogniseAccessTokens);
        server.Configure(options => options.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain));
    }

    private static string Endpoint(Realm realm, string name) => $"realms/{realm.Name}/protocol/openid-connect/{name}";
}
