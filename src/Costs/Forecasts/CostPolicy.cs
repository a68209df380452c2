using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Costs.Forecasts;

/// <summary>Every assumption of a forecast that is not a model price. Amounts are in the policy's own currency.</summary>
public sealed record CostPolicy(
    string Version,
    DateTimeOffset EffectiveFrom,
    string Currency,
    int HorizonMonths,
    ForecastLimits Limits,
    DefaultModels DefaultModels,
    PromptingCosts Prompting,
    TuningCosts Tuning,
    HybridCosts Hybrid,
    Parameter ClaimTolerance,
    ExchangeRates ExchangeRates) : IVersionedData;

/// <summary>One assumed figure with the reason to believe it.</summary>
public sealed record Parameter(string Name, decimal Value, string Unit, string Source);

/// <summary>Input beyond these is refused, or held at the ceiling where growth leads there.</summary>
public sealed record ForecastLimits(decimal RequestsPerMonth, decimal Amount, int Prompts);

/// <summary>The models a forecast falls back on where the use case names none, or none that can be tuned.</summary>
public sealed record DefaultModels(
    string Any,
    IReadOnlyDictionary<Domain, string> ByDomain,
    string Tunable,
    string SelfHosted,
    string Source)
{
    public string For(Domain domain) => ByDomain.GetValueOrDefault(domain, Any);
}

public sealed record PromptingCosts(
    Parameter BuildDays,
    Parameter BuildDaysPerPrompt,
    Parameter HourlyRate,
    Parameter HoursPerDay,
    Parameter CachedShare,
    Parameter EngineeringHoursPerMonth,
    Parameter DefaultPromptCount,
    Parameter NewPromptsPerMonth,
    Parameter RefinementHoursPerPrompt,
    Parameter RefinementGrowthPerFurtherPrompt,
    Parameter OverheadPerThousandTokens,
    Parameter FailureProbability);

public sealed record TuningCosts(
    Parameter LowestCompute,
    Parameter HighestCompute,
    Parameter Epochs,
    Parameter TrainingRuns,
    Parameter FewestExamples,
    Parameter MostExamples,
    Parameter PreparationPerExample,
    Parameter LabellingPerExample,
    Parameter TalentMonths,
    Parameter MonthlySalary,
    Parameter ContractorFactor,
    Parameter Validation,
    Parameter RegulatedValidationFactor,
    Parameter MedicalDeviceValidationFactor,
    Parameter IterationCycles,
    Parameter IterationComputeShare,
    Parameter IterationTalentMonths,
    Parameter PromptShareRemoved,
    Parameter PromptWorkKept,
    Parameter OperationsPerMonth,
    IReadOnlyDictionary<MlOpsMaturity, Parameter> OperationsFactor,
    IReadOnlyDictionary<ChangeRate, Parameter> RetrainEveryMonths,
    Parameter DefaultRetrainEveryMonths,
    Parameter RetrainingShare,
    Parameter FailureProbability,
    Parameter Replicas,
    IReadOnlyList<HostingTier> Hosting);

/// <summary>What one dedicated replica of a self-hosted model of up to this size costs, carries, and takes to train.</summary>
public sealed record HostingTier(
    decimal UpToBillionParameters,
    string Hardware,
    decimal MonthlyPerReplica,
    decimal TokensPerMonthPerReplica,
    decimal TrainingPerMillionTokens,
    string Source);

public sealed record HybridCosts(
    Parameter DefaultTunedShare,
    Parameter RoutingUpfront,
    Parameter RoutingPerMonth,
    Parameter FailureProbability);

/// <summary>Units of each currency per euro, all of one day.</summary>
public sealed record ExchangeRates(DateOnly AsOf, string Source, IReadOnlyDictionary<string, decimal> PerEuro)
{
    /// <summary>The factor that turns an amount of one currency into the other.</summary>
    public decimal Between(string from, string to, string field) =>
        RateOf(to, field) / RateOf(from, field);

    private decimal RateOf(string currency, string field) =>
        PerEuro.TryGetValue(currency, out var rate)
            ? rate
            : throw new MissingExchangeRateException(field, currency, PerEuro.Keys.Order(StringComparer.Ordinal));
}
