namespace Governance.Contracts;

/// <summary>
/// What a business unit declares about a use case. A member that is null is unknown: never false and never zero.
/// Volumes are per month of 30 days, tokens per request.
/// </summary>
public sealed record UseCaseFacts
{
    [Personal] public required string Title { get; init; }
    [Personal] public required string Summary { get; init; }
    public required string BusinessUnit { get; init; }
    [Personal] public string? Sponsor { get; init; }
    public required Objective Objective { get; init; }
    public required Domain Domain { get; init; }
    public bool? SpecialisedKnowledge { get; init; }
    public Lifecycle? Lifecycle { get; init; }
    public TaskProfile? Task { get; init; }
    public ChangeRate? RequirementsChange { get; init; }
    public HumanReview? HumanReview { get; init; }
    public Level? InconsistencyRisk { get; init; }
    public bool? RepeatableBehaviourRequired { get; init; }
    public bool? TimeToMarketFirst { get; init; }
    public DateOnly? TargetGoLive { get; init; }
    public required Volume Volume { get; init; }
    public int? LatencyP95Milliseconds { get; init; }
    public int? PromptCount { get; init; }
    public bool? PromptMaintenanceIsBottleneck { get; init; }
    public KnowledgeFreshness? KnowledgeFreshness { get; init; }
    public required DataProfile Data { get; init; }
    public Team? Team { get; init; }
    public required ComplianceProfile Compliance { get; init; }
    public ModelChoice? Model { get; init; }
    public required Benefit Benefit { get; init; }
    public Money? Budget { get; init; }
}

public sealed record Objective
{
    [Personal] public required string Statement { get; init; }
    public PrimaryOutcome? PrimaryOutcome { get; init; }
    public bool? MissionCritical { get; init; }
    public bool? Differentiating { get; init; }
}

public sealed record TaskProfile
{
    public IReadOnlyList<TaskKind>? Kinds { get; init; }
    public TaskShape? Shape { get; init; }
    public bool? StrictOutputFormat { get; init; }
    public bool? ConsumedBySystems { get; init; }
    public int? DistinctTasks { get; init; }
    public int? LanguagesOrDepartments { get; init; }
    public IReadOnlyList<TaskComponent>? Components { get; init; }
}

/// <summary>A part of a use case that can take a strategy of its own; the request shares of all parts add up to 1.</summary>
public sealed record TaskComponent
{
    [Personal] public required string Name { get; init; }
    public required decimal RequestShare { get; init; }
    public bool? SpecialisedKnowledge { get; init; }
    public TaskShape? Shape { get; init; }
    public bool? Sensitive { get; init; }
    public int? LabelledExamples { get; init; }
    public IReadOnlyList<TaskKind>? Kinds { get; init; }
}

public sealed record Volume
{
    public required decimal RequestsPerMonth { get; init; }
    public decimal? MonthlyGrowthPercent { get; init; }
    public required int PromptTokensPerRequest { get; init; }
    public required int OutputTokensPerRequest { get; init; }
}

public sealed record DataProfile
{
    public required int LabelledExamples { get; init; }
    public int? PromptExamples { get; init; }
    public bool? Clean { get; init; }
    public bool? DomainSpecific { get; init; }
    public bool? CanKeepFresh { get; init; }
    public bool? BiasReviewed { get; init; }
    public bool? CanValidateAtScale { get; init; }
    public bool? Proprietary { get; init; }
    public bool? EvaluationSet { get; init; }
    public IReadOnlyList<DataCategory>? Categories { get; init; }
    public bool? ThirdPartyTrainingAllowed { get; init; }
    public bool? SelfHostingAvailable { get; init; }
}

public sealed record Team
{
    public int? MlEngineers { get; init; }
    public MlOpsMaturity? MlOpsMaturity { get; init; }
    public bool? PromptSkills { get; init; }
}

public sealed record ComplianceProfile
{
    /// <summary>ISO 3166-1 alpha-2 codes, or EU.</summary>
    public required IReadOnlyList<string> Jurisdictions { get; init; }
    public required IReadOnlyList<RegulatedSector> RegulatedSectors { get; init; }
    public bool? MedicalDevice { get; init; }
    public bool? AffectsIndividuals { get; init; }
    public bool? AutomatedDecision { get; init; }
    public EuAiActArea? EuAiActArea { get; init; }
    public ProhibitedPractice? ProhibitedPractice { get; init; }
    public bool? InteractsWithPublic { get; init; }
}

public sealed record ModelChoice
{
    /// <summary>A model id of the price book.</summary>
    public string? Base { get; init; }
    public TunedModel? TunedModelReusedFrom { get; init; }
}

public sealed record TunedModel
{
    public required Domain Domain { get; init; }
    public required TaskKind TaskKind { get; init; }
}

/// <summary>The expected value: hours per month at an hourly rate, or a monthly value, with the claims it rests on.</summary>
public sealed record Benefit
{
    public required BenefitBasis Basis { get; init; }
    public decimal? HoursPerMonth { get; init; }
    public Money? HourlyRate { get; init; }
    public Money? MonthlyValue { get; init; }
    public IReadOnlyList<BenefitClaim>? Claims { get; init; }

    /// <summary>Who answers for the benefit coming true.</summary>
    [Personal] public string? Owner { get; init; }

    /// <summary>What the figures rest on, such as a pilot, a measurement or a contract.</summary>
    [Personal] public string? Evidence { get; init; }
}

public sealed record BenefitClaim
{
    [Personal] public required string Measure { get; init; }
    public required decimal Before { get; init; }
    public required decimal After { get; init; }
    public decimal? ClaimedImprovementPercent { get; init; }
}

/// <summary>An amount in a currency named by its ISO 4217 code.</summary>
public sealed record Money
{
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
}

public enum PrimaryOutcome { Speed, Cost, Accuracy, Adaptability }

public enum Domain
{
    General, Retail, Finance, Insurance, Healthcare, Biomedical, Legal, Construction, PublicSector, Software, Manufacturing,
    Education, Other,
}

public enum Lifecycle { Idea, Prototype, Pilot, Validated, Production }

public enum TaskKind
{
    Classification, Extraction, Labelling, Scoring, StructuredOutput, Summarisation, Generation, Conversation,
    QuestionAnswering, Reasoning,
}

public enum TaskShape { Exploratory, Standardised }

public enum ChangeRate { Daily, Weekly, Monthly, Quarterly, Yearly, Stable }

public enum HumanReview { All, Most, Some, None }

public enum Level { Low, Medium, High }

public enum KnowledgeFreshness { None, Static, Monthly, Daily, Realtime }

public enum DataCategory { Personal, SpecialCategory, Health, Financial, PaymentCard, Children, TradeSecret, Privileged }

public enum MlOpsMaturity { None, Basic, Established, Advanced }

public enum RegulatedSector { Finance, Insurance, Healthcare, MedicalDevice, Legal, PublicSector, Education, Employment }

public enum EuAiActArea
{
    None, ProhibitedPractice, Biometrics, CriticalInfrastructure, Education, Employment, EssentialServices, LawEnforcement,
    Migration, Justice, SafetyComponent,
}

/// <summary>
/// The practices of Art. 5(1) of the EU AI Act, in the order of its letters (a) to (h), with (ba) and (bb). One is stated only where
/// none of the exceptions of its letter applies.
/// </summary>
public enum ProhibitedPractice
{
    None, Manipulation, ExploitingVulnerability, IntimateImagery, ChildAbuseMaterial, SocialScoring, CrimePrediction, FaceScraping,
    EmotionInference, BiometricCategorisation, RemoteBiometricIdentification,
}

public enum BenefitBasis { HoursSaved, Revenue, CostAvoided, RiskReduced }
