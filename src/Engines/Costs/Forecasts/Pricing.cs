using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>The lines of every variant of a use case, in one currency. A full forecast and one of point values rest on the same.</summary>
internal sealed class Pricing
{
    /// <summary>The rate a reader is shown is the rate that is used.</summary>
    private const int RateDigits = 8;

    private readonly UseCaseFacts facts;
    private readonly PriceBook prices;
    private readonly CostPolicy policy;
    private readonly Notes notes;
    private readonly ModelChoice models;
    private readonly TokenCosts tokens;
    private readonly PromptingLines prompting;
    private readonly TuningLines tuning;
    private readonly RetrievalLines? retrieval;

    /// <exception cref="ForecastRefusedException">The facts name a currency no forecast can be made in.</exception>
    public Pricing(UseCaseFacts facts, PriceBook prices, CostPolicy policy, Notes notes, PricingDetail detail)
    {
        (this.facts, this.prices, this.policy, this.notes) = (facts, prices, policy, notes);
        (Currency, Rate) = ResultCurrency();
        Volume = new(facts.Volume.RequestsPerMonth, facts.Volume.MonthlyGrowthPercent ?? 0, policy.Limits.RequestsPerMonth);
        var volume = Volume.First(policy.HorizonMonths);
        Requests = volume.Sum();

        models = new(facts, prices, policy, notes);
        Prompted = models.Prompted();
        Tuned = models.Tuned(Prompted);
        Write = new(policy.HorizonMonths, Rate, keepsMonths: detail is PricingDetail.Everything);
        var start = facts.TargetGoLive ?? DateOnly.FromDateTime(prices.EffectiveFrom.UtcDateTime);
        tokens = new(facts, policy, notes, start, policy.HorizonMonths);
        tuning = new(facts, policy, notes, Write, tokens, volume);
        prompting = new(facts, policy, notes, Write, tokens, Prompted, volume);
        retrieval = detail is PricingDetail.TotalsWithoutRetrieval ? null : new(facts, policy, notes, Write, tokens, tuning, Prompted, volume);
    }

    public string Currency { get; }

    public decimal Rate { get; }

    public VolumeRamp Volume { get; }

    /// <summary>Over the whole horizon.</summary>
    public decimal Requests { get; }

    public ModelPrice Prompted { get; }

    public TunedModelPrice Tuned { get; }

    public LineWriter Write { get; }

    public Variant Prompt() => new(
        StrategyKind.PromptEngineering, Tuning.None, Retrieval: false, TunedModel: null, 0, policy.Prompting.FailureProbability);

    public Variant TuneFewWeights() => new(
        StrategyKind.FineTuning, Tuning.ParameterEfficient, Retrieval: false, Tuned, 1, policy.Tuning.Methods[Tuning.ParameterEfficient].FailureProbability);

    public Variant TuneAllWeights() => new(
        StrategyKind.FineTuning, Tuning.Full, Retrieval: false, models.FullyTuned(Prompted), 1, policy.Tuning.Methods[Tuning.Full].FailureProbability);

    public Variant Mix() => new(
        StrategyKind.Hybrid, Tuning.ParameterEfficient, Retrieval: false, Tuned, HybridShare(), policy.Hybrid.FailureProbability);

    /// <summary>The lines of a variant without retrieval.</summary>
    public CostLine[] Lines(Variant variant)
    {
        var (model, share) = (variant.TunedModel, variant.TunedShare);

        return
        [
            .. prompting.Lines(prompted: 1 - share, tuned: share),
            .. model is null ? [] : tuning.Lines(policy.Tuning.Methods[variant.Tuning], model, share),
            .. variant.Strategy is StrategyKind.Hybrid ? new[] { Routing() } : [],
        ];
    }

    /// <summary>The lines that retrieval adds to a variant.</summary>
    public CostLine[] RetrievalLines(Variant variant) => [.. retrieval!.Lines(variant.TunedModel, variant.TunedShare)];

    /// <summary>What lines cost upfront, the reserve for a failure included, and after that.</summary>
    public static (decimal Upfront, decimal Running, decimal Reserve) Cost(ReadOnlySpan<CostLine> lines, decimal failureProbability)
    {
        var (atRisk, running) = (0m, 0m);

        foreach (var line in lines)
        {
            atRisk += line.Upfront;
            running += line.Total - line.Upfront;
        }

        var reserve = LineWriter.Cents(atRisk * failureProbability);

        return (atRisk + reserve, running, reserve);
    }

    /// <summary>What a request saves once everything upfront is paid; null where there are no requests.</summary>
    public decimal? Saving(decimal runningPrompted, decimal runningTuned) => Requests >= 1 ? (runningPrompted - runningTuned) / Requests : null;

    /// <summary>When tuning a few weights pays back at other volumes and under other facts.</summary>
    public PaybackCosts Payback() => new(facts, prices, policy, this, tokens, prompting, tuning);

    /// <summary>The tuned model served by replicas of one's own beside the same tokens bought, whichever of them is chosen.</summary>
    public ServingComparison Serving()
    {
        var (own, bought) = models.Serving(Prompted);
        var hosted = notes.Use(policy.Tuning.Replicas) * own.Hosting!.MonthlyPerReplica;
        var request = tokens.Request(bought.Tuning!.Rates, tuning.PromptTokens);

        return new ServingComparison(
            own.Price.Id,
            LineWriter.Cents(hosted * Rate),
            bought.Id,
            request * Rate,
            request > 0 ? Math.Ceiling(hosted / request) : null);
    }

    private CostLine Routing() => Write.Steady(
        "routing",
        "Routing between the tuned and the prompted model",
        notes.Use(policy.Hybrid.RoutingPerMonth),
        notes.Use(policy.Hybrid.RoutingUpfront));

    /// <summary>The components that need depth or care are the ones to tune; without components the policy's share.</summary>
    private decimal HybridShare() =>
        facts.Task?.Components is { Count: > 0 } components
            ? Math.Clamp(
                components.Where(c => c.Sensitive == true || c.SpecialisedKnowledge == true).Sum(c => c.RequestShare), 0, 1)
            : notes.Use(policy.Hybrid.DefaultTunedShare);

    /// <summary>The currency of the budget, else of the benefit, else of the policy; and the rate from the policy's.</summary>
    private (string Currency, decimal Rate) ResultCurrency()
    {
        var (currency, field) = facts switch
        {
            { Budget.Currency: var c } => (c, "budget.currency"),
            { Benefit.HourlyRate.Currency: var c } => (c, "benefit.hourlyRate.currency"),
            { Benefit.MonthlyValue.Currency: var c } => (c, "benefit.monthlyValue.currency"),
            _ => (policy.Currency, "currency"),
        };
        var rates = policy.ExchangeRates;
        var rate = Math.Round(rates.Between(policy.Currency, currency, field), RateDigits, MidpointRounding.ToEven);

        if (currency != policy.Currency)
        {
            notes.Assume(new(
                Notes.Text($"Exchange rate of {rates.AsOf:yyyy-MM-dd}"),
                rate,
                $"{currency} per {policy.Currency}",
                rates.Source));
        }

        return (currency, rate);
    }
}

/// <summary>How much of a forecast is wanted: what is not is not computed.</summary>
internal enum PricingDetail { Everything, Totals, TotalsWithoutRetrieval }
