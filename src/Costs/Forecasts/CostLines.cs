using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Writes a strategy's costs down line by line. Every strategy is the same sum at another share of tuned requests: 0 is prompt
/// engineering, 1 is fine-tuning, and a hybrid lies between them and pays for the routing.
/// </summary>
internal sealed class CostLines(
    UseCaseFacts facts,
    CostPolicy policy,
    Notes notes,
    ModelPrice promptedModel,
    TunedModelPrice tunedModel,
    decimal[] volume,
    decimal rate)
{
    public StrategyForecast Price(StrategyKind strategy, decimal tuned, Parameter failureProbability, decimal? monthlyBenefit)
    {
        List<CostLine> lines =
        [
            .. Prompting(prompted: 1 - tuned, tuned),
            .. tuned > 0 ? Tuning(tuned) : [],
            .. strategy is StrategyKind.Hybrid ? Routing() : [],
        ];

        var atRisk = lines.Sum(l => l.Upfront) * notes.Use(failureProbability);
        lines.Add(Rounded(
            "failure-reserve", "Upfront cost lost if it fails, weighted by the probability", atRisk, new decimal[volume.Length]));

        var total = lines.Sum(l => l.Total);
        var benefit = monthlyBenefit * volume.Length;

        return new StrategyForecast(
            strategy,
            Model: tuned switch
            {
                0 => promptedModel.Id,
                1 => tunedModel.Price.Id,
                _ => $"{promptedModel.Id} + {tunedModel.Price.Id}",
            },
            tuned,
            lines.Sum(l => l.Upfront),
            total,
            RoiPercent: total > 0 && benefit is { } gained ? Cents((gained - total) / total * 100) : null,
            lines);
    }

    /// <summary>The work on prompts shrinks with the tuned share, but not to nothing: a tuned model is prompted too.</summary>
    private IEnumerable<CostLine> Prompting(decimal prompted, decimal tuned)
    {
        var costs = policy.Prompting;
        var prompts = facts.PromptCount ?? notes.Use(costs.DefaultPromptCount);
        var work = prompted + (tuned > 0 ? tuned * notes.Use(policy.Tuning.PromptWorkKept) : 0);
        var hour = notes.Use(costs.HourlyRate);

        var buildDays = notes.Use(costs.BuildDays) + (prompts * notes.Use(costs.BuildDaysPerPrompt));
        var buildHours = buildDays * notes.Use(costs.HoursPerDay);
        yield return Upfront("prompt-build", "Designing and evaluating the prompts", work * buildHours * hour);

        if (prompted > 0)
        {
            var model = promptedModel;
            var tokens = facts.Volume.PromptTokensPerRequest;
            var request = prompted * RequestCost(tokens, model.Input, model.CachedInput, model.Output);
            var overhead = request * notes.Use(costs.OverheadPerThousandTokens) * tokens / 1_000;

            yield return Monthly("prompt-inference", $"Tokens of {model.Id}", month => volume[month] * request);
            yield return Monthly(
                "prompt-overhead", "Memory and latency overhead of long prompts", month => volume[month] * overhead);
        }

        var engineering = work * notes.Use(costs.EngineeringHoursPerMonth) * hour;
        yield return Monthly("prompt-engineering", "Engineering time in operation", _ => engineering);

        var added = prompts > 0 ? notes.Use(costs.NewPromptsPerMonth) : 0;
        var perPrompt = notes.Use(costs.RefinementHoursPerPrompt);
        var growth = notes.Use(costs.RefinementGrowthPerFurtherPrompt);
        yield return Monthly("prompt-refinement", "Refining and regression-testing the prompts", month =>
        {
            var count = prompts + (added * month);

            return work * hour * count * perPrompt * (1 + (growth * Math.Max(0, count - 1)));
        });
    }

    private IEnumerable<CostLine> Tuning(decimal tuned)
    {
        var costs = policy.Tuning;
        var salary = notes.Use(costs.MonthlySalary) * (facts.Team?.MlEngineers == 0 ? notes.Use(costs.ContractorFactor) : 1);
        var promptTokens = facts.Volume.PromptTokensPerRequest * (1 - notes.Use(costs.PromptShareRemoved));
        var tokens = promptTokens + facts.Volume.OutputTokensPerRequest;

        var labelled = Math.Min(facts.Data.LabelledExamples, notes.Use(costs.MostExamples));
        var missing = Math.Max(0, notes.Use(costs.FewestExamples) - labelled);
        var examples = labelled + missing;
        var trainingTokens = examples * tokens * notes.Use(costs.Epochs) * notes.Use(costs.TrainingRuns);

        var compute = Math.Clamp(
            trainingTokens / 1_000_000 * tunedModel.TrainingPerMillionTokens,
            notes.Use(costs.LowestCompute),
            notes.Use(costs.HighestCompute));
        var data = (examples * notes.Use(costs.PreparationPerExample)) + (missing * notes.Use(costs.LabellingPerExample));
        var talent = notes.Use(costs.TalentMonths) * salary;
        var validation = notes.Use(costs.Validation) * ValidationFactor();
        var cycle = (compute * notes.Use(costs.IterationComputeShare)) + (notes.Use(costs.IterationTalentMonths) * salary);

        yield return Upfront("tuning-compute", "Training compute, parameter-efficient", compute);
        yield return Upfront("tuning-data", "Preparing and labelling training data", data);
        yield return Upfront("tuning-talent", "Machine learning engineers", talent);
        yield return Upfront("tuning-validation", "Validating the tuned model", validation);
        yield return Upfront(
            "tuning-iteration", "Further tuning cycles until it is good enough", notes.Use(costs.IterationCycles) * cycle);

        yield return tunedModel.Hosting is { } hosting
            ? Hosting(hosting, tuned, tokens)
            : TunedTokens(tunedModel.Price.Tuning!, tuned, promptTokens);

        var operations = notes.Use(costs.OperationsPerMonth) * OperationsFactor();
        yield return Monthly("tuning-operations", "Monitoring, registry, pipelines, A/B tests", _ => operations);

        var every = RetrainEveryMonths();
        var retraining = notes.Use(costs.RetrainingShare) * (compute + data + talent + validation);
        yield return Monthly("tuning-retraining", "Retraining", month => IsDue(month, every) ? retraining : 0);
    }

    private IEnumerable<CostLine> Routing()
    {
        var monthly = notes.Use(policy.Hybrid.RoutingPerMonth);

        yield return Line(
            "routing", "Routing between the tuned and the prompted model", notes.Use(policy.Hybrid.RoutingUpfront), _ => monthly);
    }

    /// <summary>Whole replicas, at least as many as availability asks for, whatever the volume.</summary>
    private CostLine Hosting(HostingTier hosting, decimal tuned, decimal tokens)
    {
        var fewest = notes.Use(policy.Tuning.Replicas);

        return Monthly("tuned-hosting", $"Dedicated hosting of {tunedModel.Price.Id}: {hosting.Hardware}", month =>
        {
            var needed = Math.Ceiling(tuned * volume[month] * tokens / hosting.TokensPerMonthPerReplica);

            return hosting.MonthlyPerReplica * Math.Max(fewest, needed);
        });
    }

    private CostLine TunedTokens(TuningPrice price, decimal tuned, decimal promptTokens)
    {
        var request = RequestCost(promptTokens, price.Input, price.CachedInput, price.Output);

        return Monthly("tuned-inference", $"Tokens of the tuned {tunedModel.Price.Id}", month => tuned * volume[month] * request);
    }

    private decimal RequestCost(decimal promptTokens, decimal input, decimal? cachedInput, decimal output)
    {
        var promptPrice = input;

        if (cachedInput is { } cached)
        {
            var share = notes.Use(policy.Prompting.CachedShare);
            promptPrice = ((1 - share) * input) + (share * cached);
        }

        return ((promptTokens * promptPrice) + (facts.Volume.OutputTokensPerRequest * output)) / 1_000_000;
    }

    private decimal ValidationFactor() =>
        facts.Compliance.MedicalDevice == true || facts.Compliance.RegulatedSectors.Contains(RegulatedSector.MedicalDevice)
            ? notes.Use(policy.Tuning.MedicalDeviceValidationFactor)
        : facts.Compliance.RegulatedSectors.Count > 0 ? notes.Use(policy.Tuning.RegulatedValidationFactor)
        : 1;

    private decimal OperationsFactor() =>
        facts.Team?.MlOpsMaturity is { } maturity && policy.Tuning.OperationsFactor.TryGetValue(maturity, out var factor)
            ? notes.Use(factor)
            : 1;

    private int RetrainEveryMonths() => (int)notes.Use(
        facts.RequirementsChange is { } change && policy.Tuning.RetrainEveryMonths.TryGetValue(change, out var months)
            ? months
            : policy.Tuning.DefaultRetrainEveryMonths);

    /// <summary>After every so many whole months, but not at the very end, when nobody would use the result.</summary>
    private bool IsDue(int month, int every) => (month + 1) % every == 0 && month + 1 < volume.Length;

    private CostLine Upfront(string id, string name, decimal amount) => Line(id, name, amount, _ => 0);

    private CostLine Monthly(string id, string name, Func<int, decimal> amount) => Line(id, name, upfront: 0, amount);

    private CostLine Line(string id, string name, decimal upfront, Func<int, decimal> monthly) =>
        Rounded(id, name, upfront * rate, [.. Enumerable.Range(0, volume.Length).Select(month => monthly(month) * rate)]);

    private static CostLine Rounded(string id, string name, decimal upfront, decimal[] monthly)
    {
        decimal[] rounded = [.. monthly.Select(Cents)];

        return new CostLine(id, name, Cents(upfront), rounded, Cents(upfront) + rounded.Sum());
    }

    internal static decimal Cents(decimal amount) => Math.Round(amount, 2, MidpointRounding.ToEven);
}
