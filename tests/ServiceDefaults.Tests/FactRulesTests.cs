using Governance.Contracts;
using Governance.Testing;

namespace Governance.ServiceDefaults.Tests;

/// <summary>Both sides of every limit, one change to a valid declaration at a time.</summary>
public sealed class FactRulesTests
{
    private const decimal Most = 1_000_000_000_000m;

    private static readonly UseCaseFacts Valid = Facts.Example;

    /// <summary>Each entry: the member, the last value that is allowed, and the first that is not.</summary>
    public static TheoryData<string, UseCaseFacts, UseCaseFacts> Limits => new(
    [
        Limit("title", "blank", Valid with { Title = "x" }, Valid with { Title = " \t\n" }),
        Limit("title", "length", Valid with { Title = Letters(200) }, Valid with { Title = Letters(201) }),
        Limit("summary", "blank", Valid with { Summary = "x" }, Valid with { Summary = "\u2003" }),
        Limit("summary", "length", Valid with { Summary = Letters(4_000) }, Valid with { Summary = Letters(4_001) }),
        Limit("businessUnit", "blank", Valid with { BusinessUnit = "x" }, Valid with { BusinessUnit = "" }),
        Limit("businessUnit", "length", Valid with { BusinessUnit = Letters(100) }, Valid with { BusinessUnit = Letters(101) }),
        Limit("sponsor", "blank", Valid with { Sponsor = null }, Valid with { Sponsor = " " }),
        Limit("sponsor", "length", Valid with { Sponsor = Letters(200) }, Valid with { Sponsor = Letters(201) }),
        Limit("objective.statement", "blank", Statement("x"), Statement(" ")),
        Limit("objective.statement", "length", Statement(Letters(2_000)), Statement(Letters(2_001))),
        Limit("task.distinctTasks", "least", Task(t => t with { DistinctTasks = 1 }), Task(t => t with { DistinctTasks = 0 })),
        Limit("task.distinctTasks", "most", Task(t => t with { DistinctTasks = 100_000 }), Task(t => t with { DistinctTasks = 100_001 })),
        Limit("task.languagesOrDepartments", "least", Task(t => t with { LanguagesOrDepartments = 1 }), Task(t => t with { LanguagesOrDepartments = -1 })),
        Limit("task.languagesOrDepartments", "most", Task(t => t with { LanguagesOrDepartments = 100_000 }), Task(t => t with { LanguagesOrDepartments = 100_001 })),
        Limit("task.kinds", "twice", Task(t => t with { Kinds = [TaskKind.Scoring] }), Task(t => t with { Kinds = [TaskKind.Scoring, TaskKind.Scoring] })),
        Limit("task.components", "count", Parts(100), Parts(101)),
        Limit("task.components", "sum above", Parts(0.4m, 0.6m), Parts(0.4m, 0.6000000000000000000000000001m)),
        Limit("task.components", "sum below", Parts(0.1m, 0.2m, 0.7m), Parts(0.1m, 0.2m, 0.6999999999999999999999999999m)),
        Limit("task.components", "one part", Parts(1m), Parts(0m)),
        Limit("task.components", "same name", Parts(1m), Named("Letters", "letters ")),
        Limit("task.components[0].name", "blank", Named("a", "b"), Named(" ", "b")),
        Limit("task.components[1].name", "length", Named("a", Letters(200)), Named("a", Letters(201))),
        Limit("task.components[0].requestShare", "least", Parts(0m, 1m), Parts(-0.1m, 1m)),
        Limit("task.components[1].requestShare", "most", Parts(0m, 1m), Parts(0m, 1.1m)),
        Limit("task.components[0].labelledExamples", "least", Part(p => p with { LabelledExamples = 0 }), Part(p => p with { LabelledExamples = -1 })),
        Limit("task.components[0].kinds", "twice", Part(p => p with { Kinds = [] }), Part(p => p with { Kinds = [TaskKind.Scoring, TaskKind.Scoring] })),
        Limit("volume.requestsPerMonth", "least", Valid.RequestsPerMonth(0), Valid.RequestsPerMonth(-0.01m)),
        Limit("volume.requestsPerMonth", "most", Valid.RequestsPerMonth(100_000_000_000m), Valid.RequestsPerMonth(100_000_000_000.01m)),
        Limit("volume.monthlyGrowthPercent", "least", Volume(v => v with { MonthlyGrowthPercent = -100 }), Volume(v => v with { MonthlyGrowthPercent = -100.1m })),
        Limit("volume.monthlyGrowthPercent", "most", Volume(v => v with { MonthlyGrowthPercent = 1_000 }), Volume(v => v with { MonthlyGrowthPercent = 1_000.1m })),
        Limit("volume.promptTokensPerRequest", "least", Volume(v => v with { PromptTokensPerRequest = 0 }), Volume(v => v with { PromptTokensPerRequest = -1 })),
        Limit("volume.promptTokensPerRequest", "most", Volume(v => v with { PromptTokensPerRequest = 10_000_000 }), Volume(v => v with { PromptTokensPerRequest = 10_000_001 })),
        Limit("volume.outputTokensPerRequest", "least", Volume(v => v with { OutputTokensPerRequest = 0 }), Volume(v => v with { OutputTokensPerRequest = -1 })),
        Limit("volume.outputTokensPerRequest", "most", Volume(v => v with { OutputTokensPerRequest = 10_000_000 }), Volume(v => v with { OutputTokensPerRequest = 10_000_001 })),
        Limit("latencyP95Milliseconds", "least", Valid with { LatencyP95Milliseconds = 1 }, Valid with { LatencyP95Milliseconds = 0 }),
        Limit("promptCount", "least", Valid with { PromptCount = 0 }, Valid with { PromptCount = -1 }),
        Limit("promptCount", "most", Valid with { PromptCount = 100_000 }, Valid with { PromptCount = 100_001 }),
        Limit("targetGoLive", "first", Valid with { TargetGoLive = new(2000, 1, 1) }, Valid with { TargetGoLive = new(1999, 12, 31) }),
        Limit("targetGoLive", "last", Valid with { TargetGoLive = new(2100, 12, 31) }, Valid with { TargetGoLive = new(2101, 1, 1) }),
        Limit("data.labelledExamples", "least", Valid.LabelledExamples(0), Valid.LabelledExamples(-1)),
        Limit("data.promptExamples", "least", Valid.Data(d => d with { PromptExamples = 0 }), Valid.Data(d => d with { PromptExamples = -1 })),
        Limit("data.categories", "twice", Valid.Data(d => d with { Categories = [] }), Valid.Data(d => d with { Categories = [DataCategory.Health, DataCategory.Health] })),
        Limit("team.mlEngineers", "least", Valid with { Team = new() { MlEngineers = 0 } }, Valid with { Team = new() { MlEngineers = -1 } }),
        Limit("team.mlEngineers", "most", Valid with { Team = new() { MlEngineers = 100_000 } }, Valid with { Team = new() { MlEngineers = 100_001 } }),
        Limit("compliance.jurisdictions", "twice", Under("DE", "FR"), Under("DE", "DE")),
        Limit("compliance.jurisdictions[1]", "code", Under("EU", "DE"), Under("EU", "de")),
        Limit("compliance.regulatedSectors", "twice", Valid.Compliance(c => c with { RegulatedSectors = [] }), Valid.Compliance(c => c with { RegulatedSectors = [RegulatedSector.Legal, RegulatedSector.Legal] })),
        Limit("model.base", "blank", Valid with { Model = null }, Valid with { Model = new() { Base = "" } }),
        Limit("model.base", "length", Valid with { Model = new() { Base = Letters(200) } }, Valid with { Model = new() { Base = Letters(201) } }),
        Limit("benefit.hoursPerMonth", "least", Worth(b => b with { HoursPerMonth = 0 }), Worth(b => b with { HoursPerMonth = -1 })),
        Limit("benefit.hoursPerMonth", "most", Worth(b => b with { HoursPerMonth = 100_000_000 }), Worth(b => b with { HoursPerMonth = 100_000_001 })),
        Limit("benefit.hourlyRate.amount", "least", Worth(b => b with { HourlyRate = Euro(0) }), Worth(b => b with { HourlyRate = Euro(-0.01m) })),
        Limit("benefit.hourlyRate.currency", "code", Worth(b => b with { HourlyRate = Euro(1) }), Worth(b => b with { HourlyRate = Euro(1) with { Currency = "EURO" } })),
        Limit("benefit.monthlyValue.amount", "most", Valued(Euro(Most)), Valued(Euro(Most + 0.01m))),
        Limit("benefit.hoursPerMonth", "rate without hours", Worth(b => b with { HoursPerMonth = null, HourlyRate = null }), Worth(b => b with { HoursPerMonth = null })),
        Limit("benefit.hourlyRate", "hours without rate", Valued(Euro(1)), Worth(b => b with { HourlyRate = null })),
        Limit("benefit.monthlyValue", "both", Valued(Euro(1)), Worth(b => b with { MonthlyValue = Euro(1) })),
        Limit("benefit.claims", "count", Claims(100), Claims(101)),
        Limit("benefit.claims[0].measure", "blank", Claim(c => c with { Measure = "x" }), Claim(c => c with { Measure = " " })),
        Limit("benefit.claims[0].measure", "length", Claim(c => c with { Measure = Letters(200) }), Claim(c => c with { Measure = Letters(201) })),
        Limit("benefit.claims[0].before", "least", Claim(c => c with { Before = -Most }), Claim(c => c with { Before = -Most - 1 })),
        Limit("benefit.claims[0].before", "most", Claim(c => c with { Before = Most }), Claim(c => c with { Before = Most + 1 })),
        Limit("benefit.claims[0].after", "least", Claim(c => c with { After = -Most }), Claim(c => c with { After = -Most - 1 })),
        Limit("benefit.claims[0].after", "most", Claim(c => c with { After = Most }), Claim(c => c with { After = Most + 1 })),
        Limit("benefit.claims[0].claimedImprovementPercent", "least", Claim(c => c with { ClaimedImprovementPercent = -1_000_000 }), Claim(c => c with { ClaimedImprovementPercent = -1_000_001 })),
        Limit("benefit.claims[0].claimedImprovementPercent", "most", Claim(c => c with { ClaimedImprovementPercent = 1_000_000 }), Claim(c => c with { ClaimedImprovementPercent = 1_000_001 })),
        Limit("budget.amount", "least", Valid with { Budget = Euro(0) }, Valid with { Budget = Euro(-0.01m) }),
        Limit("budget.amount", "most", Valid with { Budget = Euro(Most) }, Valid with { Budget = Euro(Most + 0.01m) }),
        Limit("budget.currency", "code", Valid with { Budget = Euro(1) }, Valid with { Budget = Euro(1) with { Currency = "BTC" } }),
    ]);

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_value_on_the_limit_is_allowed_and_the_next_one_is_refused_by_name(string field, UseCaseFacts allowed, UseCaseFacts refused)
    {
        FactRules.Check(allowed).ShouldBeEmpty();
        FactRules.Check(refused).Select(error => error.Field).ShouldBe([field]);
    }

    [Fact]
    public void A_declaration_that_leaves_everything_optional_unknown_is_allowed() => FactRules.Check(Facts.Bare).ShouldBeEmpty();

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once() =>
        Should.Throw<InvalidRequestException>(() => FactRules.Require(Valid.RequestsPerMonth(-1) with { Title = "", PromptCount = -1 }))
            .Errors.Select(error => error.Field).ShouldBe(["title", "volume.requestsPerMonth", "promptCount"]);

    [Fact]
    public void What_is_wrong_is_never_repeated_in_the_answer() =>
        FactRules.Check(Under("<b>x</b>") with { Budget = Euro(1) with { Currency = "<i>" } })
            .ShouldAllBe(error => !error.Message.Contains('<'));

    [Theory]
    [InlineData("0.1", "0.2", "0.7")]
    [InlineData("0.3333333333333333333333333333", "0.3333333333333333333333333333", "0.3333333333333333333333333334")]
    public void Shares_are_added_exactly(params string[] shares) =>
        FactRules.Check(Parts([.. shares.Select(share => decimal.Parse(share, System.Globalization.CultureInfo.InvariantCulture))])).ShouldBeEmpty();

    private static TheoryDataRow<string, UseCaseFacts, UseCaseFacts> Limit(string field, string which, UseCaseFacts allowed, UseCaseFacts refused) =>
        new(field, allowed, refused) { TestDisplayName = $"{field}: {which}" };

    private static UseCaseFacts Statement(string text) => Valid.Objective(o => o with { Statement = text });

    private static UseCaseFacts Task(Func<TaskProfile, TaskProfile> change) => Valid.Task(change);

    private static UseCaseFacts Parts(int count) => Parts([.. Enumerable.Repeat(1m / 100, 100), .. Enumerable.Repeat(0m, count - 100)]);

    private static UseCaseFacts Parts(params decimal[] shares) => Task(t => t with
    {
        Components = [.. shares.Select((share, i) => new TaskComponent { Name = $"part {i}", RequestShare = share })],
    });

    private static UseCaseFacts Named(string first, string second) => Task(t => t with
    {
        Components = [new() { Name = first, RequestShare = 0.5m }, new() { Name = second, RequestShare = 0.5m }],
    });

    private static UseCaseFacts Part(Func<TaskComponent, TaskComponent> change) => Task(t => t with
    {
        Components = [change(new() { Name = "all", RequestShare = 1 })],
    });

    private static UseCaseFacts Volume(Func<Volume, Volume> change) => Valid with { Volume = change(Valid.Volume) };

    private static UseCaseFacts Under(params string[] jurisdictions) => Valid.Compliance(c => c with { Jurisdictions = jurisdictions });

    private static UseCaseFacts Worth(Func<Benefit, Benefit> change) => Valid with { Benefit = change(Valid.Benefit) };

    private static UseCaseFacts Valued(Money value) => Worth(b => b with { HoursPerMonth = null, HourlyRate = null, MonthlyValue = value });

    private static UseCaseFacts Claims(int count) => Worth(b => b with { Claims = [.. Enumerable.Repeat(b.Claims![0], count)] });

    private static UseCaseFacts Claim(Func<BenefitClaim, BenefitClaim> change) => Worth(b => b with { Claims = [change(b.Claims![0])] });

    private static Money Euro(decimal amount) => new() { Amount = amount, Currency = "EUR" };

    private static string Letters(int count) => new('x', count);
}
