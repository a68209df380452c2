using System.Globalization;
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
    public const string EngineVersion = "forecast-1";

    /// <exception cref="ForecastRefusedException">The facts name an amount or currency no forecast can be made from.</exception>
    public static Forecast Forecast(UseCaseFacts facts, Versioned<PriceBook> prices, Versioned<CostPolicy> policy) =>
        new Calculation(facts, prices.Content, policy.Content).Forecast();

    /// <summary>One forecast under way; it notes each assumption it uses and each doubt it meets.</summary>
    private sealed class Calculation
    {
        private readonly UseCaseFacts facts;
        private readonly PriceBook prices;
        private readonly CostPolicy policy;
        private readonly List<Assumption> assumptions = [];
        private readonly List<ForecastWarning> warnings = [];

        private readonly string currency;
        private readonly decimal rate;
        private readonly decimal[] volume;
        private readonly VolumeRamp ramp;
        private readonly ModelPrice promptedModel;
        private readonly TunedModelPrice tunedModel;

        public Calculation(UseCaseFacts facts, PriceBook prices, CostPolicy policy)
        {
            this.facts = facts;
            this.prices = prices;
            this.policy = policy;

            RefuseWhatCannotBeComputed();

            (currency, rate) = ResultCurrency();
            ramp = new VolumeRamp(
                facts.Volume.RequestsPerMonth, facts.Volume.MonthlyGrowthPercent ?? 0, policy.Limits.RequestsPerMonth);
            volume = [.. ramp.Take(policy.HorizonMonths)];
            promptedModel = PromptedModel();
            tunedModel = TunedModel();
        }

        public Forecast Forecast()
        {
            if (volume.Contains(ramp.Ceiling))
            {
                Warn("volume-ceiling", $"The growth leads beyond {ramp.Ceiling:0} requests per month; the forecast stays there.");
            }

            if (facts.Volume.PromptTokensPerRequest + (long)facts.Volume.OutputTokensPerRequest > promptedModel.ContextWindow)
            {
                Warn("context-window", $"A request is longer than the {promptedModel.ContextWindow} tokens {promptedModel.Id} can read.");
            }

            var benefit = MonthlyBenefit();

            var prompted = Price(StrategyKind.PromptEngineering, tuned: 0, policy.Prompting.FailureProbability, benefit);
            var tuned = Price(StrategyKind.FineTuning, tuned: 1, policy.Tuning.FailureProbability, benefit);
            var hybrid = Price(StrategyKind.Hybrid, HybridShare(), policy.Hybrid.FailureProbability, benefit);

            var requests = volume.Sum();
            var extraUpfront = tuned.Upfront - prompted.Upfront;
            decimal? saving = requests >= 1 ? (prompted.Running - tuned.Running) / requests : null;

            WarnOfBudget([prompted, tuned, hybrid]);

            var claims = ClaimChecks.Of(facts.Benefit, Use(policy.ClaimTolerance));
            foreach (var claim in claims.Where(c => !c.Consistent))
            {
                Warn("X8", $"{claim.Measure}: {claim.Message}");
            }

            return new Forecast(
                currency,
                policy.HorizonMonths,
                [prompted, tuned, hybrid],
                BreakEven(extraUpfront, saving),
                extraUpfront,
                saving,
                benefit,
                claims,
                assumptions,
                warnings);
        }

        /// <summary>
        /// Prices a strategy under which the given share of the requests is answered by the tuned model, and the rest by prompting
        /// the base model: 0 is prompt engineering, 1 is fine-tuning.
        /// </summary>
        private StrategyForecast Price(StrategyKind strategy, decimal tuned, Parameter failureProbability, decimal? benefit)
        {
            var lines = new List<CostLine>();
            lines.AddRange(PromptingLines(prompted: 1 - tuned, tuned));

            if (tuned > 0)
            {
                lines.AddRange(TuningLines(tuned));
            }

            if (strategy is StrategyKind.Hybrid)
            {
                var routing = Use(policy.Hybrid.RoutingPerMonth);
                lines.Add(Line("routing", "Routing between the tuned and the prompted model", Use(policy.Hybrid.RoutingUpfront), _ => routing));
            }

            var atRisk = lines.Sum(l => l.Upfront) * Use(failureProbability);
            lines.Add(InResultCurrency("failure-reserve", "Upfront cost lost if it fails, weighted by the probability", atRisk, new decimal[volume.Length]));

            var upfront = lines.Sum(l => l.Upfront);
            var total = lines.Sum(l => l.Total);

            return new StrategyForecast(
                strategy,
                tuned == 0 ? promptedModel.Id : tuned == 1 ? tunedModel.Price.Id : $"{promptedModel.Id} + {tunedModel.Price.Id}",
                tuned,
                upfront,
                total,
                benefit is null || total == 0 ? null : Cents(((benefit.Value * policy.HorizonMonths) - total) / total * 100),
                lines);
        }

        /// <summary>The work on prompts shrinks with the share of tuned requests, but never to nothing: a tuned model is prompted too.</summary>
        private IEnumerable<CostLine> PromptingLines(decimal prompted, decimal tuned)
        {
            var costs = policy.Prompting;
            var prompts = facts.PromptCount ?? Use(costs.DefaultPromptCount);
            var work = prompted + (tuned == 0 ? 0 : tuned * Use(policy.Tuning.PromptWorkKept));
            var hour = Use(costs.HourlyRate);

            var buildDays = Use(costs.BuildDays) + (prompts * Use(costs.BuildDaysPerPrompt));
            yield return Line("prompt-build", "Designing and evaluating the prompts", work * buildDays * Use(costs.HoursPerDay) * hour, _ => 0);

            if (prompted > 0)
            {
                var request = RequestCost(
                    facts.Volume.PromptTokensPerRequest, promptedModel.Input, promptedModel.CachedInput, promptedModel.Output);
                yield return Line("prompt-inference", $"Tokens of {promptedModel.Id}", 0, month => prompted * volume[month] * request);

                var overhead = Use(costs.OverheadPerThousandTokens) * facts.Volume.PromptTokensPerRequest / 1_000;
                yield return Line(
                    "prompt-overhead", "Memory and latency overhead of long prompts", 0, month => prompted * volume[month] * request * overhead);
            }

            var engineering = work * Use(costs.EngineeringHoursPerMonth) * hour;
            yield return Line("prompt-engineering", "Engineering time in operation", 0, _ => engineering);

            var newPrompts = prompts == 0 ? 0 : Use(costs.NewPromptsPerMonth);
            var perPrompt = Use(costs.RefinementHoursPerPrompt);
            var growth = Use(costs.RefinementGrowthPerFurtherPrompt);
            yield return Line("prompt-refinement", "Refining and regression-testing the prompts", 0, month =>
            {
                var count = prompts + (newPrompts * month);

                return work * hour * count * perPrompt * (1 + (growth * Math.Max(0, count - 1)));
            });
        }

        private IEnumerable<CostLine> TuningLines(decimal tuned)
        {
            var costs = policy.Tuning;
            var salary = Use(costs.MonthlySalary) * (facts.Team?.MlEngineers == 0 ? Use(costs.ContractorFactor) : 1);
            var promptTokens = facts.Volume.PromptTokensPerRequest * (1 - Use(costs.PromptShareRemoved));
            var tokens = promptTokens + facts.Volume.OutputTokensPerRequest;

            var labelled = Math.Min(facts.Data.LabelledExamples, Use(costs.MostExamples));
            var missing = Math.Max(0, Use(costs.FewestExamples) - labelled);
            var trainingTokens = (labelled + missing) * tokens * Use(costs.Epochs) * Use(costs.TrainingRuns);

            var compute = Math.Clamp(
                trainingTokens / 1_000_000 * tunedModel.TrainingPerMillionTokens, Use(costs.LowestCompute), Use(costs.HighestCompute));
            var data = (labelled * Use(costs.PreparationPerExample)) + (missing * (Use(costs.LabellingPerExample) + costs.PreparationPerExample.Value));
            var talent = Use(costs.TalentMonths) * salary;
            var validation = Use(costs.Validation) * ValidationFactor();
            var iteration = Use(costs.IterationCycles)
                * ((compute * Use(costs.IterationComputeShare)) + (Use(costs.IterationTalentMonths) * salary));

            yield return Line("tuning-compute", "Training compute, parameter-efficient", compute, _ => 0);
            yield return Line("tuning-data", "Preparing and labelling training data", data, _ => 0);
            yield return Line("tuning-talent", "Machine learning engineers", talent, _ => 0);
            yield return Line("tuning-validation", "Validating the tuned model", validation, _ => 0);
            yield return Line("tuning-iteration", "Further tuning cycles until it is good enough", iteration, _ => 0);

            yield return tunedModel.Hosting is { } hosting
                ? HostingLine(hosting, tuned, tokens)
                : TunedTokensLine(tunedModel.Price.Tuning!, tuned, promptTokens);

            var operations = Use(costs.OperationsPerMonth) * OperationsFactor();
            yield return Line("tuning-operations", "Monitoring, registry, pipelines, A/B tests", 0, _ => operations);

            var every = RetrainEveryMonths();
            var retraining = Use(costs.RetrainingShare) * (compute + data + talent + validation);
            yield return Line("tuning-retraining", "Retraining", 0, month => IsDue(month, every) ? retraining : 0);
        }

        /// <summary>Whole replicas, at least as many as availability asks for, whatever the volume.</summary>
        private CostLine HostingLine(HostingTier hosting, decimal tuned, decimal tokens)
        {
            var fewest = Use(policy.Tuning.Replicas);

            return Line("tuned-hosting", $"Dedicated hosting of {tunedModel.Price.Id}: {hosting.Hardware}", 0, month =>
                hosting.MonthlyPerReplica * Math.Max(fewest, Math.Ceiling(tuned * volume[month] * tokens / hosting.TokensPerMonthPerReplica)));
        }

        private CostLine TunedTokensLine(TuningPrice price, decimal tuned, decimal promptTokens)
        {
            var request = RequestCost(promptTokens, price.Input, price.CachedInput, price.Output);

            return Line("tuned-inference", $"Tokens of the tuned {tunedModel.Price.Id}", 0, month => tuned * volume[month] * request);
        }

        private decimal RequestCost(decimal promptTokens, decimal input, decimal? cachedInput, decimal output)
        {
            var cached = cachedInput is null ? 0 : Use(policy.Prompting.CachedShare);
            var inputPrice = ((1 - cached) * input) + (cached * (cachedInput ?? 0));

            return ((promptTokens * inputPrice) + (facts.Volume.OutputTokensPerRequest * output)) / 1_000_000;
        }

        /// <summary>After every so many whole months, but not at the very end, when nobody would use the result.</summary>
        private bool IsDue(int month, int every) => (month + 1) % every == 0 && month + 1 < policy.HorizonMonths;

        private decimal ValidationFactor() =>
            facts.Compliance.MedicalDevice == true || facts.Compliance.RegulatedSectors.Contains(RegulatedSector.MedicalDevice)
                ? Use(policy.Tuning.MedicalDeviceValidationFactor)
            : facts.Compliance.RegulatedSectors.Count > 0 ? Use(policy.Tuning.RegulatedValidationFactor)
            : 1;

        private decimal OperationsFactor()
        {
            if (facts.Team?.MlOpsMaturity is not { } maturity || !policy.Tuning.OperationsFactor.TryGetValue(maturity, out var factor))
            {
                return 1;
            }

            Assume("Factor on the operation of a tuned model, by the team's maturity", factor, "factor", "derived from S1, S3 (F22)");

            return factor;
        }

        private int RetrainEveryMonths()
        {
            if (facts.RequirementsChange is not { } change || !policy.Tuning.RetrainEveryMonths.TryGetValue(change, out var months))
            {
                return (int)Use(policy.Tuning.DefaultRetrainEveryMonths);
            }

            Assume("Months between two retrainings, by how often requirements change", months, "months", "derived from S2, S4 (O05, O06)");

            return months;
        }

        /// <summary>The components that need depth or care are the ones to tune; without components the policy's share.</summary>
        private decimal HybridShare() => facts.Task?.Components is { Count: > 0 } components
            ? Math.Clamp(components.Where(c => c.Sensitive == true || c.SpecialisedKnowledge == true).Sum(c => c.RequestShare), 0, 1)
            : Use(policy.Hybrid.DefaultTunedShare);

        private ModelPrice PromptedModel()
        {
            if (prices.Find(facts.Model?.Base) is { } named)
            {
                return named;
            }

            var fallback = Known(policy.DefaultModels.For(facts.Domain));
            Assume(
                facts.Model?.Base is { } unknown
                    ? $"Base model: '{unknown}' is not in the price book, {fallback.Id} is priced instead"
                    : $"Base model: none is named, {fallback.Id} is priced",
                value: null,
                unit: "",
                policy.DefaultModels.Source);

            return fallback;
        }

        /// <summary>
        /// Where the tuned model would come from: the provider, if the data may go there and it tunes the model; else the model
        /// itself or the default one with open weights, hosted by ourselves; else the default model a provider tunes.
        /// </summary>
        private TunedModelPrice TunedModel()
        {
            var mayLeave = facts.Data.ThirdPartyTrainingAllowed != false;
            var mayHost = facts.Data.SelfHostingAvailable != false;

            if (mayLeave && promptedModel.Tuning is { } offered)
            {
                return new TunedModelPrice(promptedModel, Hosting: null, offered.Training);
            }

            if (mayHost && promptedModel.OpenWeights)
            {
                return SelfHosted(promptedModel);
            }

            if (mayLeave)
            {
                var tunable = Known(policy.DefaultModels.Tunable);
                Assume($"Tuned model: {promptedModel.Id} cannot be tuned, {tunable.Id} is priced", null, "", policy.DefaultModels.Source);

                return new TunedModelPrice(tunable, Hosting: null, tunable.Tuning!.Training);
            }

            if (!mayHost)
            {
                Warn("C03", $"The data may go to no provider and no own hosting exists: fine-tuning is priced on own hosting for comparison only.");
            }

            var model = promptedModel.OpenWeights ? promptedModel : Known(policy.DefaultModels.SelfHosted);
            Assume($"Tuned model: the data may not go to a provider, {model.Id} is priced on own hosting", null, "", policy.DefaultModels.Source);

            return SelfHosted(model);
        }

        private TunedModelPrice SelfHosted(ModelPrice model)
        {
            var tier = policy.Tuning.Hosting.OrderBy(t => t.UpToBillionParameters)
                .FirstOrDefault(t => t.UpToBillionParameters >= (model.BillionParameters ?? 0))
                ?? throw new InvalidDataException($"The cost policy has no hosting tier for {model.Id}.");

            Assume(Text($"A replica of up to {tier.UpToBillionParameters:0.##} billion parameters, {tier.Hardware}"), tier.MonthlyPerReplica, $"{policy.Currency} per month", tier.Source);
            Assume("Tokens such a replica carries", tier.TokensPerMonthPerReplica, "tokens per month", tier.Source);
            Assume("Training such a model", tier.TrainingPerMillionTokens, $"{policy.Currency} per million tokens", tier.Source);

            return new TunedModelPrice(model, tier, tier.TrainingPerMillionTokens);
        }

        private ModelPrice Known(string id) =>
            prices.Find(id) ?? throw new InvalidDataException($"The cost policy falls back on {id}, which price book {prices.Version} lacks.");

        private BreakEven BreakEven(decimal extraUpfront, decimal? saving)
        {
            var result = BreakEvenMath.Compute(extraUpfront, saving ?? 0, ramp, policy.HorizonMonths);

            return saving is null
                ? result with { Explanation = "There are no requests to save on." }
                : result with
                {
                    Explanation = Text(
                        $"Fine-tuning costs {extraUpfront:0.00} {currency} more up front and saves {saving:0.########} {currency} per request against prompt engineering, fixed running costs included. {result.Explanation}"),
                };
        }

        /// <summary>Hours saved at their rate, or the stated monthly value, in the currency of the result; null where neither is complete.</summary>
        private decimal? MonthlyBenefit()
        {
            var benefit = facts.Benefit;
            decimal? hours = benefit is { HoursPerMonth: { } h, HourlyRate: { } r }
                ? Limited(Limited(h, "benefit.hoursPerMonth") * Limited(r.Amount, "benefit.hourlyRate.amount"), "benefit")
                    * policy.ExchangeRates.Between(r.Currency, currency, "benefit.hourlyRate.currency")
                : null;
            decimal? stated = benefit.MonthlyValue is { } value
                ? Limited(value.Amount, "benefit.monthlyValue.amount")
                    * policy.ExchangeRates.Between(value.Currency, currency, "benefit.monthlyValue.currency")
                : null;

            var chosen = benefit.Basis is BenefitBasis.HoursSaved ? hours ?? stated : stated ?? hours;

            if (chosen is null)
            {
                Warn("benefit", $"The benefit is not stated in full, so there is no return on investment.");
            }

            return chosen is { } amount ? Cents(amount) : null;
        }

        private void WarnOfBudget(IEnumerable<StrategyForecast> strategies)
        {
            if (facts.Budget is not { } budget)
            {
                return;
            }

            foreach (var strategy in strategies.Where(s => s.Total > budget.Amount))
            {
                Warn("budget", $"{strategy.Strategy} costs {strategy.Total:0.00} {currency} over {policy.HorizonMonths} months, more than the budget of {budget.Amount:0.00}.");
            }
        }

        private (string Currency, decimal Rate) ResultCurrency()
        {
            var (code, field) = facts switch
            {
                { Budget.Currency: var c } => (c, "budget.currency"),
                { Benefit.HourlyRate.Currency: var c } => (c, "benefit.hourlyRate.currency"),
                { Benefit.MonthlyValue.Currency: var c } => (c, "benefit.monthlyValue.currency"),
                _ => (policy.Currency, "currency"),
            };
            var perUnit = policy.ExchangeRates.Between(policy.Currency, code, field);

            if (code != policy.Currency)
            {
                var rates = policy.ExchangeRates;
                Assume(Text($"Exchange rate of {rates.AsOf:yyyy-MM-dd}"), Math.Round(perUnit, 6, MidpointRounding.ToEven), $"{code} per {policy.Currency}", rates.Source);
            }

            return (code, perUnit);
        }

        private void RefuseWhatCannotBeComputed()
        {
            Limited(facts.Budget?.Amount ?? 0, "budget.amount");

            if (facts.Volume.RequestsPerMonth < 0 || facts.Volume.RequestsPerMonth > policy.Limits.RequestsPerMonth)
            {
                throw Refused("volume.requestsPerMonth", $"must be from 0 to {policy.Limits.RequestsPerMonth:0}.");
            }

            if (facts.Volume.MonthlyGrowthPercent is < -100 or > 1_000)
            {
                throw Refused("volume.monthlyGrowthPercent", $"must be from -100 to 1000.");
            }

            if (facts.Volume.PromptTokensPerRequest < 0 || facts.Volume.OutputTokensPerRequest < 0)
            {
                throw Refused("volume", $"tokens per request cannot be negative.");
            }
        }

        private decimal Limited(decimal amount, string field) =>
            amount >= 0 && amount <= policy.Limits.Amount
                ? amount
                : throw Refused(field, $"must be from 0 to {policy.Limits.Amount:0}.");

        private static ForecastRefusedException Refused(string field, FormattableString message) => new(field, Text(message));

        private CostLine Line(string id, string name, decimal upfront, Func<int, decimal> monthly) =>
            InResultCurrency(id, name, upfront * rate, [.. Enumerable.Range(0, volume.Length).Select(month => monthly(month) * rate)]);

        private static CostLine InResultCurrency(string id, string name, decimal upfront, decimal[] monthly)
        {
            decimal[] rounded = [.. monthly.Select(Cents)];

            return new CostLine(id, name, Cents(upfront), rounded, Cents(upfront) + rounded.Sum());
        }

        private static decimal Cents(decimal amount) => Math.Round(amount, 2, MidpointRounding.ToEven);

        private decimal Use(Parameter parameter)
        {
            Assume(parameter.Name, parameter.Value, parameter.Unit, parameter.Source);

            return parameter.Value;
        }

        private void Assume(string name, decimal? value, string unit, string source)
        {
            var assumption = new Assumption(name, value, unit, source);

            if (!assumptions.Contains(assumption))
            {
                assumptions.Add(assumption);
            }
        }

        private void Warn(string id, FormattableString message) => warnings.Add(new ForecastWarning(id, Text(message)));

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The model to tune, and how it would be served: by replicas of our own, or, without a tier, by its provider.</summary>
    private sealed record TunedModelPrice(ModelPrice Price, HostingTier? Hosting, decimal TrainingPerMillionTokens);
}
