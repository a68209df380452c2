using System.Text.Json;
using Governance.ServiceDefaults;

namespace Governance.Audit.Sealing;

/// <summary>How far the comparison of a service has come, and what differs since the line before.</summary>
/// <param name="Streams">How many have been compared so far.</param>
/// <param name="Problem">Why the service could not be asked; null where it answered.</param>
public sealed record ReadModelReport(string Service, long Streams, IReadOnlyList<ReadModelDifference> Differing, bool IsDone, string? Problem);

/// <summary>
/// Has every service compare what it shows and decides on with what its events add up to, and answers as it goes, in JSON lines: at least
/// one for each service, the last of which says that it is done or could not be asked.
/// </summary>
internal static class CompareReadModels
{
    public const string ContentType = "application/x-ndjson";

    public static async Task Handle(HttpContext http, Origins origins, ReadModels own)
    {
        var ct = http.RequestAborted;
        http.Response.ContentType = $"{ContentType}; charset=utf-8";

        foreach (var origin in Origins.Names)
        {
            await foreach (var report in Compare(origin, origins, own, ct))
            {
                await JsonSerializer.SerializeAsync(http.Response.Body, report, Json.Options, ct);
                await http.Response.WriteAsync("\n", ct);
                await http.Response.BodyWriter.FlushAsync(ct);
            }
        }
    }

    private static async IAsyncEnumerable<ReadModelReport> Compare(
        string origin, Origins origins, ReadModels own, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var streams = 0L;

        for (ReadModelPosition? next = new(0, Guid.Empty); next is not null;)
        {
            var (page, problem) = await Page(origin, next, origins, own, ct);
            streams += page.Streams;
            next = page.Next;

            yield return new(origin, streams, page.Differing, problem is null && next is null, problem);
        }
    }

    private static async Task<(ReadModelPage Page, string? Problem)> Page(string origin, ReadModelPosition begin, Origins origins, ReadModels own, CancellationToken ct)
    {
        try
        {
            return (origin is Origins.Own ? await own.Compare(begin, ct) : await origins.Ask<ReadModelPage>(origin, $"/internal/read-models?model={begin.Model}&after={begin.After}", ct), null);
        }
        catch (Exception e) when (Origins.IsAway(e, ct))
        {
            return (new(0, [], null), $"{origin} could not be asked: {e.Message}");
        }
    }
}
