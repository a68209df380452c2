using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>What prompting costs: hardly anything up front, then tokens and the work on the prompts.</summary>
internal sealed class PromptingLines(
    UseCaseFacts facts, CostPolicy policy, Notes notes, LineWriter write, TokenCosts tokens, ModelPrice model, decimal[] volume)
{
    private readonly PromptingCosts costs = policy.Prompting;

    /// <summary>The work on prompts shrinks with the tuned share, but not to nothing: a tuned model is prompted too.</summary>
    public IEnumerable<CostLine> Lines(decimal prompted, decimal tuned)
    {
        var prompts = facts.PromptCount ?? notes.Use(costs.DefaultPromptCount);
        var work = prompted + (tuned > 0 ? tuned * notes.Use(policy.Tuning.PromptWorkKept) : 0);
        var hour = notes.Use(costs.HourlyRate);

        var buildDays = notes.Use(costs.BuildDays) + (prompts * notes.Use(costs.BuildDaysPerPrompt));
        var buildHours = buildDays * notes.Use(costs.HoursPerDay);
        yield return write.Upfront("prompt-build", "Designing and evaluating the prompts", work * buildHours * hour);

        if (prompted > 0)
        {
            var request = tokens.PerRequest(model, facts.Volume.PromptTokensPerRequest);
            var overhead = notes.Use(costs.OverheadPerThousandTokens) * facts.Volume.PromptTokensPerRequest / 1_000;

            yield return write.Monthly(
                "prompt-inference", $"Tokens of {model.Id}", month => volume[month] * prompted * request[month]);
            yield return write.Monthly(
                "prompt-overhead",
                "Memory and latency overhead of long prompts",
                month => volume[month] * prompted * request[month] * overhead);
        }

        var engineering = work * notes.Use(costs.EngineeringHoursPerMonth) * hour;
        yield return write.Steady("prompt-engineering", "Engineering time in operation", engineering);

        var added = prompts > 0 ? notes.Use(costs.NewPromptsPerMonth) : 0;
        var perPrompt = notes.Use(costs.RefinementHoursPerPrompt);
        var growth = notes.Use(costs.RefinementGrowthPerFurtherPrompt);
        yield return write.Monthly("prompt-refinement", "Refining and regression-testing the prompts", month =>
        {
            var count = prompts + (added * month);

            return work * hour * count * perPrompt * (1 + (growth * Math.Max(0, count - 1)));
        });
    }
}
