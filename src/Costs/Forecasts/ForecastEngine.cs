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
    public const string EngineVersion = "forecast-2";

    /// <exception cref="ForecastRefusedException">The facts name an amount or currency no forecast can be made from.</exception>
    public static Forecast Forecast(UseCaseFacts facts, Versioned<PriceBook> prices, Versioned<CostPolicy> versioned)
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
        var benefit = MonthlyBenefit(facts.Benefit, currency, policy, notes);
        var lines = new CostLines(facts, policy, notes, prompted, models.Tuned(prompted), volume, rate);

        StrategyForecast[] strategies =
        [
            lines.Price(StrategyKind.PromptEngineering, tuned: 0, policy.Prompting.FailureProbability, benefit),
            lines.Price(StrategyKind.FineTuning, tuned: 1, policy.Tuning.FailureProbability, benefit),
            lines.Price(StrategyKind.Hybrid, HybridShare(facts, policy, notes), policy.Hybrid.FailureProbability, benefit),
        ];

        var (prompting, tuning) = (strategies[0], strategies[1]);
        var requests = volume.Sum();
        var extraUpfront = tuning.Upfront - prompting.Upfront;
        decimal? saving = requests >= 1 ? (prompting.Running - tuning.Running) / requests : null;
        var claims = ClaimChecks.Of(facts.Benefit, notes.Use(policy.ClaimTolerance));

        WarnOfVolume(facts, prompted, ramp, volume, notes);
        WarnOfBudget(facts, strategies, currency, notes);
        WarnOfClaims(claims, notes);

        return new Forecast(
            currency,
            policy.HorizonMonths,
            strategies,
            BreakEven(extraUpfront, saving, ramp, policy.HorizonMonths, currency),
            extraUpfront,
            saving,
            benefit,
            claims,
            notes.Assumptions,
            notes.Warnings);
    }

    private static BreakEven BreakEven(decimal extraUpfront, decimal? saving, VolumeRamp ramp, int horizon, string currency)
    {
        if (saving is not { } perRequest)
        {
            return new BreakEven(Requests: null, Month: null, WithinHorizon: false, "There are no requests to save on.");
        }

        var result = BreakEvenMath.Compute(extraUpfront, perRequest, ramp, horizon);
        var spent = Notes.Text($"Fine-tuning costs {extraUpfront:0.00} {currency} more up front than prompt engineering");
        var saved = Notes.Text($"saves {perRequest:0.########} {currency} per request, fixed running costs included");

        return result with { Explanation = $"{spent} and {saved}. {result.Explanation}" };
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

        return CostLines.Cents(Limited(amount, limit, "benefit"));
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
        var rate = rates.Between(policy.Currency, currency, field);

        if (currency != policy.Currency)
        {
            notes.Assume(new(
                Notes.Text($"Exchange rate of {rates.AsOf:yyyy-MM-dd}"),
                Math.Round(rate, 6, MidpointRounding.ToEven),
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
            notes.Warn("budget", $"{strategy.Strategy} costs {strategy.Total:0.00} {currency}, beyond the budget of {budget:0.00}.");
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
        Limited(facts.Budget?.Amount ?? 0, limits.Amount, "budget.amount");
        Limited(facts.Volume.RequestsPerMonth, limits.RequestsPerMonth, "volume.requestsPerMonth");
        Limited(facts.Volume.PromptTokensPerRequest, int.MaxValue, "volume.promptTokensPerRequest");
        Limited(facts.Volume.OutputTokensPerRequest, int.MaxValue, "volume.outputTokensPerRequest");
        Limited(facts.PromptCount ?? 0, limits.Prompts, "promptCount");
        Limited(facts.Data.LabelledExamples, int.MaxValue, "data.labelledExamples");

        if (facts.Volume.MonthlyGrowthPercent is < -100 or > 1_000)
        {
            throw new ForecastRefusedException("volume.monthlyGrowthPercent", "must be from -100 to 1000.");
        }
    }

    private static decimal Limited(decimal amount, decimal limit, string field) =>
        amount >= 0 && amount <= limit
            ? amount
            : throw new ForecastRefusedException(field, Notes.Text($"must be from 0 to {limit:0}."));
}
