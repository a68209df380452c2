using System.Runtime.CompilerServices;
using System.Text.Json;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
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

/// <summary>
/// Decides every recorded case again under another policy, a draft say, and optionally under another price book, and tells what would
/// change. Nothing is recorded, and no more than a few cases are held at a time, however many there are.
/// </summary>
public static class SimulatePolicy
{
    private const int AtOnce = 500;

    /// <summary>
    /// The latest decision of each case, the first of them at once. The cost policy is that of the forecast it was made on, which arrived
    /// before it; it is looked up only where somebody needs it.
    /// </summary>
    private const string Latest = """
        select s.id, e.data::text, case when @priced then (
            select data -> 'basis' ->> 'policyVersion' from mt_events
            where stream_id = s.id and version < e.version and type = 'costs_received' order by version desc limit 1) end
        from mt_streams s
        join lateral (
            select data, version from mt_events where stream_id = s.id and type = 'strategy_assessed' order by version desc limit 1) e on true
        order by s.id
        """;

    private const string HowMany =
        "select count(*) from mt_streams s where exists (select from mt_events where stream_id = s.id and type = 'strategy_assessed')";

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
        await using var counting = database.CreateCommand(HowMany);
        var recordedInAll = (long)(await counting.ExecuteScalarAsync(ct))!;
        using var answer = new SimulationAnswer(http.Response.BodyWriter);
        var begun = false;

        await Recorded(prices is not null, database, ct).ForEachBatch(AtOnce, recorded => recorded.Again(policy, prices, costPolicies), Write, ct);
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

        async Task Write((string BusinessUnit, FlippedDecision? Flipped)[] decided)
        {
            Begin();

            foreach (var (businessUnit, flipped) in decided)
            {
                answer.Count(businessUnit, flipped);
            }

            await answer.Flush(ct);
        }
    }

    private static async Task<Versioned<PriceBook>> Prices(string version, HttpContext http, Neighbours neighbours)
    {
        var edition = await neighbours.Read<EditionView>(http, "costs", $"/api/price-books/{Uri.EscapeDataString(version)}");

        return VersionedData.Parse<PriceBook>(edition.Content!.Value);
    }

    private static async IAsyncEnumerable<RecordedCase> Recorded(bool priced, NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(Latest);
        command.Parameters.Add(new NpgsqlParameter<bool>("priced", priced));
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            yield return new(reader.GetGuid(0), reader.GetFieldValue<byte[]>(1), priced ? reader.GetString(2) : null);
        }
    }

    private readonly record struct RecordedCase(Guid Id, byte[] Json, string? CostPolicy)
    {
        /// <summary>Null where the decision stays.</summary>
        public (string BusinessUnit, FlippedDecision? Flipped) Again(
            Versioned<StrategyPolicy> policy, Versioned<PriceBook>? prices, VersionedData<CostPolicy> costPolicies)
        {
            var was = JsonSerializer.Deserialize<Decided>(Json, ServiceDefaults.Json.Tolerant)!;
            var (facts, readiness, recorded) = was.Input;
            var (before, retrieval) = was.Outcome;
            var costs = prices is null ? recorded : Outlook(ForecastEngine.PointValues(facts, prices, costPolicies.Get(CostPolicy!)));
            var after = StrategyEngine.Recommend(new(facts, readiness.Whole, costs), policy);

            return (facts.BusinessUnit, after == before ? null : new(
                Id,
                was.Number,
                was.Revision,
                facts.BusinessUnit,
                before,
                after,
                costs.Currency,
                recorded.Total(before, retrieval),
                costs.Total(after, retrieval)));
        }

        private static CostOutlook Outlook(ForecastFigures figures) => new(figures.Currency, figures.HorizonMonths, figures.Strategies, figures.BreakEven);
    }

    /// <summary>What is needed of a <see cref="StrategyAssessed"/>; texts that decide nothing are passed over.</summary>
    private sealed record Decided(int Revision, string Number, DecidedOn Input, DecidedOutcome Outcome);

    private sealed record DecidedOn(UseCaseFacts Facts, DecidedReadiness Readiness, CostOutlook Costs);

    private sealed record DecidedReadiness(ReadinessVerdict Verdict, IReadOnlyList<DecidedCheck> Checks)
    {
        public Readiness Whole => new(Verdict, Score: 0, [.. Checks.Select(check => new ReadinessCheck(check.Id, check.Outcome, "", []))]);
    }

    private sealed record DecidedCheck(string Id, CheckOutcome Outcome);

    private sealed record DecidedOutcome(StrategyKind Recommendation, bool Retrieval);
}
