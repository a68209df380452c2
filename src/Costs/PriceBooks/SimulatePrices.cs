using System.Runtime.CompilerServices;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Costs.PriceBooks;

/// <summary>One recorded case with what it was forecast and what it would be under the other prices; the policy stays the recorded one.</summary>
public sealed record SimulatedForecast(
    Guid UseCaseId, string Number, int Revision, string BusinessUnit, ForecastFigures Before, ForecastFigures After);

/// <summary>
/// What a price book, published or still a draft, would change: the latest forecast of every case made again under it, one JSON
/// object a line, in the order of the use cases' ids, while they are read. Nothing is recorded, and memory does not grow with the portfolio.
/// </summary>
public static class SimulatePrices
{
    public const string ContentType = "application/x-ndjson";

    private const int AtOnce = 256;

    /// <summary>Every decision on a case appends one event, so the version of its stream is that of its latest forecast.</summary>
    private const string LatestForecasts =
        """
        select e.stream_id, e.data::text
        from mt_streams s
        join mt_events e on e.stream_id = s.id and e.version = s.version
        where e.type = 'costs_forecast'
        order by s.id
        """;

    public static async Task Handle(
        string version,
        bool? changesOnly,
        HttpResponse response,
        Editions<PriceBook> priceBooks,
        VersionedData<CostPolicy> policies,
        NpgsqlDataSource database,
        CancellationToken ct)
    {
        var simulation = new PriceSimulation(await priceBooks.Find(version, ct), await priceBooks.Current(ct), policies);
        response.ContentType = ContentType;

        await Recorded(database, ct).ForEachBatch(AtOnce, forecast => simulation.Line(forecast.UseCase, forecast.Json, changesOnly is true), Write, ct);

        async Task Write(byte[][] lines)
        {
            foreach (var line in lines)
            {
                await response.Body.WriteAsync(line, ct);
            }

            await response.Body.FlushAsync(ct);
        }
    }

    private static async IAsyncEnumerable<(Guid UseCase, byte[] Json)> Recorded(
        NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(LatestForecasts);
        await using var cases = await command.ExecuteReaderAsync(ct);

        while (await cases.ReadAsync(ct))
        {
            yield return (cases.GetGuid(0), cases.GetFieldValue<byte[]>(1));
        }
    }
}
