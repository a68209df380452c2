using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>What tuning costs: data, compute, people and validation up front, then serving, operation and retraining.</summary>
internal sealed class TuningLines(
    UseCaseFacts facts, CostPolicy policy, Notes notes, LineWriter write, TokenCosts tokens, decimal[] volume)
{
    private readonly TuningCosts costs = policy.Tuning;

    public decimal[] Volume => volume;

    /// <summary>What is left of the prompt once the model knows its task.</summary>
    public decimal PromptTokens => facts.Volume.PromptTokensPerRequest * (1 - notes.Use(costs.PromptShareRemoved));

    public IEnumerable<CostLine> Lines(TuningMethod method, TunedModelPrice model, decimal tuned)
    {
        var effort = EffortOf(method, model);

        foreach (var line in Upfront(method, effort))
        {
            yield return line;
        }

        yield return model.Hosting is { } hosting ? Hosting(model, hosting, tuned) : TunedTokens(model, tuned);
        yield return Operations();
        yield return Retraining(effort);
    }

    /// <summary>The lines that are the same at every volume.</summary>
    public CostLine[] WhateverTheVolume(TuningMethod method, TunedModelPrice model)
    {
        var effort = EffortOf(method, model);

        return [.. Upfront(method, effort), Operations(), Retraining(effort)];
    }

    /// <summary>What serving adds up to at another volume, where all requests go to the tuned model.</summary>
    public decimal TotalAt(TunedModelPrice model, decimal[] atVolume)
    {
        if (model.Hosting is not { } hosting)
        {
            return write.Total(atVolume, TunedRequest(model));
        }

        var tokensPerRequest = TokensPerRequest;

        return write.Total(month => Hosting(hosting, atVolume[month], tokensPerRequest));
    }

    /// <summary>
    /// Serving as a straight line: what it adds up to at every volume alike, and what a request costs besides. With replicas of one's own
    /// that holds up to the requests the fewest of them carry in a month.
    /// </summary>
    public (decimal Regardless, decimal PerRequest, decimal UpToRequests) ServingInLine(TunedModelPrice model) =>
        model.Hosting is not { } hosting ? (0m, TunedRequest(model), decimal.MaxValue)
        : TokensPerRequest <= 0 ? (write.Total(_ => Hosting(hosting, 0, 0)), 0m, decimal.MaxValue)
        : (write.Total(_ => Hosting(hosting, 0, 0)), 0m, notes.Use(costs.Replicas) * hosting.TokensPerMonthPerReplica / TokensPerRequest);

    private decimal TunedRequest(TunedModelPrice model) => tokens.Request(model.Price.Tuning!.Rates, PromptTokens);

    private Effort EffortOf(TuningMethod method, TunedModelPrice model)
    {
        var salary = notes.Use(costs.MonthlySalary) * (facts.Team?.MlEngineers == 0 ? notes.Use(costs.ContractorFactor) : 1);
        var perRequest = TokensPerRequest;

        var labelled = Math.Min(facts.Data.LabelledExamples, notes.Use(method.MostExamples));
        var missing = Math.Max(0, notes.Use(method.FewestExamples) - labelled);
        var examples = labelled + missing;
        var trainingTokens = examples * perRequest * notes.Use(costs.Epochs) * notes.Use(costs.TrainingRuns);

        var compute = Math.Clamp(
            trainingTokens / 1_000_000 * model.TrainingPerMillionTokens * notes.Use(method.ComputeFactor),
            notes.Use(method.LowestCompute),
            notes.Use(method.HighestCompute));
        var data = (examples * notes.Use(costs.PreparationPerExample)) + (missing * notes.Use(costs.LabellingPerExample));
        var talent = notes.Use(costs.TalentMonths) * salary;
        var validation = notes.Use(costs.Validation) * ValidationFactor();
        var cycle = (compute * notes.Use(costs.IterationComputeShare)) + (notes.Use(costs.IterationTalentMonths) * salary);

        return new(compute, data, talent, validation, cycle);
    }

    private CostLine[] Upfront(TuningMethod method, Effort effort) =>
    [
        write.Upfront("tuning-compute", $"Training compute, {method.Name}", effort.Compute),
        write.Upfront("tuning-data", "Preparing and labelling training data", effort.Data),
        write.Upfront("tuning-talent", "Machine learning engineers", effort.Talent),
        write.Upfront("tuning-validation", "Validating the tuned model", effort.Validation),
        write.Upfront("tuning-iteration", "Further tuning cycles until it is good enough", notes.Use(costs.IterationCycles) * effort.Cycle),
    ];

    private CostLine Operations() => write.Steady(
        "tuning-operations", "Monitoring, registry, pipelines, A/B tests", notes.Use(costs.OperationsPerMonth) * OperationsFactor());

    private CostLine Retraining(Effort effort)
    {
        var every = RetrainEveryMonths();
        var retraining = notes.Use(costs.RetrainingShare) * (effort.Compute + effort.Data + effort.Talent + effort.Validation);

        return write.Monthly("tuning-retraining", "Retraining", month => IsDue(month, every) ? retraining : 0);
    }

    private decimal TokensPerRequest => PromptTokens + facts.Volume.OutputTokensPerRequest;

    /// <summary>Whole replicas, at least as many as availability asks for, whatever the volume.</summary>
    public decimal Hosting(HostingTier hosting, decimal requests, decimal tokensPerRequest)
    {
        var load = requests * tokensPerRequest;
        var fewest = notes.Use(costs.Replicas);
        var replicas = load <= fewest * hosting.TokensPerMonthPerReplica
            ? fewest
            : Math.Ceiling(load / hosting.TokensPerMonthPerReplica);

        return hosting.MonthlyPerReplica * replicas;
    }

    private CostLine Hosting(TunedModelPrice model, HostingTier hosting, decimal tuned)
    {
        var tokensPerRequest = TokensPerRequest;

        return write.Monthly(
            "tuned-hosting",
            $"Dedicated hosting of {model.Price.Id}: {hosting.Hardware}",
            month => Hosting(hosting, tuned * volume[month], tokensPerRequest));
    }

    private CostLine TunedTokens(TunedModelPrice model, decimal tuned) =>
        write.Share("tuned-inference", $"Tokens of the tuned {model.Price.Id}", volume, tuned * TunedRequest(model));

    private decimal ValidationFactor() =>
        facts.Compliance.MedicalDevice == true || facts.Compliance.RegulatedSectors.Contains(RegulatedSector.MedicalDevice)
            ? notes.Use(costs.MedicalDeviceValidationFactor)
        : facts.Compliance.RegulatedSectors.Count > 0 ? notes.Use(costs.RegulatedValidationFactor)
        : 1;

    private decimal OperationsFactor() =>
        facts.Team?.MlOpsMaturity is { } maturity && costs.OperationsFactor.TryGetValue(maturity, out var factor)
            ? notes.Use(factor)
            : 1;

    private int RetrainEveryMonths() => (int)notes.Use(
        facts.RequirementsChange is { } change && costs.RetrainEveryMonths.TryGetValue(change, out var months)
            ? months
            : costs.DefaultRetrainEveryMonths);

    /// <summary>After every so many whole months, but not at the very end, when nobody would use the result.</summary>
    private bool IsDue(int month, int every) => (month + 1) % every == 0 && month + 1 < volume.Length;

    /// <summary>What making a model good enough takes, in the policy's currency; a cycle is tuning it once more.</summary>
    private readonly record struct Effort(decimal Compute, decimal Data, decimal Talent, decimal Validation, decimal Cycle);
}
