using System.Globalization;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>A stream of which the ledger does not hold what its origin says it published.</summary>
public sealed record IncompleteStream(string Service, Guid Stream, long Published, long Recorded, long LastPublished, long LastRecorded, string Message);

/// <summary>What one origin says it published against what the ledger holds.</summary>
/// <param name="Problem">Why the origin could not be asked; null where it answered.</param>
public sealed record OriginReport(
    string Service, long Streams, long Published, long Recorded, IReadOnlyList<IncompleteStream> Missing, IReadOnlyList<IncompleteStream> Surplus, string? Problem);

/// <summary>
/// Compares every stream of every origin with the ledger: the number of facts and the last version. Each fact names the one before it,
/// so within a stream nothing can be missing or too much unless one of the two differs. What is on its way at the moment of one look
/// is not counted: only what two looks a few seconds apart agree on.
/// </summary>
public sealed class Completeness(NpgsqlDataSource database, Origins origins, TimeProvider clock)
{
    private const int MostNamed = 100;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);

    public static async Task<Ok<IReadOnlyList<OriginReport>>> Handle(Completeness completeness, CancellationToken ct) =>
        TypedResults.Ok(await completeness.Run(ct));

    public async Task<IReadOnlyList<OriginReport>> Run(CancellationToken ct)
    {
        var reports = new List<OriginReport>();

        foreach (var origin in Origins.Names)
        {
            reports.Add(await LookTwice(origin, ct));
        }

        return reports;
    }

    private async Task<OriginReport> LookTwice(string origin, CancellationToken ct)
    {
        try
        {
            var first = await Look(origin, ct);

            if (first is { Missing.Count: 0, Surplus.Count: 0 })
            {
                return first;
            }

            await Task.Delay(BetweenLooks, clock, ct);
            var second = await Look(origin, ct);

            return second with { Missing = [.. first.Missing.Intersect(second.Missing)], Surplus = [.. first.Surplus.Intersect(second.Surplus)] };
        }
        catch (Exception e) when (Origins.IsAway(e, ct))
        {
            return new(origin, 0, 0, 0, [], [], $"{origin} could not be asked: {e.Message}");
        }
    }

    private async Task<OriginReport> Look(string origin, CancellationToken ct)
    {
        var (streams, published, recorded) = (0L, 0L, 0L);
        var (missing, surplus) = (new List<IncompleteStream>(), new List<IncompleteStream>());
        await using var theirs = Published(origin, ct).GetAsyncEnumerator(ct);
        await using var ours = Recorded(origin, ct).GetAsyncEnumerator(ct);
        var (hasTheirs, hasOurs) = (await theirs.MoveNextAsync(), await ours.MoveNextAsync());

        while (hasTheirs || hasOurs)
        {
            var order = !hasTheirs ? 1 : !hasOurs ? -1 : Compare(theirs.Current.Stream, ours.Current.Stream);
            var said = order <= 0 ? theirs.Current : new(ours.Current.Stream, 0, 0);
            var held = order >= 0 ? ours.Current : new(theirs.Current.Stream, 0, 0);
            streams++;
            published += said.Number;
            recorded += held.Number;

            if (held.Number < said.Number || held.Version < said.Version)
            {
                Name(missing, origin, said, held, "are missing");
            }
            else if (held != said)
            {
                Name(surplus, origin, said, held, "are too many");
            }

            hasTheirs = order <= 0 ? await theirs.MoveNextAsync() : hasTheirs;
            hasOurs = order >= 0 ? await ours.MoveNextAsync() : hasOurs;
        }

        return new(origin, streams, published, recorded, missing, surplus, null);
    }

    private static void Name(List<IncompleteStream> named, string origin, AnnouncedStream said, AnnouncedStream held, string what)
    {
        if (named.Count < MostNamed)
        {
            named.Add(new(origin, said.Stream, said.Number, held.Number, said.Version, held.Version, string.Create(
                CultureInfo.InvariantCulture,
                $"Of stream {said.Stream} {origin} has published {said.Number} facts up to version {said.Version}; the ledger holds {held.Number} up to {held.Version}: {Math.Abs(said.Number - held.Number)} {what}.")));
        }
    }

    /// <summary>PostgreSQL sorts ids as they are written.</summary>
    private static int Compare(Guid a, Guid b) => string.CompareOrdinal(a.ToString(), b.ToString());

    private async IAsyncEnumerable<AnnouncedStream> Published(string origin, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = Guid.Empty; ;)
        {
            var page = origin is Origins.Own
                ? await AnnouncedStream.After(after, database, ct)
                : await origins.Ask<IReadOnlyList<AnnouncedStream>>(origin, $"/internal/announced?after={after}", ct);

            foreach (var stream in page)
            {
                yield return stream;
            }

            if (page.Count < AnnouncedStream.PageSize)
            {
                yield break;
            }

            after = page[^1].Stream;
        }
    }

    private async IAsyncEnumerable<AnnouncedStream> Recorded(string origin, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select stream, max(version), count(*) from fact where service = $1 group by stream order by stream");
        command.Parameters.AddWithValue(origin);
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            yield return new(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2));
        }
    }
}
