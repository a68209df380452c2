using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;

namespace Governance.Costs.Tests.Forecasts;

/// <summary>The shipped data, and a use case small enough to compute by hand.</summary>
internal static class Given
{
    public static Versioned<PriceBook> Prices { get; } =
        VersionedData.FromResources<PriceBook>(typeof(ForecastEngine).Assembly, "PriceBooks").Get("2026-11");

    /// <summary>The book in force today; the one above stays what it was, so that figures computed by hand stay too.</summary>
    public static Versioned<PriceBook> Newest { get; } =
        VersionedData.FromResources<PriceBook>(typeof(ForecastEngine).Assembly, "PriceBooks").InForce(DateTimeOffset.MaxValue);

    public static Versioned<CostPolicy> Policy { get; } =
        VersionedData.FromResources<CostPolicy>(typeof(ForecastEngine).Assembly, "Forecasts/Policies").Get("2026-11");

    public static UseCaseFacts UseCase { get; } = new()
    {
        Title = "Dispute letters",
        Summary = "Sorts incoming letters.",
        BusinessUnit = "Operations",
        Objective = new() { Statement = "Answer within a day." },
        Domain = Domain.Other,
        Volume = new() { RequestsPerMonth = 100_000, PromptTokensPerRequest = 1_000, OutputTokensPerRequest = 200 },
        PromptCount = 4,
        Data = new() { LabelledExamples = 2_000 },
        Team = new() { MlEngineers = 2, MlOpsMaturity = MlOpsMaturity.Established },
        RequirementsChange = ChangeRate.Yearly,
        Compliance = new() { Jurisdictions = ["US"], RegulatedSectors = [] },
        Model = new() { Base = "gpt-4.1-mini" },
        Benefit = new() { Basis = BenefitBasis.HoursSaved },
    };

    /// <summary>High volume of long prompts to a dear model: tuning one of one's own pays back.</summary>
    public static UseCaseFacts PaysOff { get; } = UseCase with
    {
        Model = new() { Base = "gpt-4.1" },
        Volume = new() { RequestsPerMonth = 3_000_000, PromptTokensPerRequest = 2_400, OutputTokensPerRequest = 180 },
        Data = new() { LabelledExamples = 20_000, ThirdPartyTrainingAllowed = false, SelfHostingAvailable = true },
        Benefit = new()
        {
            Basis = BenefitBasis.HoursSaved,
            HoursPerMonth = 2_600,
            HourlyRate = Eur(48),
            Claims = [new() { Measure = "minutes per letter", Before = 22, After = 3, ClaimedImprovementPercent = 50.5m }],
        },
        Budget = Eur(1_234.56m),
    };

    public static Money Usd(decimal amount) => new() { Amount = amount, Currency = "USD" };

    public static Money Eur(decimal amount) => new() { Amount = amount, Currency = "EUR" };

    public static Forecast Forecast(UseCaseFacts facts) => ForecastEngine.Forecast(facts, Prices, Policy);

    public static Forecast Forecast(UseCaseFacts facts, Versioned<PriceBook> prices) => ForecastEngine.Forecast(facts, prices, Policy);

    public static Forecast Forecast(UseCaseFacts facts, CostPolicy policy) =>
        ForecastEngine.Forecast(facts, Prices, new Versioned<CostPolicy>(policy, Hash: ""));

    public static CostLine Line(this Forecast forecast, StrategyKind strategy, string id) => forecast[strategy].Line(id);

    public static CostLine Line(this StrategyForecast variant, string id) => variant.Lines.Single(l => l.Id == id);
}
