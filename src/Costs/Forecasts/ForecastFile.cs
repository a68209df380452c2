using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>The forecast for the latest revision of one use case.</summary>
public sealed record ForecastFile
{
    public Guid Id { get; init; }

    public int Revision { get; init; }

    public string BusinessUnit { get; init; } = "";

    public Forecast Forecast { get; init; } = null!;

    public string PriceBookVersion { get; init; } = "";

    public string PriceBookHash { get; init; } = "";

    public DecisionBasis Basis { get; init; } = null!;

    public ForecastFile Apply(CostsForecast e) => this with
    {
        Revision = e.Revision,
        BusinessUnit = e.Facts.BusinessUnit,
        Forecast = e.Forecast,
        PriceBookVersion = e.PriceBookVersion,
        PriceBookHash = e.PriceBookHash,
        Basis = e.Basis,
    };
}

/// <summary>A forecast with everything needed to make it again.</summary>
public sealed record CostsForecast(
    int Revision,
    UseCaseFacts Facts,
    Forecast Forecast,
    string PriceBookVersion,
    string PriceBookHash,
    DecisionBasis Basis);
