using Governance.Contracts;
using Governance.Testing;

namespace Governance.Strategy.Tests;

public sealed class FlipTests
{
    [Fact]
    public void Losing_the_evaluation_set_would_end_tuning() =>
        Flips(Facts.Example).ShouldContain(new Flip("data.evaluationSet = false", StrategyKind.PromptEngineering));

    [Fact]
    public void Fewer_examples_than_tuning_needs_would_end_it() =>
        Flips(Facts.Example).ShouldContain(new Flip("data.labelledExamples <= 499", StrategyKind.PromptEngineering));

    [Fact]
    public void Enough_examples_would_open_the_way_to_tuning_G13() =>
        Flips(Facts.Example.LabelledExamples(400)).ShouldContain(new Flip("data.labelledExamples >= 500", StrategyKind.FineTuning));

    [Fact]
    public void Hosting_of_ones_own_would_open_the_way_to_tuning_G17() =>
        Flips(GoldenCase.All["G17"].UseCase).ShouldContain(new Flip("data.selfHostingAvailable = true", StrategyKind.FineTuning));

    [Fact]
    public void The_volume_at_which_tuning_pays_is_named_to_the_request()
    {
        // 100,000,000 requests pay it back, which are 50 months of 2,000,000; within 36 that takes 2,777,777.8 a month.
        var costs = Engine.PaysLate with { BreakEven = new(100_000_000, 50, WithinHorizon: false, "for tests") };
        var flips = Engine.Assess(GoldenCase.All["G24"].UseCase, costs, withFlips: true).Flips;

        flips.ShouldContain(new Flip("volume.requestsPerMonth >= 2777778", StrategyKind.FineTuning));
    }

    private static IReadOnlyList<Flip> Flips(UseCaseFacts facts) => Engine.Assess(facts, Engine.PaysBack, withFlips: true).Flips;
}
