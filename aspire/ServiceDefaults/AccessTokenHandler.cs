using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Governance.ServiceDefaults;

/// <summary>
/// Proves an access token once and knows its caller again until it expires, for a signature costs more than most requests. Only a token
/// whose signing key the realm still publishes is known again.
/// </summary>
internal sealed class AccessTokenHandler : JsonWebTokenHandler, IDisposable
{
    private const int MostCharactersKept = 32 * 1024 * 1024;

    private readonly MemoryCache proven = new(new MemoryCacheOptions { SizeLimit = MostCharactersKept });

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (proven.TryGetValue<TokenValidationResult>(token, out var before) && await IsPublished(before!.SecurityToken.SigningKey, validationParameters))
        {
            return before;
        }

        var result = await base.ValidateTokenAsync(token, validationParameters);

        if (!result.IsValid)
        {
            return result;
        }

        var read = (JsonWebToken)result.SecurityToken;
        var (caller, refusal) = AccessToken.Read(read);

        if (refusal is not null)
        {
            return new() { Exception = new AuthenticationFailureException(refusal) };
        }

        return proven.Set(
            token,
            new TokenValidationResult { IsValid = true, SecurityToken = read, ClaimsIdentity = caller },
            new MemoryCacheEntryOptions { AbsoluteExpiration = read.ValidTo + validationParameters.ClockSkew, Size = token.Length });
    }

    public void Dispose() => proven.Dispose();

    /// <summary>Keys that were fetched again are others, even where they are equal, so the token is then proven anew.</summary>
    private static async Task<bool> IsPublished(SecurityKey key, TokenValidationParameters parameters) =>
        (await parameters.ConfigurationManager.GetBaseConfigurationAsync(CancellationToken.None)).SigningKeys.Contains(key);
}
