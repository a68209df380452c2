using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Governance.Portal.SignIn;

/// <summary>Trades a refresh token for new tokens at the identity server.</summary>
internal sealed class TokenRefresh(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider clock, ILogger<TokenRefresh> log)
{
    /// <returns>False when the identity server refuses or cannot be reached: then the person signs in again.</returns>
    public async Task<bool> Renew(AuthenticationProperties tokens, CancellationToken ct)
    {
        if (tokens.GetTokenValue("refresh_token") is not { } refreshToken)
        {
            return false;
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
                return false;
            }

            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct));
            var renewed = body.RootElement;
            tokens.UpdateTokenValue("access_token", renewed.GetProperty("access_token").GetString()!);
            tokens.UpdateTokenValue("expires_at", clock.GetUtcNow().AddSeconds(renewed.GetProperty("expires_in").GetInt32()).ToString("o", CultureInfo.InvariantCulture));

            if (renewed.TryGetProperty("refresh_token", out var next))
            {
                tokens.UpdateTokenValue("refresh_token", next.GetString()!);
            }

            return true;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException or JsonException or KeyNotFoundException)
        {
            log.LogWarning("A session could not be renewed: {Reason}", e.Message);

            return false;
        }
    }
}
