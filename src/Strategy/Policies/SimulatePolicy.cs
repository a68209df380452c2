using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
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

/// <summary>What would become of a recorded decision.</summary>
/// <param name="Flipped">Null where it stays.</param>
/// <param name="IsErased">Its texts are erased, so that nobody can tell what it would be.</param>
public readonly record struct SimulatedDecision(string BusinessUnit, FlippedDecision? Flipped, bool IsErased = false);

/// <summary>What would change for whom. A decision flips when its strategy does; the difference is that of the flipped ones.</summary>
/// <param name="Erased">Those of which nobody can tell, because their texts are erased.</param>
public sealed record SimulationTotals(
    long Decisions, long Flipped, long Erased, IReadOnlyDictionary<string, decimal> CostDifference, IReadOnlyDictionary<string, long> Changes);

/// <summary>
/// Decides every recorded case again under another policy, a draft say, and optionally under another price book, and tells what would
/// change. Nothing is recorded, and no more than a few cases are held at a time, however many there are.
/// </summary>
public static class SimulatePolicy
{
    private const int AtOnce = 500;

    public static async Task Handle(
        string version,
        string? priceBook,
        HttpContext http,
        Editions<StrategyPolicy> policies,
        VersionedData<CostPolicy> costPolicies,
        Neighbours neighbours,
        NpgsqlDataSource database)
    {
        var ct = http.RequestAborted;
        var policy = await policies.Find(version, ct);
        policies.Require(policy.Content);
        var prices = priceBook is null ? null : await Prices(priceBook, http, neighbours);
        var recordedInAll = await RecordedCase.Count(database, ct);
        using var answer = new SimulationAnswer(http.Response.BodyWriter);
        var begun = false;

        await RecordedCase.All(database, ct).ForEachBatch(AtOnce, recorded => recorded.Again(policy, prices, costPolicies), Write, ct);
        Begin();
        answer.End();
        await http.Response.BodyWriter.FlushAsync(ct);

        // Not before the first batch is there: until then a refusal can be told.
        void Begin()
        {
            if (!begun)
            {
                http.Response.ContentType = "application/json; charset=utf-8";
                answer.Begin(policy, prices, recordedInAll, AtOnce);
                begun = true;
            }
        }

        async Task Write(SimulatedDecision[] decided)
        {
            Begin();
            Array.ForEach(decided, answer.Count);

            await answer.Flush(ct);
        }
    }

    private static async Task<Versioned<PriceBook>> Prices(string version, HttpContext http, Neighbours neighbours)
    {
        var edition = await neighbours.Read<EditionView>(http, "costs", $"/api/price-books/{Uri.EscapeDataString(version)}");

        return VersionedData.Parse<PriceBook>(edition.Content!.Value);
    }
}
