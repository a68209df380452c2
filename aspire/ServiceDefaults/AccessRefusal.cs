using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace Governance.ServiceDefaults;

/// <summary>
/// Says in problem details what is missing: a token, a better token, a role, or the identity server itself. Where a policy names
/// schemes of its own, as pages for browsers do, those answer.
/// </summary>
internal sealed class AccessRefusal(IOptionsMonitor<JwtBearerOptions> bearer) : IAuthorizationMiddlewareResultHandler
{
    private const int RetryAfterSeconds = 5;

    private static readonly AuthorizationMiddlewareResultHandler SchemesOwnAnswer = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult switch
        {
            { Succeeded: true } => next(context),
            _ when policy.AuthenticationSchemes is [_, ..] => SchemesOwnAnswer.HandleAsync(next, context, policy, authorizeResult),
            { Forbidden: true } => Forbid(context, policy),
            _ => Challenge(context),
        };

    private static Task Forbid(HttpContext http, AuthorizationPolicy policy)
    {
        string[] roles = [.. policy.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(requirement => requirement.AllowedRoles)];

        return Write(http, new()
        {
            Status = StatusCodes.Status403Forbidden,
            Title = "You may not do this.",
            Detail = roles is [] ? "Your account lacks a permission." : $"This needs one of the roles: {string.Join(", ", roles)}.",
            Extensions = { ["roles"] = roles },
        });
    }

    private async Task Challenge(HttpContext http)
    {
        var failure = (await http.AuthenticateAsync()).Failure;

        if (failure is SecurityTokenSignatureKeyNotFoundException && !await CanReachKeys(http.RequestAborted))
        {
            http.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            await Write(http, new()
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Title = "Nobody can be let in right now.",
                Detail = "The identity server cannot be reached, so tokens cannot be verified.",
            });

            return;
        }

        http.Response.Headers.WWWAuthenticate = failure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        await Write(http, new() { Status = StatusCodes.Status401Unauthorized, Title = "Sign in first.", Detail = Describe(http, failure) });
    }

    private static string Describe(HttpContext http, Exception? failure) => failure switch
    {
        null when http.Request.Headers.ContainsKey(HeaderNames.Authorization) => "The Authorization header holds no bearer token.",
        null => "Send an access token in the header: Authorization: Bearer <token>.",
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenInvalidAudienceException => "The token is not meant for this API.",
        SecurityTokenInvalidIssuerException => "The token comes from another issuer.",
        AuthenticationFailureException => failure.Message,
        _ => "The token is not valid.",
    };

    private async Task<bool> CanReachKeys(CancellationToken ct)
    {
        try
        {
            await bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(ct);

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static Task Write(HttpContext http, ProblemDetails problem) => TypedResults.Problem(problem).ExecuteAsync(http);
}
