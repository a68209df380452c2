using System.Text.Json;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Strategy.Engine;
using Npgsql;

namespace Governance.Strategy.Policies;

/// <summary>A recorded decision that would be another one.</summary>
public sealed record FlippedDecision(
    Guid UseCaseId,
    string Number,
    int Revision,
    string BusinessUnit,
    StrategyKind Before,
    StrategyKind After,
    string Currency,
    decimal? CostBefore,
    decimal? CostAfter);

/// <summary>What would change for whom. A decision flips when its strategy does; the difference is that of the flipped ones.</summary>
public sealed record SimulationTotals(long Decisions, long Flipped, IReadOnlyDictionary<string, decimal> CostDifference, IReadOnlyDictionary<string, long> Changes);

/// <summary>The forecast of one recorded case under another price book, as Costs tells it.</summary>
internal sealed record Repriced(Guid UseCaseId, int Revision, CostOutlook After);

/// <summary>
/// Decides every recorded case again under another policy, a draft say, and optionally under another price book, and tells what would
/// change. Nothing is recorded, and no more than a few cases are held at a time, however many there are.
/// </summary>
public static class SimulatePolicy
{
    private const int Chunk = 500;

    /// <summary>The latest decision of each case.</summary>
    private const string Latest = """
        select e.stream_id, e.data::text from mt_events e
        where e.type = 'strategy_assessed' and not exists (
            select 1 from mt_events l where l.stream_id = e.stream_id and l.version > e.version and l.type = 'strategy_assessed')
        """;

    public static async Task Handle(
        string version, string? priceBook, HttpContext http, Editions<StrategyPolicy> policies, Neighbours neighbours, NpgsqlDataSource database)
    {
        var ct = http.RequestAborted;
        var policy = await policies.Find(version, ct);
        policies.Require(policy.Content);

        var cases = priceBook is null
            ? Recorded(database, ct)
            : Repriced(neighbours.Stream<Repriced>(http, "costs", $"/api/price-books/{Uri.EscapeDataString(priceBook)}/simulation"), database, ct);
        await using var first = cases.GetAsyncEnumerator(ct);
        var any = await first.MoveNextAsync();

        http.Response.ContentType = "application/json; charset=utf-8";
        using var answer = new SimulationAnswer(http.Response.BodyWriter);
        answer.Begin(policy, priceBook);

        for (; any; any = await first.MoveNextAsync())
        {
            var (id, decision, costs) = first.Current;

            if (answer.Count(decision.Input.Facts.BusinessUnit, Again(id, decision, costs, policy)))
            {
                await http.Response.BodyWriter.FlushAsync(ct);
            }
        }

        answer.End();
        await http.Response.BodyWriter.FlushAsync(ct);
    }

    /// <summary>Null where the decision stays.</summary>
    public static FlippedDecision? Again(Guid id, StrategyAssessed decision, CostOutlook? costs, Versioned<StrategyPolicy> policy)
    {
        var (before, input) = (decision.Outcome.Recommendation, decision.Input with { Costs = costs ?? decision.Input.Costs });
        var after = StrategyEngine.Recommend(input, policy);

        return after == before ? null : new(
            id,
            decision.Number,
            decision.Revision,
            input.Facts.BusinessUnit,
            before,
            after,
            input.Costs.Currency,
            decision.Input.Costs.Total(before, decision.Outcome.Retrieval),
            input.Costs.Total(after, decision.Outcome.Retrieval));
    }

    private static async IAsyncEnumerable<(Guid Id, StrategyAssessed Decision, CostOutlook? Costs)> Recorded(
        NpgsqlDataSource database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(Latest);
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            yield return (reader.GetGuid(0), Decision(reader), null);
        }
    }

    private static async IAsyncEnumerable<(Guid Id, StrategyAssessed Decision, CostOutlook? Costs)> Repriced(
        IAsyncEnumerable<Repriced> forecasts, NpgsqlDataSource database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var chunk in forecasts.Chunk(Chunk).WithCancellation(ct))
        {
            var after = chunk.ToDictionary(line => line.UseCaseId);
            await using var command = database.CreateCommand($"{Latest} and e.stream_id = any($1)");
            command.Parameters.AddWithValue(after.Keys.ToArray());
            await using var reader = await command.ExecuteReaderAsync(ct);

            while (await reader.ReadAsync(ct))
            {
                var (id, decision) = (reader.GetGuid(0), Decision(reader));

                yield return (id, decision, after[id].Revision == decision.Revision ? after[id].After : null);
            }
        }
    }

    private static StrategyAssessed Decision(NpgsqlDataReader row) => JsonSerializer.Deserialize<StrategyAssessed>(row.GetFieldValue<byte[]>(1), Json.Tolerant)!;
}
