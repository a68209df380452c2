using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Strategy.Policies;

namespace Governance.Strategy.Tests.Policies;

public sealed class SimulationAnswerTests
{
    private static readonly FlippedDecision Flipped = new(
        Guid.Empty, "UC-2026-0001", 1, "Unit", StrategyKind.FineTuning, StrategyKind.PromptEngineering, "EUR", 2, 1);

    [Fact]
    public async Task Whoever_waits_hears_of_every_batch_though_nothing_flips()
    {
        var pipe = new Pipe();
        using var answer = new SimulationAnswer(pipe.Writer);
        answer.Begin(Engine.Policy, prices: null, recorded: 6, perLine: 2);

        for (var batch = 0; batch < 3; batch++)
        {
            answer.Count(new("Unit", null));
            await answer.Flush(CancellationToken.None);

            pipe.Reader.TryRead(out var heard).ShouldBeTrue();
            heard.Buffer.Length.ShouldBeGreaterThan(0);
            pipe.Reader.AdvanceTo(heard.Buffer.End);
        }
    }

    [Fact]
    public async Task All_batches_together_are_one_object()
    {
        var pipe = new Pipe();
        using var answer = new SimulationAnswer(pipe.Writer);
        answer.Begin(Engine.Policy, prices: null, recorded: 6, perLine: 2);

        foreach (var flipped in (FlippedDecision?[][])[[null], [Flipped, null], [], [Flipped, Flipped], [null]])
        {
            foreach (var decision in flipped)
            {
                answer.Count(new("Unit", decision));
            }

            await answer.Flush(CancellationToken.None);
        }

        answer.End();
        await pipe.Writer.CompleteAsync();
        using var text = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8);
        var whole = JsonNode.Parse(await text.ReadToEndAsync())!;

        (whole["recorded"]!.GetValue<int>(), whole["perLine"]!.GetValue<int>()).ShouldBe((6, 2));
        whole["flipped"]!.AsArray().Count.ShouldBe(3);
        (whole["totals"]!["decisions"]!.GetValue<int>(), whole["totals"]!["flipped"]!.GetValue<int>()).ShouldBe((6, 3));
    }
}
