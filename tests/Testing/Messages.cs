using Governance.Contracts;

namespace Governance.Testing;

/// <summary>What the services tell each other, in its plainest form.</summary>
public static class Messages
{
    public const string Number = "UC-2026-0042";

    public static readonly DecisionBasis Basis = new("2026-11", new('a', 64), "engine-1", new('b', 64), new('c', 64));

    public static readonly StrategyAssessment Assessment = new(
        StrategyKind.FineTuning, Retrieval: false, Tuning.ParameterEfficient, Confidence: 0.8m,
        [], [], [], [], [], [], [], [], [], [], [], []);

    public static UseCaseSubmitted Submitted(Guid useCase, UseCaseFacts? facts = null) => new(useCase, 1, Number, facts ?? Facts.Example);

    public static UseCaseRevised Revised(Guid useCase, int revision, UseCaseFacts? facts = null) =>
        new(useCase, revision, Number, facts ?? Facts.Example);

    public static DataReadinessAssessed Readiness(Guid useCase, int revision = 1) =>
        new(useCase, revision, new(ReadinessVerdict.Ready, 100, []), Basis);

    public static CostForecast Forecast(Guid useCase, int revision = 1) => new(
        useCase,
        revision,
        "EUR",
        36,
        [
            new(StrategyKind.PromptEngineering, 0, 400_000, null),
            new(StrategyKind.FineTuning, 120_000, 300_000.25m, 12.5m),
            new(StrategyKind.Hybrid, 90_000, 350_000, null),
        ],
        new(900_000, 9, WithinHorizon: true, "Tuning is paid back in month 9."),
        "2026-11",
        new('d', 64),
        Basis);

    public static StrategyRecommended Recommended(
        Guid useCase, int revision = 1, UseCaseFacts? facts = null, StrategyAssessment? assessment = null, params string[] editors) =>
        new(useCase, revision, Number, facts ?? Facts.Example, editors is [] ? ["submitter"] : editors, assessment ?? Assessment, Basis);

    public static UseCaseWithdrawn Withdrawn(Guid useCase, int revision = 1) => new(useCase, revision, "The budget is gone.");

    public static ReviewOpened ReviewOpened(Guid useCase, int revision = 1) =>
        new(useCase, revision, Number, RiskTier.Medium, [], [new(ReviewQueue.Risk, "baseline", Origin.Moment.AddDays(4))], new('e', 64), Basis);

    public static ChangesRequested ChangesRequested(Guid useCase, int revision = 1) =>
        new(useCase, revision, ReviewQueue.Legal, "legal-reviewer", "Say more about the data.");

    public static UseCaseApproved Approved(Guid useCase, int revision = 1) => new(
        useCase, revision, StrategyKind.FineTuning, "gpt-4.1-mini", ["Review every quarter."], new('e', 64), Origin.Moment.AddDays(270));

    public static UseCaseRejected Rejected(Guid useCase, int revision = 1) =>
        new(useCase, revision, ReviewQueue.Risk, "risk-reviewer", "Too risky.");

    /// <summary>All texts of a case up to a revision, whenever they were written.</summary>
    public static PersonalDataErased Erased(Guid useCase, int revision = 1) => new(
        useCase, revision, Guid.CreateVersion7(), ErasureGround.NoLongerNeeded, "pia", ["adam"], DateTimeOffset.MaxValue.AddYears(-1), Everything: true, [], []);

    /// <summary>A complete case with the text in every member a person writes.</summary>
    public static UseCaseFacts Marked(string text) => Facts.Example with
    {
        Title = $"{text} title",
        Summary = $"{text} summary",
        Sponsor = $"{text} sponsor",
        Objective = Facts.Example.Objective with { Statement = $"{text} statement 30 percent" },
        Task = Facts.Example.Task! with
        {
            Components = [new() { Name = $"{text} one", RequestShare = 0.5m }, new() { Name = $"{text} two", RequestShare = 0.5m }],
        },
        Benefit = Facts.Example.Benefit with
        {
            Owner = $"{text} owner",
            Evidence = $"{text} evidence",
            Claims = [.. Facts.Example.Benefit.Claims!.Select(claim => claim with { Measure = $"{text} measure" })],
        },
    };
}
