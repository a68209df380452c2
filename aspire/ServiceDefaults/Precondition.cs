using Microsoft.AspNetCore.Http;

namespace Governance.ServiceDefaults;

/// <summary>Optimistic concurrency at the door: an update names the state it is based on.</summary>
public static class Precondition
{
    public static string? Of(HttpRequest request) =>
        request.Headers.IfMatch.ToString() is { Length: > 0 } tag ? tag : null;

    /// <exception cref="PreconditionMissingException">The request names no state.</exception>
    /// <exception cref="StaleException">The request names another state.</exception>
    public static void Require(string? ifMatch, string current)
    {
        if (ifMatch is null)
        {
            throw new PreconditionMissingException();
        }

        if (ifMatch != current)
        {
            throw new StaleException(current);
        }
    }
}
