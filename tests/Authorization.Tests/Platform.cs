using Governance.Audit.Trail;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.DataReadiness.Checks;
using Governance.Intake.UseCases;
using Governance.Strategy.Assessments;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Authorization.Tests;

/// <summary>All services in the test process, each with its own database, and use cases to act on.</summary>
public sealed class Platform(PostgresServer postgres) : IAsyncLifetime
{
    public const string OwnUnit = "Retail Banking";
    public const string OtherUnit = "Insurance";

    private static readonly DecisionBasis Basis = new("2026-11", "policy", "engine", "input", "result");

    private readonly ServiceFixture<UseCase> intake = new(postgres);
    private readonly ServiceFixture<ReadinessFile> readiness = new(postgres);
    private readonly ServiceFixture<ForecastFile> costs = new(postgres);
    private readonly ServiceFixture<AssessmentFile> strategy = new(postgres);
    private readonly ServiceFixture<Review> compliance = new(postgres);
    private readonly ServiceFixture<RecordedFact> audit = new(postgres);

    public IReadOnlyDictionary<string, Service> Services { get; private set; } = new Dictionary<string, Service>();

    public async ValueTask InitializeAsync()
    {
        await intake.InitializeAsync();
        await readiness.InitializeAsync();
        await costs.InitializeAsync();
        await strategy.InitializeAsync();
        // Soon after the moment of the messages, so that their deadlines lie ahead on any day.
        compliance.Clock.Advance(Origin.Moment.AddHours(1) - compliance.Clock.GetUtcNow());
        await compliance.InitializeAsync();
        await audit.InitializeAsync();

        Services = new Dictionary<string, Service>
        {
            ["intake"] = new(intake.Services, intake.Anonymous, intake.WithToken, Submit),
            ["data-readiness"] = new(readiness.Services, readiness.Anonymous, readiness.WithToken, (unit, _) => Tell(readiness, Submitted(unit))),
            ["costs"] = new(costs.Services, costs.Anonymous, costs.WithToken, (unit, _) => Tell(costs, Submitted(unit))),
            ["strategy"] = new(strategy.Services, strategy.Anonymous, strategy.WithToken, (unit, _) => Assess(unit)),
            ["compliance"] = new(compliance.Services, compliance.Anonymous, compliance.WithToken, (unit, editor) => Tell(compliance, Recommended(unit, editor))),
            ["audit"] = new(audit.Services, audit.Anonymous, audit.WithToken, (unit, _) => Tell(audit, Submitted(unit))),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await intake.DisposeAsync();
        await readiness.DisposeAsync();
        await costs.DisposeAsync();
        await strategy.DisposeAsync();
        await compliance.DisposeAsync();
        await audit.DisposeAsync();
    }

    private async Task<Guid> Submit(string unit, string editor)
    {
        using var manager = intake.As(new Person($"manager of {unit}", ["portfolio-manager"], [unit]));

        return (await manager.Post("/api/use-cases", Of(unit))).Expect(System.Net.HttpStatusCode.Created).Read<UseCaseReceipt>().Id;
    }

    private async Task<Guid> Assess(string unit)
    {
        var submitted = Submitted(unit);
        await Tell(strategy, submitted);
        await Tell(strategy, new DataReadinessAssessed(submitted.UseCaseId, 1, new(ReadinessVerdict.Ready, 100, []), Basis));

        return await Tell(strategy, new CostForecast(
            submitted.UseCaseId, 1, "EUR", 36,
            [
                new(StrategyKind.PromptEngineering, 0, 400_000, null), new(StrategyKind.FineTuning, 120_000, 300_000, null),
                new(StrategyKind.Hybrid, 90_000, 350_000, null),
            ],
            new(null, null, false, "never"), "2026-11", "prices", Basis));
    }

    private static async Task<Guid> Tell<T>(ServiceFixture<T> service, IUseCaseEvent fact) where T : class
    {
        (await service.Publish(fact)).Fault.ShouldBeNull();

        return fact.UseCaseId;
    }

    private static UseCaseSubmitted Submitted(string unit) => new(Guid.CreateVersion7(), 1, "UC-2026-0042", Of(unit));

    private static StrategyRecommended Recommended(string unit, string editor) => new(
        Guid.CreateVersion7(), 1, "UC-2026-0042", Of(unit), [editor],
        new(StrategyKind.FineTuning, false, Tuning.ParameterEfficient, 0.8m, [], [], [], [], [], [], [], [], [], [], [], []),
        Basis);

    private static UseCaseFacts Of(string unit) => Facts.Example with { BusinessUnit = unit };
}

/// <summary>One platform for all tests.</summary>
[CollectionDefinition(nameof(Platform))]
public sealed class OnePlatform : ICollectionFixture<Platform>;

/// <summary>A running service: how to call it, and how to make a case of a unit that somebody has edited.</summary>
public sealed record Service(
    IServiceProvider Inside, HttpClient Anonymous, Func<string, HttpClient> WithToken, Func<string, string, Task<Guid>> MakeCase);
