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
    public const string EngineVersion = "forecast-4";

    /// <summary>By facts as submitted, their hash, prices and policy.</summary>
    public static EngineVersions<Func<UseCaseFacts, string, Versioned<PriceBook>, Versioned<CostPolicy>, Forecast>> Versions { get; } =
        new(
            ("forecast-2", (facts, inputHash, prices, policy) => ForecastSubmitted(facts, inputHash, prices, policy, LookAround.Nowhere)),
            ("forecast-3", (facts, inputHash, prices, policy) => ForecastSubmitted(facts, inputHash, prices, policy, LookAround.OtherVolumes)),
            (EngineVersion, (facts, inputHash, prices, policy) => ForecastSubmitted(facts, inputHash, prices, policy)));

    /// <exception cref="ForecastRefusedException">The facts name an amount or currency no forecast can be made from.</exception>
    public static Forecast Forecast(UseCaseFacts facts, Versioned<PriceBook> prices, Versioned<CostPolicy> policy) =>
        Forecast(facts, Canonical.Hash(facts), prices, policy);

    /// <summary>A currency without a rate must not hold a submitted case up: its amounts are left out, and the forecast says so.</summary>
    public static Forecast ForecastSubmitted(
        UseCaseFacts facts,
        string inputHash,
        Versioned<PriceBook> prices,
        Versioned<CostPolicy> policy,
        LookAround lookAround = LookAround.OtherVolumesAndFacts)
    {
        try
        {
            return Forecast(facts, inputHash, prices, policy, lookAround);
        }
        catch (MissingExchangeRateException missing)
        {
            var forecast = Forecast(WithoutMoney(facts), inputHash, prices, policy, lookAround);

            return forecast with
            {
                Warnings = [.. forecast.Warnings, new("currency", $"{missing.Message} Until then budget and benefit are left out.")],
            };
        }
    }

    /// <param name="inputHash">The hash of the facts as they were submitted, from which the range is drawn.</param>
    /// <exception cref="ForecastRefusedException">The facts name an amount or currency no forecast can be made from.</exception>
    public static Forecast Forecast(
        UseCaseFacts facts,
        string inputHash,
        Versioned<PriceBook> prices,
        Versioned<CostPolicy> versioned,
        LookAround lookAround = LookAround.OtherVolumesAndFacts)
    {
        var policy = versioned.Content;
        RefuseWhatCannotBeComputed(facts, policy.Limits);

        var notes = new Notes();
        var pricing = new Pricing(facts, prices.Content, policy, notes, PricingDetail.Everything);
        var benefit = MonthlyBenefit(facts.Benefit, pricing.Currency, policy, notes);
        var variants = new Variants(
            pricing,
            notes,
            new Returns(benefit, notes.Use(policy.DiscountRatePercent), policy.HorizonMonths),
            new CostRanges(policy.Range, inputHash));
        Variant[] plain = [pricing.Prompt(), pricing.TuneFewWeights(), pricing.TuneAllWeights(), pricing.Mix()];
        var priced = plain.Select(variants.Price).ToList();
        StrategyForecast[] strategies =
        [
            .. priced.Select(both => AgainstPrompting(both.Plain, priced[0].Plain)),
            .. priced.Select(both => AgainstPrompting(both.Retrieving, priced[0].Retrieving)),
        ];

        var extraUpfront = strategies[1].Upfront - strategies[0].Upfront;
        var claims = ClaimChecks.Of(facts.Benefit, notes.Use(policy.ClaimTolerance));

        WarnOfVolume(facts, pricing, policy.HorizonMonths, notes);
        WarnOfBudget(facts, strategies, pricing.Currency, notes);
        WarnOfClaims(claims, notes);

        return new Forecast(
            pricing.Currency,
            policy.HorizonMonths,
            strategies,
            Around(strategies[1].BreakEven!, facts, pricing, lookAround),
            extraUpfront,
            pricing.Saving(strategies[0].Running, strategies[1].Running),
            facts.Benefit.Basis,
            benefit,
            pricing.Serving(),
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
                        pricing.Saving(prompting.Running, forecast.Running),
                        pricing.Volume,
                        policy.HorizonMonths,
                        pricing.Currency),
                };
    }

    /// <summary>
    /// The figures a recommendation is made from, and no others: total and upfront cost of each strategy, tuned parameter-efficiently if
    /// at all, and the break-even, also at the volumes of parts. They are those of a full forecast, at a fraction of its time.
    /// </summary>
    /// <param name="withRetrieval">Whether also the costs with retrieval are wanted, which no recommendation depends on.</param>
    /// <exception cref="ForecastRefusedException">The facts name an amount no forecast can be made from.</exception>
    public static ForecastFigures PointValues(UseCaseFacts facts, Versioned<PriceBook> prices, Versioned<CostPolicy> policy, bool withRetrieval = true)
    {
        RefuseWhatCannotBeComputed(facts, policy.Content.Limits);

        try
        {
            return PointValues(facts, prices.Content, policy.Content, withRetrieval);
        }
        catch (MissingExchangeRateException)
        {
            return PointValues(WithoutMoney(facts), prices.Content, policy.Content, withRetrieval);
        }
    }

    private static ForecastFigures PointValues(UseCaseFacts facts, PriceBook prices, CostPolicy policy, bool withRetrieval)
    {
        var pricing = new Pricing(facts, prices, policy, Notes.None, withRetrieval ? PricingDetail.Totals : PricingDetail.TotalsWithoutRetrieval);
        _ = MonthlyBenefit(facts.Benefit, pricing.Currency, policy, Notes.None);
        Variant[] variants = [pricing.Prompt(), pricing.TuneFewWeights(), pricing.Mix()];
        var costs = new StrategyCost[(withRetrieval ? 2 : 1) * variants.Length];

        for (var i = 0; i < variants.Length; i++)
        {
            var (variant, lines) = (variants[i], pricing.Lines(variants[i]));
            costs[i] = Cost(variant, lines, retrieval: false);

            if (withRetrieval)
            {
                costs[variants.Length + i] = Cost(variant, [.. lines, .. pricing.RetrievalLines(variant)], retrieval: true);
            }
        }

        var saving = pricing.Saving(costs[0].Total - costs[0].Upfront, costs[1].Total - costs[1].Upfront);
        var payback = saving is { } perRequest
            ? BreakEvenMath.Payback.Find(costs[1].Upfront - costs[0].Upfront, perRequest, pricing.Volume, policy.HorizonMonths)
            : default;
        var parts = PaybackCosts.VolumesOfParts(facts);

        return new(pricing.Currency, policy.HorizonMonths, costs, payback.InTexts("") with { ByVolume = parts.Length == 0 ? null : AtParts() });

        IReadOnlyList<BreakEvenBand> AtParts()
        {
            var elsewhere = pricing.Payback();

            return [.. parts.Select(volume => new BreakEvenBand(volume, elsewhere.At(volume)))];
        }

        static StrategyCost Cost(Variant variant, CostLine[] lines, bool retrieval)
        {
            var (upfront, running, _) = Pricing.Cost(lines, variant.FailureProbability.Value);

            return new(variant.Strategy, upfront, upfront + running, RoiPercent: null, variant.Tuning, retrieval);
        }
    }

    private static BreakEven Around(BreakEven declared, UseCaseFacts facts, Pricing pricing, LookAround lookAround)
    {
        if (lookAround is LookAround.Nowhere)
        {
            return declared;
        }

        var payback = pricing.Payback();
        var volume = facts.Volume.RequestsPerMonth;
        long[] also = [(long)volume, (long)decimal.Ceiling(volume)];

        return lookAround is LookAround.OtherVolumes
            ? declared with { ByVolume = BreakEvenSearch.ByVolume(also, payback.At) }
            : declared with
            {
                ByVolume = BreakEvenSearch.ByVolume([.. also, .. PaybackCosts.VolumesOfParts(facts)], payback.At),
                ByFact = payback.UnderOtherFacts(),
            };
    }

    private static UseCaseFacts WithoutMoney(UseCaseFacts facts) => facts with
    {
        Budget = null,
        Benefit = facts.Benefit with { HoursPerMonth = null, HourlyRate = null, MonthlyValue = null },
    };

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

    private static void WarnOfVolume(UseCaseFacts facts, Pricing pricing, int months, Notes notes)
    {
        var (ramp, prompted) = (pricing.Volume, pricing.Prompted);

        if (ramp.First(months).Contains(ramp.Ceiling))
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

/// <summary>Where else than at the declared facts a forecast says whether tuning pays back, for flips to rest on.</summary>
public enum LookAround { Nowhere, OtherVolumes, OtherVolumesAndFacts }
