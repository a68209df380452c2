using Governance.Contracts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using JasperFx.Events;
using Marten;
using Marten.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Costs.Forecasts;

/// <summary>A forecast with all its months. One that nobody recorded is about no use case and no revision.</summary>
public sealed record ForecastView(
    Guid? UseCaseId,
    int? Revision,
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyForecast> Strategies,
    BreakEven BreakEven,
    BenefitBasis BenefitBasis,
    decimal? MonthlyBenefit,
    string? BenefitOwner,
    string? BenefitEvidence,
    ServingComparison Serving,
    IReadOnlyList<ClaimCheck> Claims,
    IReadOnlyList<Assumption> Assumptions,
    IReadOnlyList<ForecastWarning> Warnings,
    string PriceBookVersion,
    string PriceBookHash,
    DecisionBasis Basis)
{
    public static ForecastView Of(Forecast forecast, Benefit benefit, string priceBookVersion, string priceBookHash, DecisionBasis basis) => new(
        UseCaseId: null,
        Revision: null,
        forecast.Currency,
        forecast.HorizonMonths,
        forecast.Strategies,
        forecast.BreakEven,
        forecast.BenefitBasis,
        forecast.MonthlyBenefit,
        benefit.Owner,
        benefit.Evidence,
        forecast.Serving,
        forecast.Claims,
        forecast.Assumptions,
        forecast.Warnings,
        priceBookVersion,
        priceBookHash,
        basis);
}

/// <summary>The recorded figures, with the lines and months behind them made again from the recorded facts, prices and policy.</summary>
public static class ReadForecast
{
    public static async Task<Ok<ForecastView>> Handle(
        Guid id,
        Caller caller,
        IQuerySession session,
        Editions<PriceBook> priceBooks,
        VersionedData<CostPolicy> policies,
        CancellationToken ct)
    {
        var recorded = await Latest(id, session, ct);
        caller.RequireSight(recorded?.Facts.BusinessUnit);
        var forecast = Again(
            recorded!, priceBooks.Latest.Get(recorded!.PriceBookVersion), policies.Get(recorded.Basis.PolicyVersion));
        var view = ForecastView.Of(forecast, recorded.Facts.Benefit, recorded.PriceBookVersion, recorded.PriceBookHash, recorded.Basis);

        return TypedResults.Ok(view with { UseCaseId = id, Revision = recorded.Revision });
    }

    private static async Task<CostsForecast?> Latest(Guid id, IQuerySession session, CancellationToken ct)
    {
        var latest = await session.Events.QueryAllRawEvents()
            .Where(e => e.StreamId == id && e.EventTypesAre(typeof(CostsForecast)))
            .OrderByDescending(e => e.Version)
            .FirstOrDefaultAsync(ct);

        return (CostsForecast?)latest?.Data;
    }

    private static Forecast Again(CostsForecast recorded, Versioned<PriceBook> prices, Versioned<CostPolicy> policy)
    {
        var forecast = recorded.Again(prices, policy);

        return Canonical.Hash(forecast.Figures()) == recorded.Basis.ResultHash
            ? forecast
            : throw new NotReproducibleException(
                $"{recorded.Basis.EngineVersion} makes another forecast of this case than the recorded one, so its months cannot be shown; "
                + "its recorded figures are in the audit trail.");
    }
}
