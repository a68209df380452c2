using System.Text.Json;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Costs.PriceBooks;

/// <summary>One recorded case with what it was forecast and what it would be under the other prices; the policy stays the recorded one.</summary>
public sealed record SimulatedForecast(
    Guid UseCaseId, string Number, int Revision, string BusinessUnit, ForecastFigures Before, ForecastFigures After);

/// <summary>
/// What a price book, published or still a draft, would change: the latest forecast of every case made again under it, one JSON
/// object a line, while they are read. Nothing is recorded, and memory does not grow with the portfolio.
/// </summary>
public static class SimulatePrices
{
    public const string ContentType = "application/x-ndjson";

    private const int AtOnce = 256;

    /// <summary>Every decision on a case appends one event, so the version of its stream is that of its latest forecast.</summary>
    private const string LatestForecasts =
        """
        select e.stream_id, e.data
        from mt_streams s
        join mt_events e on e.stream_id = s.id and e.version = s.version
        where e.type = 'costs_forecast'
        order by s.id
        """;

    public static async Task Handle(
        string version,
        HttpResponse response,
        Editions<PriceBook> priceBooks,
        VersionedData<CostPolicy> policies,
        NpgsqlDataSource database,
        CancellationToken ct)
    {
        var prices = await priceBooks.Find(version, ct);
        await using var command = database.CreateCommand(LatestForecasts);
        await using var cases = await command.ExecuteReaderAsync(ct);
        response.ContentType = ContentType;
        var together = new List<(Guid UseCase, string Json)>(AtOnce);

        while (await cases.ReadAsync(ct))
        {
            together.Add((cases.GetGuid(0), cases.GetString(1)));

            if (together.Count == AtOnce)
            {
                await Write();
            }
        }

        await Write();

        async Task Write()
        {
            var lines = new byte[together.Count][];
            Parallel.For(0, lines.Length, i => lines[i] = Line(together[i].UseCase, together[i].Json, prices, policies));
            together.Clear();

            foreach (var line in lines)
            {
                await response.Body.WriteAsync(line, ct);
            }

            await response.Body.FlushAsync(ct);
        }
    }

    private static byte[] Line(Guid useCase, string json, Versioned<PriceBook> prices, VersionedData<CostPolicy> policies)
    {
        var recorded = JsonSerializer.Deserialize<CostsForecast>(json, Json.Tolerant)!;
        var after = recorded.Anew(prices, policies.Get(recorded.Basis.PolicyVersion)).Figures();
        var line = new SimulatedForecast(
            useCase, recorded.Number, recorded.Revision, recorded.Facts.BusinessUnit, recorded.Figures, after);

        return [.. JsonSerializer.SerializeToUtf8Bytes(line, Json.Options), (byte)'\n'];
    }
}
