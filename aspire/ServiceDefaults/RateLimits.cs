using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.ServiceDefaults;

/// <summary>
/// How often one caller may ask a service: so often that no person and no honest client notices, but a loop that has run away
/// leaves room for the others. Who has signed in is counted by subject, everybody else by address.
/// </summary>
public static class RateLimits
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("RateLimit");
        var caller = Rate.From(section.GetSection("Caller"), new(PerSecond: 5_000, Burst: 20_000));
        var address = Rate.From(section.GetSection("Address"), new(PerSecond: 200, Burst: 2_000));

        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
                http.User.FindFirst(Caller.SubjectClaim)?.Value is { } subject
                    ? RateLimitPartition.GetTokenBucketLimiter($"caller {subject}", _ => caller.Bucket)
                    : RateLimitPartition.GetTokenBucketLimiter($"address {http.Connection.RemoteIpAddress}", _ => address.Bucket));
            limiter.OnRejected = (rejected, _) => new(Refuse(rejected));
        });
    }

    private static Task Refuse(OnRejectedContext rejected)
    {
        var http = rejected.HttpContext;
        var pause = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, Math.Ceiling(after.TotalSeconds)) : 1;
        http.Response.Headers.RetryAfter = pause.ToString(CultureInfo.InvariantCulture);

        return TypedResults.Problem(
            statusCode: StatusCodes.Status429TooManyRequests,
            title: "You ask too often.",
            detail: $"Wait {pause:0} s and repeat the request with the same Idempotency-Key; nothing was done.").ExecuteAsync(http);
    }

    /// <summary>Every second the bucket gets so many requests, up to the burst it holds.</summary>
    private sealed record Rate(int PerSecond, int Burst)
    {
        public TokenBucketRateLimiterOptions Bucket { get; } = new()
        {
            TokenLimit = Burst,
            TokensPerPeriod = PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        };

        public static Rate From(IConfigurationSection section, Rate standard) => new(
            Positive(section, nameof(PerSecond), standard.PerSecond), Positive(section, nameof(Burst), standard.Burst));

        private static int Positive(IConfigurationSection section, string name, int standard) =>
            section.GetValue(name, standard) is > 0 and var number
                ? number
                : throw new InvalidOperationException($"{section.Path}:{name} must be a number above 0.");
    }
}
