using Governance.Contracts;
using Governance.Testing;

namespace Governance.Strategy.Tests;

/// <summary>What the sources say on running either strategy, told with the strategy it belongs to.</summary>
public sealed class OperationTests
{
    private static readonly UseCaseFacts Tuned = GoldenCase.All["G25"].UseCase;
    private static readonly UseCaseFacts Prompted = GoldenCase.All["G02"].UseCase;

    [Fact]
    public void O01_and_O03_prompts_are_versioned_and_tested_where_there_are_prompts()
    {
        Rules(Prompted).ShouldContain("O01");
        Rules(Prompted).ShouldContain("O03");
        Rules(Tuned).ShouldNotContain("O01");
        Rules(Tuned).ShouldNotContain("O03");
    }

    [Fact]
    public void O02_several_tasks_call_for_a_library_of_prompts()
    {
        Rules(Prompted).ShouldContain("O02");
        Rules(Prompted.Task(t => t with { DistinctTasks = 1 })).ShouldNotContain("O02");
    }

    [Theory]
    [InlineData(Lifecycle.Validated, true)]
    [InlineData(Lifecycle.Production, true)]
    [InlineData(Lifecycle.Prototype, false)]
    public void O04_and_O11_what_runs_changes_step_by_step_and_what_does_not_yet_is_built_to_grow(Lifecycle lifecycle, bool runs)
    {
        Rules(Prompted with { Lifecycle = lifecycle }).Contains("O04").ShouldBe(runs);
        Rules(Prompted with { Lifecycle = lifecycle }).Contains("O11").ShouldBe(!runs);
    }

    [Theory]
    [InlineData("O06")]
    [InlineData("O07")]
    public void O06_and_O07_a_tuned_model_is_tuned_again_and_is_harder_to_change(string id)
    {
        Rules(Tuned).ShouldContain(id);
        Rules(Prompted).ShouldNotContain(id);
    }

    [Fact]
    public void O08_whoever_tunes_without_the_people_for_it_is_told_that_they_are_scarce()
    {
        var without = Tuned with { Team = (Tuned.Team ?? new()) with { MlOpsMaturity = MlOpsMaturity.Basic } };
        var with = Tuned with { Team = (Tuned.Team ?? new()) with { MlEngineers = 4, MlOpsMaturity = MlOpsMaturity.Advanced } };

        Rules(without).ShouldContain("O08");
        Rules(with).ShouldNotContain("O08");
    }

    [Fact]
    public void O09_prompts_may_belong_to_a_team_that_can_write_them()
    {
        Rules(Prompted with { Team = (Prompted.Team ?? new()) with { PromptSkills = true } }).ShouldContain("O09");
        Rules(Prompted with { Team = (Prompted.Team ?? new()) with { PromptSkills = false } }).ShouldNotContain("O09");
    }

    [Fact]
    public void O10_many_prompts_call_for_a_tool()
    {
        Rules(Prompted with { PromptCount = 2 }).ShouldContain("O10");
        Rules(Prompted with { PromptCount = 1 }).ShouldNotContain("O10");
    }

    [Fact]
    public void O12_where_prompts_are_the_bottleneck_the_trend_is_named()
    {
        Rules(Prompted with { PromptMaintenanceIsBottleneck = true }).ShouldContain("O12");
        Rules(Prompted with { PromptMaintenanceIsBottleneck = false }).ShouldNotContain("O12");
    }

    private static IEnumerable<string> Rules(UseCaseFacts facts) => Engine.Assess(facts, Engine.PaysBack).Rules.Select(r => r.Id);
}
