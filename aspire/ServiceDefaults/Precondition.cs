using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Governance.ServiceDefaults;

/// <summary>Optimistic concurrency at the door: an update names the state it is based on.</summary>
public static class Precondition
{
    /// <summary>The one state the request names; null where it names none.</summary>
    /// <exception cref="InvalidRequestException">The header is no entity tag.</exception>
    public static string? Of(HttpRequest request)
    {
        if (request.Headers.IfMatch is [])
        {
            return null;
        }

        return EntityTagHeaderValue.TryParse(request.Headers.IfMatch.ToString(), out var tag) && tag.Tag != "*"
            ? tag.ToString()
            : throw new InvalidRequestException("If-Match", "must be one ETag as an answer gave it, quotation marks included, such as \"r1\".");
    }

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
