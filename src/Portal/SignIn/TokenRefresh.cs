using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Governance.Portal.SignIn;

/// <summary>Trades a refresh token for new tokens at the identity server.</summary>
internal sealed class TokenRefresh(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider clock, ILogger<TokenRefresh> log)
{
    public async Task<Renewal> Renew(AuthenticationProperties tokens, CancellationToken ct)
    {
        if (tokens.GetTokenValue("refresh_token") is not { } refreshToken)
        {
            return Renewal.Refused;
        }

        try
        {
            var client = options.Get(BrowserSignIn.Challenge);
            var server = await client.ConfigurationManager!.GetConfigurationAsync(ct);
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["client_id"] = client.ClientId!,
                ["refresh_token"] = refreshToken,
            });
            using var answer = await client.Backchannel.PostAsync(server.TokenEndpoint, form, ct);

            if (!answer.IsSuccessStatusCode)
            {
                return answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized ? Renewal.Refused : Renewal.Unreachable;
            }

            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct));
            var renewed = body.RootElement;
            tokens.UpdateTokenValue("access_token", renewed.GetProperty("access_token").GetString()!);
            tokens.UpdateTokenValue("expires_at", clock.GetUtcNow().AddSeconds(renewed.GetProperty("expires_in").GetInt32()).ToString("o", CultureInfo.InvariantCulture));

            if (renewed.TryGetProperty("refresh_token", out var next))
            {
                tokens.UpdateTokenValue("refresh_token", next.GetString()!);
            }

            return Renewal.Done;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or JsonException or KeyNotFoundException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            log.LogWarning("A session could not be renewed: {Reason}", e.Message);

            return Renewal.Unreachable;
        }
    }
}

/// <summary>What came of asking for new tokens: only a refusal ends a session, an identity server that is away does not.</summary>
internal enum Renewal { Done, Refused, Unreachable }
