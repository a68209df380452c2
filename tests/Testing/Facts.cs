using Governance.Contracts;

namespace Governance.Testing;

/// <summary>Use cases to start a test from; change what matters with <c>with</c> or the short forms below.</summary>
public static class Facts
{
    /// <summary>A complete, validated, high-volume case with good data: the example of the API documentation.</summary>
    public static UseCaseFacts Example { get; } = new()
    {
        Title = "Payment dispute triage",
        Summary = "Classify incoming card dispute letters and route them to the right team with a drafted reply.",
        BusinessUnit = "Retail Banking",
        Sponsor = "Head of Disputes",
        Objective = new()
        {
            Statement = "Cut median time to first reply from 3 days to 4 hours at unchanged error rate.",
            PrimaryOutcome = PrimaryOutcome.Accuracy,
            MissionCritical = true,
            Differentiating = false,
        },
        Domain = Domain.Finance,
        SpecialisedKnowledge = true,
        Lifecycle = Lifecycle.Validated,
        Task = new()
        {
            Kinds = [TaskKind.Classification, TaskKind.StructuredOutput],
            Shape = TaskShape.Standardised,
            StrictOutputFormat = true,
            ConsumedBySystems = true,
            DistinctTasks = 1,
            LanguagesOrDepartments = 2,
            Components = [],
        },
        RequirementsChange = ChangeRate.Yearly,
        HumanReview = HumanReview.Some,
        InconsistencyRisk = Level.High,
        RepeatableBehaviourRequired = true,
        TimeToMarketFirst = false,
        TargetGoLive = new(2027, 4, 1),
        Volume = new()
        {
            RequestsPerMonth = 3_000_000,
            MonthlyGrowthPercent = 2.0m,
            PromptTokensPerRequest = 2400,
            OutputTokensPerRequest = 180,
        },
        LatencyP95Milliseconds = 900,
        PromptCount = 14,
        PromptMaintenanceIsBottleneck = true,
        KnowledgeFreshness = KnowledgeFreshness.None,
        Data = new()
        {
            LabelledExamples = 20_000,
            PromptExamples = 60,
            Clean = true,
            DomainSpecific = true,
            CanKeepFresh = true,
            BiasReviewed = true,
            CanValidateAtScale = true,
            Proprietary = true,
            EvaluationSet = true,
            Categories = [DataCategory.Personal, DataCategory.Financial],
            ThirdPartyTrainingAllowed = false,
            SelfHostingAvailable = true,
        },
        Team = new() { MlEngineers = 3, MlOpsMaturity = MlOpsMaturity.Established, PromptSkills = true },
        Compliance = new()
        {
            Jurisdictions = ["EU"],
            RegulatedSectors = [RegulatedSector.Finance],
            MedicalDevice = false,
            AffectsIndividuals = true,
            AutomatedDecision = false,
            EuAiActArea = EuAiActArea.None,
            InteractsWithPublic = false,
        },
        Model = new() { Base = "gpt-4.1-mini", TunedModelReusedFrom = null },
        Benefit = new()
        {
            Basis = BenefitBasis.HoursSaved,
            HoursPerMonth = 2600,
            HourlyRate = new() { Amount = 48.00m, Currency = "EUR" },
            Claims = [new() { Measure = "minutes per letter", Before = 22, After = 3, ClaimedImprovementPercent = 86.4m }],
        },
        Budget = new() { Amount = 250_000.00m, Currency = "EUR" },
    };

    /// <summary>Only what a submission must state: every optional fact is unknown.</summary>
    public static UseCaseFacts Bare { get; } = new()
    {
        Title = "Unnamed",
        Summary = "A case of which little is known.",
        BusinessUnit = "Operations",
        Objective = new() { Statement = "Answer 30 percent more requests with the same staff." },
        Domain = Domain.General,
        Volume = new() { RequestsPerMonth = 0, PromptTokensPerRequest = 800, OutputTokensPerRequest = 200 },
        Data = new() { LabelledExamples = 0 },
        Compliance = new() { Jurisdictions = ["EU"], RegulatedSectors = [] },
        Benefit = new() { Basis = BenefitBasis.HoursSaved },
    };

    extension(UseCaseFacts facts)
    {
        public UseCaseFacts RequestsPerMonth(decimal requests) =>
            facts with { Volume = facts.Volume with { RequestsPerMonth = requests } };

        public UseCaseFacts LabelledExamples(int examples) =>
            facts with { Data = facts.Data with { LabelledExamples = examples } };

        public UseCaseFacts Data(Func<DataProfile, DataProfile> change) => facts with { Data = change(facts.Data) };

        public UseCaseFacts Task(Func<TaskProfile, TaskProfile> change) => facts with { Task = change(facts.Task ?? new()) };

        public UseCaseFacts Objective(Func<Objective, Objective> change) =>
            facts with { Objective = change(facts.Objective) };

        public UseCaseFacts Compliance(Func<ComplianceProfile, ComplianceProfile> change) =>
            facts with { Compliance = change(facts.Compliance) };
    }
}
