using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Whether tuning a few weights pays back against prompting, at other volumes and under other facts, without the lines and texts of a
/// forecast: what a change leaves alone is computed once.
/// </summary>
internal sealed class PaybackCosts
{
    private readonly UseCaseFacts facts;
    private readonly PriceBook prices;
    private readonly CostPolicy policy;
    private readonly Pricing pricing;
    private readonly TokenCosts tokens;
    private readonly PromptingLines prompting;
    private readonly TuningLines tuning;
    private readonly TuningMethod method;
    private readonly CostLine[] promptingBesideTuning;
    private readonly (decimal Upfront, decimal Running, decimal Reserve) prompted;
    private readonly Terms declared;
    private readonly PaybackSlope? slope;

    public PaybackCosts(
        UseCaseFacts facts, PriceBook prices, CostPolicy policy, Pricing pricing, TokenCosts tokens, PromptingLines prompting, TuningLines tuning)
    {
        (this.facts, this.prices, this.policy, this.pricing) = (facts, prices, policy, pricing);
        (this.tokens, this.prompting, this.tuning) = (tokens, prompting, tuning);
        method = policy.Tuning.Methods[Tuning.ParameterEfficient];
        prompted = Pricing.Cost(prompting.WhateverTheVolume(prompted: 1, tuned: 0), policy.Prompting.FailureProbability.Value);
        promptingBesideTuning = prompting.WhateverTheVolume(prompted: 0, tuned: 1);
        declared = TermsOf(tuning, pricing.Tuned);
        var serving = tuning.ServingInLine(pricing.Tuned);
        slope = PaybackSlope.Of(
            facts.Volume.MonthlyGrowthPercent ?? 0,
            policy.Limits.RequestsPerMonth,
            serving.UpToRequests,
            declared.Upfront - prompted.Upfront,
            prompted.Running - declared.Running - serving.Regardless,
            [.. prompting.PerRequest().Select(request => request * pricing.Rate)],
            serving.PerRequest * pricing.Rate);
    }

    /// <summary>Volumes at which a part is judged, each in whole requests.</summary>
    public static long[] VolumesOfParts(UseCaseFacts facts) =>
        [.. (facts.Task?.Components ?? []).Select(part => (long)(facts.Volume.RequestsPerMonth * part.RequestShare)).Distinct().Order()];

    /// <summary>At a volume of the first month.</summary>
    public BreakEvenOutcome At(long requestsPerMonth) => slope?.At(requestsPerMonth) ?? Outcome(DemandOf(requestsPerMonth), declared);

    /// <summary>
    /// The changes of one fact after which tuning pays back otherwise, in whole or for a part, or exceeds the budget where it did not, or
    /// the other way round.
    /// </summary>
    public IReadOnlyList<BreakEvenIf> UnderOtherFacts()
    {
        var parts = VolumesOfParts(facts);
        Demand[] demands = [DemandOf(facts.Volume.RequestsPerMonth), .. parts.Select(volume => DemandOf(volume))];
        var now = AnswerTo(declared);
        var changes = new List<BreakEvenIf>();

        foreach (var fact in OtherFacts.Choices)
        {
            foreach (var (value, changed) in fact.Values(facts))
            {
                var model = fact.DecidesModel ? new ModelChoice(changed, prices, policy, Notes.None).Tuned(pricing.Prompted) : pricing.Tuned;
                var then = AnswerTo(TermsUnder(changed, model));

                if (then != now)
                {
                    changes.Add(Told(fact.Path, value, then));
                }
            }
        }

        var byExamples = BreakEvenSearch.Find(
            [facts.Data.LabelledExamples, (long)method.FewestExamples.Value, (long)method.MostExamples.Value],
            examples => AnswerTo(TermsUnder(OtherFacts.WithExamples(facts, (int)examples), pricing.Tuned)));

        if (byExamples.Count > 1)
        {
            changes.AddRange(byExamples.Select(band => Told(OtherFacts.Examples, Notes.Text($"{band.From}"), band.Answer)));
        }

        return changes;

        Answer AnswerTo(Terms terms) => new(
            [.. demands.Select(demand => Outcome(demand, terms))],
            facts.Budget is { } budget && budget.Currency == pricing.Currency ? terms.Upfront > budget.Amount : null);

        BreakEvenIf Told(string path, string value, Answer then) => new(
            path,
            value,
            then.Outcomes[0],
            then.IsOverBudget,
            parts.Length == 0 ? null : [.. parts.Select((volume, i) => new BreakEvenBand(volume, then.Outcomes[i + 1]))]);
    }

    private BreakEvenOutcome Outcome(Demand demand, Terms terms)
    {
        if (demand.Requests < 1)
        {
            return BreakEvenOutcome.Never;
        }

        var served = ReferenceEquals(terms.Model, pricing.Tuned) ? demand.Served : tuning.TotalAt(terms.Model, demand.InMonths);
        var saving = (prompted.Running + demand.Prompted - terms.Running - served) / demand.Requests;

        return BreakEvenMath.Payback.Find(terms.Upfront - prompted.Upfront, saving, demand.Volume, policy.HorizonMonths).Outcome;
    }

    private Demand DemandOf(decimal requestsPerMonth)
    {
        var volume = new VolumeRamp(requestsPerMonth, facts.Volume.MonthlyGrowthPercent ?? 0, policy.Limits.RequestsPerMonth);
        var inMonths = volume.First(policy.HorizonMonths);

        return new(volume, inMonths, inMonths.Sum(), prompting.TotalAt(inMonths), tuning.TotalAt(pricing.Tuned, inMonths));
    }

    private Terms TermsUnder(UseCaseFacts changed, TunedModelPrice model) =>
        TermsOf(new TuningLines(changed, policy, Notes.None, pricing.Write, tokens, tuning.Volume), model);

    private Terms TermsOf(TuningLines lines, TunedModelPrice model)
    {
        var (upfront, running, _) = Pricing.Cost(
            [.. promptingBesideTuning, .. lines.WhateverTheVolume(method, model)], method.FailureProbability.Value);

        return new(model, upfront, running);
    }

    /// <summary>What volume decides: requests month by month, what they cost prompted, and served by the model that would be tuned.</summary>
    private sealed record Demand(VolumeRamp Volume, decimal[] InMonths, decimal Requests, decimal Prompted, decimal Served);

    /// <summary>What it does not decide: the model that would be tuned, and what tuning costs upfront and, but for serving, after that.</summary>
    private sealed record Terms(TunedModelPrice Model, decimal Upfront, decimal Running);

    /// <param name="Outcomes">Of the whole, then of its parts.</param>
    /// <param name="IsOverBudget">Null where there is no budget to compare with.</param>
    private sealed record Answer(BreakEvenOutcome[] Outcomes, bool? IsOverBudget)
    {
        public bool Equals(Answer? other) => other is not null && IsOverBudget == other.IsOverBudget && Outcomes.AsSpan().SequenceEqual(other.Outcomes);

        public override int GetHashCode() => Outcomes.Length;
    }
}
