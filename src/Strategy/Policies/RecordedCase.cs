using System.Runtime.CompilerServices;
using System.Text.Json;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Npgsql;

namespace Governance.Strategy.Policies;

/// <summary>
/// The latest decision of a case, with what it takes to decide it again and nothing else of its event, so that a whole portfolio is read
/// in seconds. A trigger copies it in the transaction that stores the event or blanks it.
/// </summary>
internal readonly record struct RecordedCase(Guid Id, string CostPolicy, byte[] Decision, byte[] Costs)
{
    /// <summary>The cost policy is that of the forecast the decision was made on, which arrived before it.</summary>
    public const string Schema = """
        create table if not exists recorded_case(
            id uuid primary key,
            version bigint not null,
            cost_policy text not null,
            decision text not null,
            costs text not null);

        create or replace function recorded_case_of(stream uuid, assessed bigint, data jsonb) returns setof recorded_case stable language sql as $$
            select
                stream,
                assessed,
                coalesce((
                    select c.data -> 'basis' ->> 'policyVersion' from mt_events c
                    where c.stream_id = stream and c.version < assessed and c.type = 'costs_received' order by c.version desc limit 1), ''),
                jsonb_build_object(
                    'revision', data -> 'revision',
                    'number', data -> 'number',
                    'facts', data -> 'input' -> 'facts',
                    'verdict', data -> 'input' -> 'readiness' -> 'verdict',
                    'checks', (
                        select coalesce(jsonb_agg(jsonb_build_object('id', c -> 'id', 'outcome', c -> 'outcome') order by place), '[]')
                        from jsonb_array_elements(data -> 'input' -> 'readiness' -> 'checks') with ordinality as checks(c, place)),
                    'recommendation', data -> 'outcome' -> 'recommendation',
                    'retrieval', data -> 'outcome' -> 'retrieval')::text,
                jsonb_build_object(
                    'currency', data -> 'input' -> 'costs' -> 'currency',
                    'horizonMonths', data -> 'input' -> 'costs' -> 'horizonMonths',
                    'strategies', (
                        select coalesce(jsonb_agg(jsonb_build_object('strategy', s -> 'strategy', 'upfront', s -> 'upfront', 'total', s -> 'total',
                            'retrieval', coalesce(s -> 'retrieval', 'false')) order by place), '[]')
                        from jsonb_array_elements(data -> 'input' -> 'costs' -> 'strategies') with ordinality as strategies(s, place)),
                    'breakEven', (data -> 'input' -> 'costs' -> 'breakEven') - 'explanation' - 'byFact')::text
        $$;

        create or replace function keep_recorded_case() returns trigger language plpgsql as $$
        begin
            insert into recorded_case as known select * from recorded_case_of(new.stream_id, new.version, new.data)
                on conflict (id) do update set
                    version = excluded.version, cost_policy = excluded.cost_policy, decision = excluded.decision, costs = excluded.costs
                where known.version <= excluded.version;

            return null;
        end $$;

        create or replace trigger keep_recorded_case after insert or update on mt_events
            for each row when (new.type = 'strategy_assessed') execute function keep_recorded_case();

        insert into recorded_case
            select r.* from (
                select distinct on (stream_id) stream_id, version, data from mt_events
                where type = 'strategy_assessed' and not exists (select from recorded_case) order by stream_id, version desc) e,
            recorded_case_of(e.stream_id, e.version, e.data) r;
        """;

    public static async Task<long> Count(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select count(*) from recorded_case");

        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>All cases in the order of their ids, the first of them at once.</summary>
    public static async IAsyncEnumerable<RecordedCase> All(NpgsqlDataSource database, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand("select id, cost_policy, decision, costs from recorded_case order by id");
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            yield return new(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3));
        }
    }

    /// <summary>Decides the case again under another policy and, where given, other prices; not where its texts were erased.</summary>
    public SimulatedDecision Again(
        Versioned<StrategyPolicy> policy, Versioned<PriceBook>? prices, VersionedData<CostPolicy> costPolicies)
    {
        var (was, costPolicy) = (Read<Decided>(Decision), CostPolicy);

        if (PersonalTexts.AreErasedFromJson(Decision))
        {
            return new(was.Facts.BusinessUnit, Flipped: null, IsErased: true);
        }

        var decidedOn = prices is null ? Read<DecidedCosts>(Costs).Whole : Priced(withRetrieval: false);
        var after = StrategyEngine.Recommend(new(was.Facts, was.Readiness, decidedOn), policy);

        if (after == was.Recommendation)
        {
            return new(was.Facts.BusinessUnit, Flipped: null);
        }

        var before = prices is null ? decidedOn : Read<DecidedCosts>(Costs).Whole;
        var now = prices is not null && was.Retrieval ? Priced(withRetrieval: true) : decidedOn;

        return new(was.Facts.BusinessUnit, new(
            Id,
            was.Number,
            was.Revision,
            was.Facts.BusinessUnit,
            was.Recommendation,
            after,
            now.Currency,
            before.Total(was.Recommendation, was.Retrieval),
            now.Total(after, was.Retrieval)));

        CostOutlook Priced(bool withRetrieval)
        {
            var figures = ForecastEngine.PointValues(was.Facts, prices!, costPolicies.Get(costPolicy), withRetrieval);

            return new(figures.Currency, figures.HorizonMonths, figures.Strategies, figures.BreakEven);
        }
    }

    private static T Read<T>(byte[] json) => JsonSerializer.Deserialize<T>(json, Json.Tolerant)!;

    private sealed record Decided(
        int Revision, string Number, UseCaseFacts Facts, ReadinessVerdict Verdict, IReadOnlyList<DecidedCheck> Checks, StrategyKind Recommendation, bool Retrieval)
    {
        public Readiness Readiness => new(Verdict, Score: 0, [.. Checks.Select(check => new ReadinessCheck(check.Id, check.Outcome, "", []))]);
    }

    private sealed record DecidedCheck(string Id, CheckOutcome Outcome);

    /// <summary>Read only where the decision depends on them or has flipped.</summary>
    private sealed record DecidedCosts(string Currency, int HorizonMonths, IReadOnlyList<DecidedCost> Strategies, DecidedBreakEven BreakEven)
    {
        public CostOutlook Whole => new(
            Currency,
            HorizonMonths,
            [.. Strategies.Select(cost => new StrategyCost(cost.Strategy, cost.Upfront, cost.Total, RoiPercent: null, Retrieval: cost.Retrieval))],
            new(BreakEven.Requests, BreakEven.Month, BreakEven.WithinHorizon, Explanation: "", BreakEven.ByVolume));
    }

    private sealed record DecidedCost(StrategyKind Strategy, decimal Upfront, decimal Total, bool Retrieval);

    private sealed record DecidedBreakEven(decimal? Requests, decimal? Month, bool WithinHorizon, IReadOnlyList<BreakEvenBand>? ByVolume = null);
}
