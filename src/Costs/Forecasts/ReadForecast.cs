using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Costs.Forecasts;

public sealed record ForecastView(
    Guid UseCaseId,
    int Revision,
    string Currency,
    int HorizonMonths,
    IReadOnlyList<StrategyForecast> Strategies,
    BreakEven BreakEven,
    decimal? MonthlyBenefit,
    IReadOnlyList<ClaimCheck> Claims,
    IReadOnlyList<Assumption> Assumptions,
    IReadOnlyList<ForecastWarning> Warnings,
    string PriceBookVersion,
    string PriceBookHash,
    DecisionBasis Basis);

public static class ReadForecast
{
    public static async Task<Ok<ForecastView>> Handle(Guid id, Caller caller, IQuerySession session, CancellationToken ct)
    {
        var file = await session.LoadAsync<ForecastFile>(id, ct);
        caller.RequireSight(file?.BusinessUnit);
        var forecast = file!.Forecast;

        return TypedResults.Ok(new ForecastView(
            id,
            file.Revision,
            forecast.Currency,
            forecast.HorizonMonths,
            forecast.Strategies,
            forecast.BreakEven,
            forecast.MonthlyBenefit,
            forecast.Claims,
            forecast.Assumptions,
            forecast.Warnings,
            file.PriceBookVersion,
            file.PriceBookHash,
            file.Basis));
    }
}
