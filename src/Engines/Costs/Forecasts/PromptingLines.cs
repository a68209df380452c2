using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>
/// What prompting costs: hardly anything up front, then tokens and the work on the prompts. All requests and all the work are
/// added up once; each variant takes its share of them.
/// </summary>
internal sealed class PromptingLines
{
    private readonly CostPolicy policy;
    private readonly Notes notes;
    private readonly LineWriter write;
    private readonly ModelPrice model;
    private readonly decimal buildCost;
    private readonly decimal engineeringPerMonth;
    private readonly decimal[] request;
    private readonly decimal[] tokensInMonth;
    private readonly decimal[] refinementInMonth;
    private readonly decimal thousandsOfTokens;

    public PromptingLines(
        UseCaseFacts facts, CostPolicy policy, Notes notes, LineWriter write, TokenCosts tokens, ModelPrice model, decimal[] volume)
    {
        (this.policy, this.notes, this.write, this.model) = (policy, notes, write, model);
        var costs = policy.Prompting;
        var prompts = facts.PromptCount ?? notes.Use(costs.DefaultPromptCount);
        var hour = notes.Use(costs.HourlyRate);
        var buildDays = notes.Use(costs.BuildDays) + (prompts * notes.Use(costs.BuildDaysPerPrompt));
        buildCost = buildDays * notes.Use(costs.HoursPerDay) * hour;
        engineeringPerMonth = notes.Use(costs.EngineeringHoursPerMonth) * hour;

        request = tokens.PerRequest(model, facts.Volume.PromptTokensPerRequest);
        tokensInMonth = TokensIn(volume);
        thousandsOfTokens = facts.Volume.PromptTokensPerRequest / 1_000m;

        var added = prompts > 0 ? notes.Use(costs.NewPromptsPerMonth) : 0;
        var perPrompt = notes.Use(costs.RefinementHoursPerPrompt) * hour;
        var growth = notes.Use(costs.RefinementGrowthPerFurtherPrompt);
        refinementInMonth = new decimal[volume.Length];

        for (var month = 0; month < volume.Length; month++)
        {
            refinementInMonth[month] = Refinement(prompts + (added * month), perPrompt, growth);
        }
    }

    private decimal OverheadShare => notes.Use(policy.Prompting.OverheadPerThousandTokens) * thousandsOfTokens;

    /// <summary>The work on prompts shrinks with the tuned share, but not to nothing: a tuned model is prompted too.</summary>
    public IEnumerable<CostLine> Lines(decimal prompted, decimal tuned)
    {
        var work = Work(prompted, tuned);

        yield return Build(work);

        if (prompted > 0)
        {
            var overhead = OverheadShare;

            yield return write.Share("prompt-inference", $"Tokens of {model.Id}", tokensInMonth, prompted);
            yield return write.Share(
                "prompt-overhead", "Memory and latency overhead of long prompts", tokensInMonth, prompted * overhead);
        }

        yield return Engineering(work);
        yield return Refining(work);
    }

    /// <summary>The lines that are the same at every volume.</summary>
    public CostLine[] WhateverTheVolume(decimal prompted, decimal tuned)
    {
        var work = Work(prompted, tuned);

        return [Build(work), Engineering(work), Refining(work)];
    }

    /// <summary>What the other lines add up to at another volume, where all requests are prompted.</summary>
    public decimal TotalAt(decimal[] volume)
    {
        var inMonth = TokensIn(volume);

        return write.Total(inMonth, 1) + write.Total(inMonth, OverheadShare);
    }

    /// <summary>What those lines take of a request, month by month.</summary>
    public IEnumerable<decimal> PerRequest()
    {
        var withOverhead = 1 + OverheadShare;

        return request.Select(tokens => tokens * withOverhead);
    }

    private decimal Work(decimal prompted, decimal tuned) => prompted + (tuned > 0 ? tuned * notes.Use(policy.Tuning.PromptWorkKept) : 0);

    private CostLine Build(decimal work) => write.Upfront("prompt-build", "Designing and evaluating the prompts", work * buildCost);

    private CostLine Engineering(decimal work) => write.Steady("prompt-engineering", "Engineering time in operation", work * engineeringPerMonth);

    private CostLine Refining(decimal work) =>
        write.Share("prompt-refinement", "Refining and regression-testing the prompts", refinementInMonth, work);

    private decimal[] TokensIn(decimal[] volume)
    {
        var inMonth = new decimal[volume.Length];

        for (var month = 0; month < volume.Length; month++)
        {
            inMonth[month] = volume[month] * request[month];
        }

        return inMonth;
    }

    /// <summary>Each prompt takes the more effort the more others there are beside it.</summary>
    private static decimal Refinement(decimal prompts, decimal perPrompt, decimal growth) =>
        prompts * perPrompt * (1 + (growth * Math.Max(0, prompts - 1)));
}
