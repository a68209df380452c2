using Governance.Contracts;
using Governance.Strategy.Engine;
using Governance.Testing;

namespace Governance.Strategy.Tests;

/// <summary>The cases of the sources. What a source does not say is realistic where a submission must say it, else unknown.</summary>
internal sealed record GoldenCase(string Id, string Story, UseCaseFacts UseCase)
{
    /// <summary>When tuning pays back at the volume of the case.</summary>
    public CostOutlook Costs
    {
        get => field.BreakEven is { Month: { } month } at
            ? field with { BreakEven = at with { Requests = month * UseCase.Volume.RequestsPerMonth } }
            : field;
        init;
    } = Engine.PaysLate;

    public required IReadOnlyList<StrategyKind> Expected { get; init; }

    public bool? Retrieval { get; init; }

    public Tuning? Tuning { get; init; }

    public IReadOnlyList<string> FailedGates { get; init; } = [];

    public IReadOnlyList<string> Rules { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<string> Conflicts { get; init; } = [];

    private static readonly StrategyKind[] Prompting = [StrategyKind.PromptEngineering];
    private static readonly StrategyKind[] FineTuning = [StrategyKind.FineTuning];

    public static IReadOnlyDictionary<string, GoldenCase> All { get; } = new GoldenCase[]
    {
        new("G01", "Global bank tunes an open model for compliance documents",
            GoodData(Facts.Bare, 12_000) with
            {
                Title = "Compliance document analysis", Domain = Domain.Finance, SpecialisedKnowledge = true,
                Objective = new()
                {
                    Statement = "Raise accuracy of compliance findings above what prompts reach.", PrimaryOutcome = PrimaryOutcome.Accuracy,
                },
                Task = new() { Kinds = [TaskKind.Extraction, TaskKind.Classification], Shape = TaskShape.Standardised },
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 200_000 },
                Compliance = Facts.Bare.Compliance with { RegulatedSectors = [RegulatedSector.Finance] },
            })
        {
            Expected = FineTuning, Tuning = Contracts.Tuning.ParameterEfficient, Warnings = ["F30", "O05"], Conflicts = ["X3", "X5"],
        },

        new("G02", "Retail giant writes product copy from a prompt library",
            GoodData(Facts.Bare, 2_000) with
            {
                Title = "Product copy and support", Domain = Domain.Retail, SpecialisedKnowledge = false,
                Objective = new()
                {
                    Statement = "Publish new product copy every day of the season.", PrimaryOutcome = PrimaryOutcome.Speed,
                },
                Task = new() { Kinds = [TaskKind.Generation, TaskKind.Conversation], DistinctTasks = 2 },
                RequirementsChange = ChangeRate.Weekly, TimeToMarketFirst = true,
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 150_000 },
            })
        {
            Expected = Prompting, Tuning = Contracts.Tuning.None, Rules = ["R01"],
        },

        new("G03", "Healthcare software prompts general queries and tunes medical summaries",
            GoodData(Facts.Bare, 6_000) with
            {
                Title = "Patient portal", Domain = Domain.Healthcare, Lifecycle = Lifecycle.Validated,
                Objective = new()
                {
                    Statement = "Answer patients well and summarise findings safely, 40 percent faster.", PrimaryOutcome = PrimaryOutcome.Accuracy,
                },
                Task = new()
                {
                    Components =
                    [
                        new()
                        {
                            Name = "General queries", RequestShare = 0.7m, SpecialisedKnowledge = false, Sensitive = false, Kinds = [TaskKind.QuestionAnswering],
                        },
                        new()
                        {
                            Name = "Medical summaries", RequestShare = 0.3m, SpecialisedKnowledge = true, Sensitive = true,
                            Shape = TaskShape.Standardised, LabelledExamples = 3_000, Kinds = [TaskKind.Summarisation],
                        },
                    ],
                },
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 200_000 },
                Compliance = Facts.Bare.Compliance with { RegulatedSectors = [RegulatedSector.Healthcare] },
            })
        {
            Expected = [StrategyKind.Hybrid], Rules = ["R08", "R10"], Conflicts = ["X3"],
        },

        new("G04", "Fintech labels transactions and checks policies",
            GoodData(Facts.Bare, 5_000) with
            {
                Title = "Transaction labelling", Domain = Domain.Finance, SpecialisedKnowledge = true,
                Objective = new()
                {
                    Statement = "Label every transaction the same way, day after day.", PrimaryOutcome = PrimaryOutcome.Accuracy,
                },
                Task = new() { Kinds = [TaskKind.Labelling, TaskKind.Classification], Shape = TaskShape.Standardised },
                RequirementsChange = ChangeRate.Stable, InconsistencyRisk = Level.High,
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 400_000 },
            })
        {
            Expected = FineTuning,
        },

        new("G05", "Support platform classifies, summarises and suggests, still early",
            GoodData(Facts.Bare, 1_500) with
            {
                Title = "Support assistant", Domain = Domain.Software,
                Objective = new() { Statement = "Halve the time agents need for a first answer within 1 quarter." },
                Lifecycle = Lifecycle.Pilot,
                Task = new()
                {
                    Kinds = [TaskKind.Classification, TaskKind.Summarisation, TaskKind.Generation],
                    DistinctTasks = 3, Shape = TaskShape.Exploratory,
                },
                RequirementsChange = ChangeRate.Monthly, HumanReview = HumanReview.Most,
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 90_000 },
            })
        {
            Expected = Prompting, Rules = ["R01"],
        },

        new("G06", "CRM copilot follows internal language, reviewed by people",
            GoodData(Facts.Bare, 1_000) with
            {
                Title = "CRM copilot", Domain = Domain.Software,
                Objective = new()
                {
                    Statement = "Save every account manager 2 hours a week.", PrimaryOutcome = PrimaryOutcome.Adaptability,
                },
                Lifecycle = Lifecycle.Production,
                RequirementsChange = ChangeRate.Weekly, HumanReview = HumanReview.All, InconsistencyRisk = Level.Low,
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 20_000 },
            })
        {
            Expected = Prompting,
        },

        new("G08", "Construction estimates by a custom model, filed under a legal heading",
            GoodData(Facts.Bare, 3_000) with
            {
                Title = "Fine-tuning for deep legal insight", Domain = Domain.Construction, SpecialisedKnowledge = true,
                Objective = new()
                {
                    Statement = "Bring estimates from hours to seconds with fewer errors.", PrimaryOutcome = PrimaryOutcome.Accuracy, Differentiating = true,
                },
                Lifecycle = Lifecycle.Production,
                Task = new() { Kinds = [TaskKind.Extraction], Shape = TaskShape.Standardised },
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 60_000 },
            })
        {
            Expected = FineTuning, Conflicts = ["X9"],
        },

        new("G09", "Contact centre scores calls against a rubric",
            GoodData(Facts.Bare, 2_000) with
            {
                Title = "Call scorecard", Domain = Domain.Software, SpecialisedKnowledge = false,
                Objective = new() { Statement = "Score all calls instead of 3 percent of them, at equal or better accuracy." },
                Task = new() { Kinds = [TaskKind.Scoring], Shape = TaskShape.Standardised },
                RequirementsChange = ChangeRate.Monthly,
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 50_000 },
                Benefit = new()
                {
                    Basis = BenefitBasis.HoursSaved,
                    Claims = [new() { Measure = "seconds per call", Before = 1800, After = 10, ClaimedImprovementPercent = 95 }],
                },
            })
        {
            Expected = Prompting, Conflicts = ["X8"], Warnings = ["X8"],
        },

        new("G10", "Every checklist answer points to flexibility", Flexible) { Expected = Prompting },

        new("G11", "Every checklist answer points to stability", Stable) { Expected = FineTuning },

        new("G11-no-data", "Every answer points to stability, but there are no examples", Stable.LabelledExamples(0))
        {
            Expected = Prompting, FailedGates = ["D01", "D02"], Rules = ["R12"],
        },

        new("G11-no-criteria", "Every answer points to stability, but nobody can evaluate",
            Stable.Data(d => d with { EvaluationSet = false }))
        {
            Expected = Prompting, FailedGates = ["D15"],
        },

        new("G13", "Everything speaks for tuning except 400 examples", Facts.Example.LabelledExamples(400))
        {
            Costs = Engine.PaysBack, Expected = Prompting, Tuning = Contracts.Tuning.None, FailedGates = ["D01"], Rules = ["R01", "R12"],
            Conflicts = ["X2"],
        },

        new("G17", "Sensitive data that may neither leave nor be trained on in the house",
            Facts.Example.Data(d => d with { ThirdPartyTrainingAllowed = false, SelfHostingAvailable = false }))
        {
            Costs = Engine.PaysBack, Expected = Prompting, FailedGates = ["D09"], Rules = ["R04", "R12"], Warnings = ["C03"],
        },

        new("G18", "Medical device with everything in place for tuning",
            Facts.Example.Compliance(c => c with { MedicalDevice = true, RegulatedSectors = [RegulatedSector.Healthcare, RegulatedSector.MedicalDevice] })
                with { Title = "Finding triage", Domain = Domain.Healthcare })
        {
            Costs = Engine.PaysBack, Expected = FineTuning, Warnings = ["C04"],
        },

        new("G19", "A tuned medical model is proposed for legal work",
            Facts.Example with
            {
                Domain = Domain.Legal,
                Model = new() { TunedModelReusedFrom = new() { Domain = Domain.Healthcare, TaskKind = TaskKind.Classification } },
            })
        {
            Costs = Engine.PaysBack, Expected = Prompting, FailedGates = ["R13"], Rules = ["R13"],
        },

        new("G19-task", "A tuned summariser is proposed for chat",
            Facts.Example.Task(t => t with { Kinds = [TaskKind.Conversation] }) with
            {
                Model = new() { TunedModelReusedFrom = new() { Domain = Domain.Finance, TaskKind = TaskKind.Summarisation } },
            })
        {
            Costs = Engine.PaysBack, Expected = Prompting, FailedGates = ["R13"], Rules = ["R13"],
        },

        new("G20", "Every millisecond counts under long prompts and high volume",
            GoodData(Facts.Bare, 20_000) with
            {
                Title = "Live bidding assistant", LatencyP95Milliseconds = 200, Domain = Domain.Other,
                Volume = new() { RequestsPerMonth = 5_000_000, PromptTokensPerRequest = 6_000, OutputTokensPerRequest = 50 },
            })
        {
            Expected = [StrategyKind.FineTuning, StrategyKind.Hybrid],
        },

        new("G21", "Otherwise made for tuning, but nobody can tell a good answer",
            Facts.Example.Data(d => d with { EvaluationSet = false }))
        {
            Costs = Engine.PaysBack, Expected = Prompting, FailedGates = ["D15"], Rules = ["R12"],
        },

        new("G22", "Staff ask about facts that change every day",
            GoodData(Facts.Bare, 2_000) with
            {
                Title = "Knowledge assistant", KnowledgeFreshness = KnowledgeFreshness.Daily,
                Task = new() { Kinds = [TaskKind.QuestionAnswering] },
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 80_000 },
            })
        {
            Expected = Prompting, Retrieval = true, Rules = ["R09"],
        },

        new("G23", "Niche product, first version, no machine learning team, little data",
            Facts.Bare.LabelledExamples(120) with
            {
                Title = "Beekeeping adviser", Lifecycle = Lifecycle.Prototype,
                Team = new() { MlEngineers = 0, MlOpsMaturity = MlOpsMaturity.None },
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 3_000 },
            })
        {
            Expected = Prompting, FailedGates = ["D01"], Rules = ["R04", "R07"],
        },

        new("G24", "General, simple, high volume, and tuning does not pay",
            GeneralSimple) { Expected = Prompting, Rules = ["R11"] },

        new("G24-pays", "General, simple, high volume, and tuning pays on cost alone", GeneralSimple)
        {
            Costs = Engine.PaysBack, Expected = FineTuning,
        },

        new("G24-known", "A simple general task in a settled, unattended process",
            Facts.Example.Task(t => t with { StrictOutputFormat = false, ConsumedBySystems = false }) with
            {
                Domain = Domain.General, SpecialisedKnowledge = false, InconsistencyRisk = Level.Low, RepeatableBehaviourRequired = false,
            })
        {
            Expected = Prompting, FailedGates = ["R11"],
        },

        new("G25", "Validated, three million requests a month, stable, 20,000 labels, feeds systems", Facts.Example)
        {
            Costs = Engine.PaysBack, Expected = FineTuning, Tuning = Contracts.Tuning.ParameterEfficient, Rules = ["R03", "R05", "R10", "R14"],
        },

        new("G26", "One model serves twelve departments with eight tasks",
            GoodData(Facts.Bare, 20_000) with
            {
                Title = "Company-wide assistant",
                Task = new() { DistinctTasks = 8, LanguagesOrDepartments = 12 },
                Volume = Facts.Bare.Volume with { RequestsPerMonth = 2_000_000 },
            })
        {
            Expected = Prompting, Conflicts = ["X4"],
        },

        new("G27", "Nobody says what it is for", Facts.Example with { Objective = new() { Statement = "Use AI" } })
        {
            Costs = Engine.PaysBack, Expected = Prompting, FailedGates = ["F36"], Warnings = ["F36"],
        },
    }.ToDictionary(c => c.Id);

    /// <summary>Data that passes every gate, so that only the strategy is at stake.</summary>
    internal static UseCaseFacts GoodData(UseCaseFacts facts, int examples) => facts with
    {
        Data = Facts.Example.Data with { LabelledExamples = examples, Categories = null },
    };

    private static UseCaseFacts Flexible => GoodData(Facts.Bare, 20_000) with
    {
        RequirementsChange = ChangeRate.Weekly,
        HumanReview = HumanReview.Most,
        InconsistencyRisk = Level.Low,
        Task = new() { Shape = TaskShape.Exploratory },
        Volume = Facts.Bare.Volume with { RequestsPerMonth = 15_000 },
        RepeatableBehaviourRequired = false,
        TimeToMarketFirst = true,
    };

    private static UseCaseFacts Stable => GoodData(Facts.Bare, 20_000) with
    {
        RequirementsChange = ChangeRate.Stable,
        HumanReview = HumanReview.None,
        InconsistencyRisk = Level.High,
        Task = new() { Shape = TaskShape.Standardised },
        Volume = Facts.Bare.Volume with { RequestsPerMonth = 60_000 },
        RepeatableBehaviourRequired = true,
        TimeToMarketFirst = false,
    };

    private static UseCaseFacts GeneralSimple => GoodData(Facts.Bare, 20_000) with
    {
        SpecialisedKnowledge = false,
        Task = new() { Kinds = [TaskKind.Summarisation], DistinctTasks = 1 },
        Volume = Facts.Bare.Volume with { RequestsPerMonth = 2_000_000 },
    };
}
