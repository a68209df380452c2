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
    RetrievalCosts Retrieval,
    Parameter DiscountRatePercent,
    RangePolicy Range,
    Parameter ClaimTolerance,
    ExchangeRates ExchangeRates) : IVersionedData;

/// <summary>One assumed figure with the reason to believe it.</summary>
public sealed record Parameter(string Name, decimal Value, string Unit, string Source);

/// <summary>Input beyond these is refused, or held at the ceiling where growth leads there.</summary>
public sealed record ForecastLimits(
    decimal RequestsPerMonth,
    decimal Amount,
    int Prompts,
    int TokensPerRequest,
    int Examples,
    decimal LowestMonthlyGrowthPercent,
    decimal HighestMonthlyGrowthPercent,
    DateOnly LatestGoLive);

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
    Parameter CacheWriteShare,
    Parameter BatchFromLatencyMilliseconds,
    Parameter BatchShare,
    Parameter EngineeringHoursPerMonth,
    Parameter DefaultPromptCount,
    Parameter NewPromptsPerMonth,
    Parameter RefinementHoursPerPrompt,
    Parameter RefinementGrowthPerFurtherPrompt,
    Parameter OverheadPerThousandTokens,
    Parameter FailureProbability);

public sealed record TuningCosts(
    IReadOnlyDictionary<Tuning, TuningMethod> Methods,
    Parameter Epochs,
    Parameter TrainingRuns,
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
    Parameter Replicas,
    IReadOnlyList<HostingTier> Hosting);

/// <summary>What tuning all weights takes differs from what tuning a few of them takes.</summary>
public sealed record TuningMethod(
    string Name,
    Parameter ComputeFactor,
    Parameter LowestCompute,
    Parameter HighestCompute,
    Parameter FewestExamples,
    Parameter MostExamples,
    Parameter FailureProbability);

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

/// <summary>Retrieval adds the same to every strategy: an index, its upkeep, and the passages each request carries.</summary>
public sealed record RetrievalCosts(
    Parameter BuildDays,
    Parameter CorpusTokens,
    Parameter EmbeddingPerMillionTokens,
    Parameter IndexPerMonth,
    IReadOnlyDictionary<KnowledgeFreshness, Parameter> RefreshesPerMonth,
    Parameter DefaultRefreshesPerMonth,
    Parameter RefreshedShare,
    Parameter ContextTokens,
    Parameter QueryTokens,
    Parameter PerThousandQueries,
    Parameter UpkeepHoursPerMonth);

/// <summary>
/// How far the point values may be off: each driver scales the lines it lists by a factor between its bounds, half of the
/// outcomes below 1 and half above; which factors meet is drawn so many times, from the hash of the facts.
/// </summary>
public sealed record RangePolicy(int Draws, IReadOnlyList<CostDriver> Drivers);

public sealed record CostDriver(string Id, string Name, decimal Low, decimal High, string Source, IReadOnlyList<string> Lines);

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
