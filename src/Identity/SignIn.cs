using System.Text.Encodings.Web;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace Governance.Identity;

/// <summary>The page a browser signs in on: one form, no script, nothing from elsewhere, and no session to forget about.</summary>
internal static class SignIn
{
    public static async Task<IResult> Handle(HttpContext http, IAntiforgery antiforgery, Realm realm)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("Not an authorization request.");
        var submitted = HttpMethods.IsPost(http.Request.Method) && http.Request.Form.ContainsKey("password");

        if (request.HasPromptValue(OpenIddictConstants.PromptValues.None))
        {
            return Results.Forbid(Because(OpenIddictConstants.Errors.LoginRequired), [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
        }

        if (submitted && await antiforgery.IsRequestValidAsync(http)
            && realm.SignIn(http.Request.Form["username"], http.Request.Form["password"]) is { } account)
        {
            var principal = GrantToken.Principal(account, request.GetScopes()).SetAuthorizationId(SpentCodes.NewStamp());

            return Results.SignIn(principal, properties: null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        }

        Protect(http.Response, request);

        return Results.Content(Page(request, antiforgery.GetAndStoreTokens(http), submitted), "text/html; charset=utf-8");
    }

    private static AuthenticationProperties Because(string error) =>
        new(new Dictionary<string, string?> { [OpenIddictServerAspNetCoreConstants.Properties.Error] = error });

    /// <summary>Browsers hold the redirect after a form to form-action too, so the client's origin has to be on that list.</summary>
    private static void Protect(HttpResponse response, OpenIddictRequest request)
    {
        var client = new Uri(request.RedirectUri!).GetLeftPart(UriPartial.Authority);

        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'unsafe-inline'; form-action 'self' {client}; frame-ancestors 'none'; base-uri 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
    }

    private static string Page(OpenIddictRequest request, AntiforgeryTokenSet tokens, bool failed) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>{{(failed ? "Error: " : "")}}Sign in to Governance</title>
          <style>
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 3rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
            label { display: block; margin-top: 1rem; font-weight: 600 }
            input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border: 1px solid #595959; border-radius: .25rem }
            button { margin-top: 1.5rem; font: inherit; padding: .5rem 1.5rem; color: #fff; background: #0b5394; border: 0; border-radius: .25rem }
            :focus-visible { outline: 3px solid #0b5394; outline-offset: 2px }
            .error { padding: .5rem 1rem; border-left: .25rem solid #b3261e }
          </style>
        </head>
        <body>
          <main>
            <h1>Sign in to Governance</h1>
            {{(failed ? "<p class=\"error\" role=\"alert\">That name and password do not belong together, or the page was open too long. Try again.</p>" : "")}}
            <form method="post">
              {{Hidden(request, tokens)}}
              <label for="username">Account</label>
              <input id="username" name="username" autocomplete="username" autocapitalize="none" required autofocus>
              <label for="password">Password</label>
              <input id="password" name="password" type="password" autocomplete="current-password" required>
              <button type="submit">Sign in</button>
            </form>
          </main>
        </body>
        </html>
        """;

    /// <summary>The authorization request travels with the form, since a posted one is read from the body alone.</summary>
    private static string Hidden(OpenIddictRequest request, AntiforgeryTokenSet tokens) => string.Concat(
        request.GetParameters()
            .Where(parameter => parameter.Key is not ("username" or "password") && parameter.Key != tokens.FormFieldName)
            .Select(parameter => (parameter.Key, (string?)parameter.Value))
            .Append((tokens.FormFieldName, tokens.RequestToken))
            .Select(field => $"<input type=\"hidden\" name=\"{Encode(field.Item1)}\" value=\"{Encode(field.Item2)}\">"));

    private static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
