using System.Runtime.CompilerServices;
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
    private const int AtOnce = 500;

    /// <summary>The latest decision of each case.</summary>
    private const string Latest = """
        select e.stream_id, e.data::text from mt_events e
        where e.type = 'strategy_assessed' and not exists (
            select 1 from mt_events l where l.stream_id = e.stream_id and l.version > e.version and l.type = 'strategy_assessed')
        """;

    /// <summary>The same in the order in which Costs tells its forecasts, without sorting what may be large.</summary>
    private const string LatestInOrder = """
        select s.id, e.data::text
        from mt_streams s
        join lateral (
            select data from mt_events where stream_id = s.id and type = 'strategy_assessed' order by version desc limit 1) e on true
        order by s.id
        """;

    public static async Task Handle(
        string version, string? priceBook, HttpContext http, Editions<StrategyPolicy> policies, Neighbours neighbours, NpgsqlDataSource database)
    {
        var ct = http.RequestAborted;
        var policy = await policies.Find(version, ct);
        policies.Require(policy.Content);

        var cases = priceBook is null
            ? Recorded(Latest, database, ct)
            : Repriced(
                Recorded(LatestInOrder, database, ct),
                neighbours.Stream<Repriced>(http, "costs", $"/api/price-books/{Uri.EscapeDataString(priceBook)}/simulation?changesOnly=true"),
                ct);
        using var answer = new SimulationAnswer(http.Response.BodyWriter);
        var begun = false;

        await cases.ForEachBatch(AtOnce, recorded => recorded.Again(policy), Write, ct);
        Begin();
        answer.End();
        await http.Response.BodyWriter.FlushAsync(ct);

        // Not before the first batch is there: until then a refusal can be told.
        void Begin()
        {
            if (!begun)
            {
                http.Response.ContentType = "application/json; charset=utf-8";
                answer.Begin(policy, priceBook);
                begun = true;
            }
        }

        async Task Write((string BusinessUnit, FlippedDecision? Flipped)[] decided)
        {
            Begin();

            foreach (var (businessUnit, flipped) in decided)
            {
                if (answer.Count(businessUnit, flipped))
                {
                    await http.Response.BodyWriter.FlushAsync(ct);
                }
            }
        }
    }

    private static async IAsyncEnumerable<RecordedCase> Recorded(string sql, NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            yield return new(reader.GetGuid(0), reader.GetFieldValue<byte[]>(1));
        }
    }

    /// <summary>Both come in the order of their ids; a case without a new forecast keeps its own.</summary>
    private static async IAsyncEnumerable<RecordedCase> Repriced(
        IAsyncEnumerable<RecordedCase> cases, IAsyncEnumerable<Repriced> forecasts, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var forecast = forecasts.GetAsyncEnumerator(ct);
        var more = await forecast.MoveNextAsync();

        await foreach (var recorded in cases.WithCancellation(ct))
        {
            while (more && forecast.Current.UseCaseId < recorded.Id)
            {
                more = await forecast.MoveNextAsync();
            }

            yield return more && forecast.Current.UseCaseId == recorded.Id ? recorded with { Repriced = forecast.Current } : recorded;
        }
    }

    private readonly record struct RecordedCase(Guid Id, byte[] Json, Repriced? Repriced = null)
    {
        /// <summary>Null where the decision stays.</summary>
        public (string BusinessUnit, FlippedDecision? Flipped) Again(Versioned<StrategyPolicy> policy)
        {
            var was = JsonSerializer.Deserialize<Decided>(Json, ServiceDefaults.Json.Tolerant)!;
            var (before, retrieval) = was.Outcome;
            var costs = Repriced?.Revision == was.Revision ? Repriced.After : was.Input.Costs;
            var after = StrategyEngine.Recommend(was.Input with { Costs = costs }, policy);
            var businessUnit = was.Input.Facts.BusinessUnit;

            return (businessUnit, after == before ? null : new(
                Id,
                was.Number,
                was.Revision,
                businessUnit,
                before,
                after,
                costs.Currency,
                was.Input.Costs.Total(before, retrieval),
                costs.Total(after, retrieval)));
        }
    }

    /// <summary>What is needed of a <see cref="StrategyAssessed"/>.</summary>
    private sealed record Decided(int Revision, string Number, AssessmentInput Input, DecidedOutcome Outcome);

    private sealed record DecidedOutcome(StrategyKind Recommendation, bool Retrieval);
}
