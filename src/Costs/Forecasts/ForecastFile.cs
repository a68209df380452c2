using Governance.Contracts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;

namespace Governance.Costs.Forecasts;

/// <summary>The latest revision of one use case that was forecast.</summary>
public sealed record ForecastFile
{
    public Guid Id { get; init; }

    public int Revision { get; init; }

    public ForecastFile Apply(CostsForecast e) => this with { Revision = e.Revision };
}

/// <summary>
/// The figures of a forecast with everything needed to make it again: its lines, months and assumptions follow from the facts
/// under the named price book and policy. The result hash is that of the figures.
/// </summary>
public sealed record CostsForecast(
    int Revision,
    string Number,
    UseCaseFacts Facts,
    ForecastFigures Figures,
    string PriceBookVersion,
    string PriceBookHash,
    DecisionBasis Basis)
{
    /// <summary>The same forecast, made again by the engine that made it.</summary>
    public Forecast Again(Versioned<PriceBook> prices, Versioned<CostPolicy> policy) =>
        ForecastEngine.Versions.Of(Basis.EngineVersion)(Facts, Basis.InputHash, prices, policy);
}
