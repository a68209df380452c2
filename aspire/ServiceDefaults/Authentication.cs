using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace Governance.ServiceDefaults;

/// <summary>
/// Lets in who carries an access token of the configured Keycloak realm, and nobody else: an endpoint is open to everybody only
/// where it says so itself.
/// </summary>
public static class Authentication
{
    private const int LargestTokenInBytes = 16 * 1024;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KnownKeysInterval = TimeSpan.FromMinutes(15);

    public static void AddKeycloakAuthentication(this IHostApplicationBuilder builder)
    {
        var keycloak = Keycloak.From(builder.Configuration, builder.Environment);

        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessRefusal>();
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(bearer => Configure(bearer, keycloak));
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, ForgetRetiredKeys);
    }

    /// <summary>Any one of the roles is enough.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(roles));

    private static void Configure(JwtBearerOptions bearer, Keycloak keycloak)
    {
        bearer.Authority = keycloak.Issuer;
        bearer.RequireHttpsMetadata = keycloak.RequiresTls;
        bearer.BackchannelTimeout = MetadataTimeout;
        bearer.RefreshInterval = UnknownKeyInterval;
        bearer.AutomaticRefreshInterval = KnownKeysInterval;
        bearer.TokenHandlers.Clear();
        bearer.TokenHandlers.Add(new AccessTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = LargestTokenInBytes });
        bearer.TokenValidationParameters = new()
        {
            IssuerValidator = (issuer, _, _) => issuer == keycloak.Issuer ? issuer : throw new SecurityTokenInvalidIssuerException(),
            ValidateAudience = keycloak.VerifiesAudience,
            ValidAudience = keycloak.Audience,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256],
            TryAllIssuerSigningKeys = false,
            ClockSkew = ClockSkew,
        };
    }

    /// <summary>By default a key stays good for an hour after the realm has dropped it, which is when it may have been stolen.</summary>
    private static void ForgetRetiredKeys(JwtBearerOptions bearer) =>
        ((BaseConfigurationManager)bearer.ConfigurationManager!).UseLastKnownGoodConfiguration = false;

    /// <summary>The configuration section <c>Keycloak</c>, under the names Keycloak's own adapters use.</summary>
    public sealed record Keycloak(string Issuer, string Audience, bool VerifiesAudience, bool RequiresTls)
    {
        private const string LocalServer = "http://localhost:8081";

        public static Keycloak From(IConfiguration configuration, IHostEnvironment environment)
        {
            var section = configuration.GetSection("Keycloak");
            var server = section["auth-server-url"] ?? (environment.IsDevelopment() ? LocalServer : null)
                ?? throw new InvalidOperationException("Set Keycloak:auth-server-url to the address of the Keycloak server.");
            var issuer = new Uri($"{server.TrimEnd('/')}/realms/{section["realm"] ?? "governance"}");

            return new(
                issuer.AbsoluteUri,
                section["resource"] ?? "governance-api",
                section.GetValue("verify-token-audience", true),
                RequiresTls: section["ssl-required"] switch
                {
                    "none" => false,
                    "all" => true,
                    _ => !issuer.IsLoopback,
                });
        }
    }
}
