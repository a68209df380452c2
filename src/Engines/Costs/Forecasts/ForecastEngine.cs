using Governance.Contracts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;

namespace Governance.Costs.Forecasts;

/// <summary>
/// What a use case would cost prompted, tuned, and mixed, over the horizon of the policy. A pure function: the same facts, price
/// book and policy give the same forecast on any machine.
/// </summary>
public static class ForecastEngine
{
    public const string EngineVersion = "forecast-3";

    /// <summary>By facts as submitted, their hash, prices and policy.</summary>
    public static EngineVersions<Func<UseCaseFacts, string, Versioned<PriceBook>, Versioned<CostPolicy>, Forecast>> Versions { get; } =
        new(
            ("forecast-2", (facts, inputHash, prices, policy) => ForecastSubmitted(facts, inputHash, prices, policy, otherVolumes: false)),
            (EngineVersion, (facts, inputHash, prices, policy) => ForecastSubmitted(facts, inputHash, prices, policy)));

    /// <summary>The rate a reader is shown is the rate that is used.</summary>
    private const int RateDigits = 8;

    /// <exception cref="ForecastRefusedException">The facts name an amount or currency no forecast can be made from.</exception>
    public static Forecast Forecast(UseCaseFacts facts, Versioned<PriceBook> prices, Versioned<CostPolicy> policy) =>
        Forecast(facts, Canonical.Hash(facts), prices, policy);

    /// <summary>A currency without a rate must not hold a submitted case up: its amounts are left out, and the forecast says so.</summary>
    /// <param name="otherVolumes">Whether to look for the volumes at which the break-even changes, which takes longer than all the rest.</param>
    public static Forecast ForecastSubmitted(
        UseCaseFacts facts, string inputHash, Versioned<PriceBook> prices, Versioned<CostPolicy> policy, bool otherVolumes = true)
    {
        try
        {
            return Forecast(facts, inputHash, prices, policy, otherVolumes);
        }
        catch (MissingExchangeRateException missing)
        {
            var withoutMoney = facts with
            {
                Budget = null,
                Benefit = facts.Benefit with { HoursPerMonth = null, HourlyRate = null, MonthlyValue = null },
            };
            var forecast = Forecast(withoutMoney, inputHash, prices, policy, otherVolumes);

            return forecast with
            {
                Warnings = [.. forecast.Warnings, new("currency", $"{missing.Message} Until then budget and benefit are left out.")],
            };
        }
    }

    /// <param name="inputHash">The hash of the facts as they were submitted, from which the range is drawn.</param>
    /// <exception cref="ForecastRefusedException">The facts name an amount or currency no forecast can be made from.</exception>
    public static Forecast Forecast(
        UseCaseFacts facts, string inputHash, Versioned<PriceBook> prices, Versioned<CostPolicy> versioned, bool otherVolumes = true)
    {
        var policy = versioned.Content;
        RefuseWhatCannotBeComputed(facts, policy.Limits);

        var notes = new Notes();
        var (currency, rate) = ResultCurrency(facts, policy, notes);
        var ramp = new VolumeRamp(
            facts.Volume.RequestsPerMonth, facts.Volume.MonthlyGrowthPercent ?? 0, policy.Limits.RequestsPerMonth);
        decimal[] volume = [.. ramp.Take(policy.HorizonMonths)];

        var models = new ModelChoice(facts, prices.Content, policy, notes);
        var prompted = models.Prompted();
        var tuned = models.Tuned(prompted);
        var write = new LineWriter(policy.HorizonMonths, rate);
        var start = facts.TargetGoLive ?? DateOnly.FromDateTime(prices.Content.EffectiveFrom.UtcDateTime);
        var tokens = new TokenCosts(facts, policy, notes, start, policy.HorizonMonths);
        var tuning = new TuningLines(facts, policy, notes, write, tokens, volume);
        var benefit = MonthlyBenefit(facts.Benefit, currency, policy, notes);
        var variants = new Variants(
            policy,
            notes,
            write,
            prompted,
            new PromptingLines(facts, policy, notes, write, tokens, prompted, volume),
            tuning,
            new RetrievalLines(facts, policy, notes, write, tokens, tuning, prompted, volume),
            new Returns(benefit, notes.Use(policy.DiscountRatePercent), policy.HorizonMonths),
            new CostRanges(policy.Range, inputHash));

        var (peft, full) = (policy.Tuning.Methods[Tuning.ParameterEfficient], policy.Tuning.Methods[Tuning.Full]);
        Variant[] plain =
        [
            new(StrategyKind.PromptEngineering, Tuning.None, Retrieval: false, TunedModel: null, 0, policy.Prompting.FailureProbability),
            new(StrategyKind.FineTuning, Tuning.ParameterEfficient, Retrieval: false, tuned, 1, peft.FailureProbability),
            new(StrategyKind.FineTuning, Tuning.Full, Retrieval: false, models.FullyTuned(prompted), 1, full.FailureProbability),
            new(
                StrategyKind.Hybrid,
                Tuning.ParameterEfficient,
                Retrieval: false,
                tuned,
                HybridShare(facts, policy, notes),
                policy.Hybrid.FailureProbability),
        ];
        var priced = plain.Select(variants.Price).ToList();
        var requests = volume.Sum();
        StrategyForecast[] strategies =
        [
            .. priced.Select(both => AgainstPrompting(both.Plain, priced[0].Plain)),
            .. priced.Select(both => AgainstPrompting(both.Retrieving, priced[0].Retrieving)),
        ];

        var extraUpfront = strategies[1].Upfront - strategies[0].Upfront;
        var claims = ClaimChecks.Of(facts.Benefit, notes.Use(policy.ClaimTolerance));

        WarnOfVolume(facts, prompted, ramp, volume, notes);
        WarnOfBudget(facts, strategies, currency, notes);
        WarnOfClaims(claims, notes);

        return new Forecast(
            currency,
            policy.HorizonMonths,
            strategies,
            strategies[1].BreakEven! with { ByVolume = otherVolumes ? BreakEvenSearch.Find(facts.Volume.RequestsPerMonth, OutcomeAt) : null },
            extraUpfront,
            Saving(strategies[0], strategies[1]),
            facts.Benefit.Basis,
            benefit,
            Serving(models.Serving(prompted), tuning, tokens, notes.Use(policy.Tuning.Replicas), rate),
            claims,
            notes.Assumptions,
            notes.Warnings);

        StrategyForecast AgainstPrompting(StrategyForecast forecast, StrategyForecast prompting) =>
            forecast.Strategy is StrategyKind.PromptEngineering
                ? forecast
                : forecast with
                {
                    BreakEven = BreakEven(
                        forecast.Name,
                        forecast.Upfront - prompting.Upfront,
                        Saving(prompting, forecast),
                        ramp,
                        policy.HorizonMonths,
                        currency),
                };

        // The plain variants alone, and of them what the break-even rests on; it notes nothing that pricing has not noted.
        BreakEvenOutcome OutcomeAt(long inFirstMonth)
        {
            var ramp = new VolumeRamp(inFirstMonth, facts.Volume.MonthlyGrowthPercent ?? 0, policy.Limits.RequestsPerMonth);
            decimal[] volume = [.. ramp.Take(policy.HorizonMonths)];
            var (requests, notes) = (volume.Sum(), new Notes());
            var prompting = new PromptingLines(facts, policy, notes, write, tokens, prompted, volume);
            var tuning = new TuningLines(facts, policy, notes, write, tokens, volume);
            var promptedCost = Variants.Cost(prompting.Lines(prompted: 1, tuned: 0), policy.Prompting.FailureProbability.Value);
            var tunedCost = Variants.Cost([.. prompting.Lines(prompted: 0, tuned: 1), .. tuning.Lines(peft, tuned, 1)], peft.FailureProbability.Value);

            return requests < 1 ? BreakEvenOutcome.Never
                : BreakEvenMath.Compute(
                    tunedCost.Upfront - promptedCost.Upfront, (promptedCost.Running - tunedCost.Running) / requests, ramp, policy.HorizonMonths) switch
                {
                    { WithinHorizon: true } => BreakEvenOutcome.WithinHorizon,
                    { Month: not null } => BreakEvenOutcome.BeyondHorizon,
                    _ => BreakEvenOutcome.Never,
                };
        }

        decimal? Saving(StrategyForecast prompting, StrategyForecast tuning) =>
            requests >= 1 ? (prompting.Running - tuning.Running) / requests : null;
    }

    private static BreakEven BreakEven(
        string name, decimal extraUpfront, decimal? saving, VolumeRamp ramp, int horizon, string currency)
    {
        if (saving is not { } perRequest)
        {
            return new BreakEven(Requests: null, Month: null, WithinHorizon: false, "There are no requests to save on.");
        }

        var result = BreakEvenMath.Compute(extraUpfront, perRequest, ramp, horizon);
        var spent = Notes.Text($"{name} costs {extraUpfront:0.00} {currency} more up front than prompt engineering");
        var saved = perRequest < 0
            ? Notes.Text($"{-perRequest:0.########} {currency} more per request")
            : Notes.Text($"saves {perRequest:0.########} {currency} per request");

        return result with { Explanation = $"{spent} and {saved}, fixed running costs included. {result.Explanation}" };
    }

    private static ServingComparison Serving(
        (TunedModelPrice Hosted, ModelPrice Served) models, TuningLines tuning, TokenCosts tokens, decimal replicas, decimal rate)
    {
        var hosted = replicas * models.Hosted.Hosting!.MonthlyPerReplica;
        var request = tokens.Request(models.Served.Tuning!.Rates, tuning.PromptTokens);

        return new ServingComparison(
            models.Hosted.Price.Id,
            LineWriter.Cents(hosted * rate),
            models.Served.Id,
            request * rate,
            request > 0 ? Math.Ceiling(hosted / request) : null);
    }

    /// <summary>The components that need depth or care are the ones to tune; without components the policy's share.</summary>
    private static decimal HybridShare(UseCaseFacts facts, CostPolicy policy, Notes notes) =>
        facts.Task?.Components is { Count: > 0 } components
            ? Math.Clamp(
                components.Where(c => c.Sensitive == true || c.SpecialisedKnowledge == true).Sum(c => c.RequestShare), 0, 1)
            : notes.Use(policy.Hybrid.DefaultTunedShare);

    /// <summary>Hours saved at their rate, or the stated monthly value; null where neither is complete.</summary>
    private static decimal? MonthlyBenefit(Benefit benefit, string currency, CostPolicy policy, Notes notes)
    {
        var limit = policy.Limits.Amount;
        decimal? hours = benefit is { HoursPerMonth: { } h, HourlyRate: { } r }
            ? Limited(h, limit, "benefit.hoursPerMonth")
                * Limited(r.Amount, limit, "benefit.hourlyRate.amount")
                * policy.ExchangeRates.Between(r.Currency, currency, "benefit.hourlyRate.currency")
            : null;
        decimal? stated = benefit.MonthlyValue is { } value
            ? Limited(value.Amount, limit, "benefit.monthlyValue.amount")
                * policy.ExchangeRates.Between(value.Currency, currency, "benefit.monthlyValue.currency")
            : null;

        var chosen = benefit.Basis is BenefitBasis.HoursSaved ? hours ?? stated : stated ?? hours;

        if (chosen is not { } amount)
        {
            notes.Warn("benefit", $"The benefit is not stated in full, so there is no return on investment.");

            return null;
        }

        if (benefit.Owner is null || benefit.Evidence is null)
        {
            notes.Warn("benefit", $"Until an owner answers for the benefit and evidence is named, it is a claim, and so are the returns.");
        }

        return LineWriter.Cents(Limited(amount, limit, "benefit"));
    }

    /// <summary>The currency of the budget, else of the benefit, else of the policy; and the rate from the policy's.</summary>
    private static (string Currency, decimal Rate) ResultCurrency(UseCaseFacts facts, CostPolicy policy, Notes notes)
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

    private static void WarnOfVolume(UseCaseFacts facts, ModelPrice prompted, VolumeRamp ramp, decimal[] volume, Notes notes)
    {
        if (volume.Contains(ramp.Ceiling))
        {
            notes.Warn(
                "volume-ceiling", $"The growth leads beyond {ramp.Ceiling:0} requests per month; the forecast stays there.");
        }

        if (facts.Volume.PromptTokensPerRequest + (long)facts.Volume.OutputTokensPerRequest > prompted.ContextWindow)
        {
            notes.Warn(
                "context-window", $"A request is longer than the {prompted.ContextWindow} tokens {prompted.Id} can read.");
        }
    }

    private static void WarnOfBudget(UseCaseFacts facts, StrategyForecast[] strategies, string currency, Notes notes)
    {
        foreach (var strategy in strategies.Where(s => s.Total > facts.Budget?.Amount))
        {
            var budget = facts.Budget!.Amount;
            notes.Warn("budget", $"{strategy.Name} costs {strategy.Total:0.00} {currency}, beyond the budget of {budget:0.00}.");
        }
    }

    private static void WarnOfClaims(IEnumerable<ClaimCheck> claims, Notes notes)
    {
        foreach (var claim in claims.Where(c => !c.Consistent))
        {
            notes.Warn("X8", $"{claim.Measure}: {claim.Message}");
        }
    }

    private static void RefuseWhatCannotBeComputed(UseCaseFacts facts, ForecastLimits limits)
    {
        var growth = facts.Volume.MonthlyGrowthPercent ?? 0;
        Limited(facts.Budget?.Amount ?? 0, limits.Amount, "budget.amount");
        Limited(facts.Volume.RequestsPerMonth, limits.RequestsPerMonth, "volume.requestsPerMonth");
        Limited(facts.Volume.PromptTokensPerRequest, limits.TokensPerRequest, "volume.promptTokensPerRequest");
        Limited(facts.Volume.OutputTokensPerRequest, limits.TokensPerRequest, "volume.outputTokensPerRequest");
        Limited(facts.PromptCount ?? 0, limits.Prompts, "promptCount");
        Limited(facts.Data.LabelledExamples, limits.Examples, "data.labelledExamples");

        foreach (var (index, component) in (facts.Task?.Components ?? []).Index())
        {
            Limited(component.RequestShare, 1, Notes.Text($"task.components[{index}].requestShare"));
        }

        if (growth < limits.LowestMonthlyGrowthPercent || growth > limits.HighestMonthlyGrowthPercent)
        {
            throw new ForecastRefusedException(
                "volume.monthlyGrowthPercent",
                Notes.Text($"must be from {limits.LowestMonthlyGrowthPercent:0} to {limits.HighestMonthlyGrowthPercent:0}."));
        }

        if (facts.TargetGoLive > limits.LatestGoLive)
        {
            throw new ForecastRefusedException("targetGoLive", Notes.Text($"must not be after {limits.LatestGoLive:yyyy-MM-dd}."));
        }
    }

    private static decimal Limited(decimal amount, decimal limit, string field) =>
        amount >= 0 && amount <= limit
            ? amount
            : throw new ForecastRefusedException(field, Notes.Text($"must be from 0 to {limit:0}."));
}
