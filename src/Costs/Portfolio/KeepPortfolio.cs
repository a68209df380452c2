using System.Text.Json;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Costs.Portfolio;

/// <summary>
/// Keeps one row per case for the leadership's figures: money, strategy, tier and when each stage was reached; no text a person
/// wrote. Facts may arrive in any order: each fills its own columns, a later revision empties the others, and an older one changes
/// nothing.
/// </summary>
public sealed class KeepPortfolioConsumer(Decisions decisions) :
    IConsumer<CostForecast>,
    IConsumer<StrategyRecommended>,
    IConsumer<ReviewOpened>,
    IConsumer<ChangesRequested>,
    IConsumer<UseCaseApproved>,
    IConsumer<UseCaseRejected>,
    IConsumer<UseCaseWithdrawn>
{
    /// <summary>
    /// Cost, return and payback are those of the recommended variant, whichever of the two is known first. The transaction that changed a
    /// row last is kept with it, so that a reader need only read what has changed since it last looked.
    /// </summary>
    public const string Schema = """
        create table if not exists portfolio_case(
            use_case_id uuid primary key,
            revision int not null,
            first_at timestamptz not null,
            currency text,
            horizon_months int,
            variants jsonb,
            forecast_at timestamptz,
            business_unit text,
            strategy text,
            variant text,
            assessed_at timestamptz,
            tier text,
            review_at timestamptz,
            changes_at timestamptz,
            approved_at timestamptz,
            valid_until timestamptz,
            rejected_at timestamptz,
            withdrawn_at timestamptz,
            cost numeric generated always as ((variants -> variant ->> 'cost')::numeric) stored,
            roi_percent numeric generated always as ((variants -> variant ->> 'roi')::numeric) stored,
            payback_month int generated always as ((variants -> variant ->> 'payback')::int) stored);
        alter table portfolio_case add column if not exists changed xid8 not null default pg_current_xact_id();
        create index if not exists portfolio_changed on portfolio_case(changed);
        """;

    private static readonly string[] Columns =
    [
        "currency", "horizon_months", "variants", "forecast_at", "business_unit", "strategy", "variant", "assessed_at", "tier", "review_at",
        "changes_at", "approved_at", "valid_until", "rejected_at", "withdrawn_at",
    ];

    public Task Consume(ConsumeContext<CostForecast> context) => Keep(
        context,
        at => [
            ("currency", context.Message.Currency),
            ("horizon_months", context.Message.HorizonMonths),
            ("variants", JsonSerializer.Serialize(context.Message.Strategies.ToDictionary(
                cost => VariantOf(cost.Strategy, cost.Tuning, cost.Retrieval),
                cost => new { cost = cost.Total, roi = cost.RoiPercent, payback = cost.PaybackMonth }), Json.Options)),
            ("forecast_at", at)]);

    public Task Consume(ConsumeContext<StrategyRecommended> context) => Keep(
        context,
        at => [
            ("business_unit", context.Message.Facts.BusinessUnit),
            ("strategy", Choice.NameOf(context.Message.Assessment.Recommendation)),
            ("variant", VariantOf(context.Message.Assessment.Recommendation, context.Message.Assessment.Tuning, context.Message.Assessment.Retrieval)),
            ("assessed_at", at)]);

    public Task Consume(ConsumeContext<ReviewOpened> context) =>
        Keep(context, at => [("tier", Choice.NameOf(context.Message.Tier)), ("review_at", at)]);

    public Task Consume(ConsumeContext<ChangesRequested> context) => Keep(context, at => [("changes_at", at)]);

    public Task Consume(ConsumeContext<UseCaseApproved> context) =>
        Keep(context, at => [("approved_at", at), ("valid_until", context.Message.ValidUntil.ToUniversalTime())]);

    public Task Consume(ConsumeContext<UseCaseRejected> context) => Keep(context, at => [("rejected_at", at)]);

    public Task Consume(ConsumeContext<UseCaseWithdrawn> context) => Keep(context, at => [("withdrawn_at", at)]);

    private static string VariantOf(StrategyKind strategy, Tuning tuning, bool retrieval) =>
        $"{Choice.NameOf(strategy)}/{Choice.NameOf(tuning)}/{(retrieval ? "retrieval" : "plain")}";

    private Task Keep<T>(ConsumeContext<T> context, Func<DateTimeOffset, (string Column, object Value)[]> known) where T : class, IUseCaseEvent
    {
        var at = FactOrigin.ReadFrom(context).RecordedAt.ToUniversalTime();
        var values = known(at);
        var (useCase, revision) = (context.Message.UseCaseId, context.Message.Revision);

        return decisions.Consume(context, ContractName.Of(typeof(T)), useCase, session =>
            session.QueueSqlCommand(Upsert([.. values.Select(value => value.Column)]), [useCase, revision, at, .. values.Select(value => value.Value)]));
    }

    private static string Upsert(string[] own)
    {
        var kept = Columns.Select(column => own.Contains(column)
            ? $"{column} = excluded.{column}"
            : $"{column} = case when excluded.revision > portfolio_case.revision then null else portfolio_case.{column} end");

        return $"""
            insert into portfolio_case(use_case_id, revision, first_at, {string.Join(", ", own)})
            values (?, ?, ?, {string.Join(", ", own.Select(column => column is "variants" ? "?::jsonb" : "?"))})
            on conflict (use_case_id) do update set
                first_at = least(portfolio_case.first_at, excluded.first_at),
                {string.Join(", ", kept)},
                revision = excluded.revision,
                changed = pg_current_xact_id()
            where excluded.revision >= portfolio_case.revision
            """;
    }
}
