using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>Which model is priced where requests are prompted, and which one, served how, where they are tuned.</summary>
internal sealed class ModelChoice(UseCaseFacts facts, PriceBook prices, CostPolicy policy, Notes notes)
{
    private readonly DefaultModels defaults = policy.DefaultModels;

    /// <summary>Every model a forecast of these facts may be priced by, whatever the price book holds.</summary>
    public static IEnumerable<string> Candidates(UseCaseFacts facts, DefaultModels defaults) =>
        [facts.Model?.Base ?? "", defaults.For(facts.Domain), defaults.Tunable, defaults.SelfHosted];

    public ModelPrice Prompted()
    {
        if (prices.Find(facts.Model?.Base) is { } named)
        {
            return named;
        }

        var fallback = Known(defaults.For(facts.Domain));

        if (facts.Model?.Base is { } unknown)
        {
            notes.Assume($"Base model: '{unknown}' is not in the price book, {fallback.Id} is priced instead", defaults.Source);
        }
        else
        {
            notes.Assume($"Base model: none is named, {fallback.Id} is priced", defaults.Source);
        }

        return fallback;
    }

    /// <summary>
    /// Where the tuned model would come from: the provider, if the data may go there and it tunes the model; else the model
    /// itself or the default one with open weights, hosted by ourselves; else the default model a provider tunes.
    /// </summary>
    public TunedModelPrice Tuned(ModelPrice prompted)
    {
        var mayLeave = facts.Data.ThirdPartyTrainingAllowed != false;
        var mayHost = facts.Data.SelfHostingAvailable != false;

        if (mayLeave && prompted.Tuning is { } offered)
        {
            return new TunedModelPrice(prompted, Hosting: null, offered.Training);
        }

        if (mayHost && prompted.OpenWeights)
        {
            return Hosted(prompted);
        }

        if (mayLeave)
        {
            var tunable = Known(defaults.Tunable);
            notes.Assume($"Tuned model: {prompted.Id} cannot be tuned, {tunable.Id} is priced", defaults.Source);

            return new TunedModelPrice(tunable, Hosting: null, tunable.Tuning!.Training);
        }

        if (!mayHost)
        {
            notes.Warn(
                "C03",
                $"The data may go to no provider and there is no own hosting: fine-tuning is priced on it for comparison only.");
        }

        var open = Open(prompted);
        notes.Assume($"Tuned model: the data may not go to a provider, {open.Id} is priced on own hosting", defaults.Source);

        return Hosted(open);
    }

    /// <summary>No provider tunes all weights of a model for us: that takes open ones, and hosting of our own.</summary>
    public TunedModelPrice FullyTuned(ModelPrice prompted)
    {
        if (facts.Data.SelfHostingAvailable == false)
        {
            notes.Warn("hosting", $"Tuning all weights takes own hosting, which there is none of: it is priced for comparison only.");
        }

        return Hosted(Open(prompted));
    }

    /// <summary>The tuned model on hosting of our own beside the one a provider would serve, whichever of them is chosen.</summary>
    public (TunedModelPrice Hosted, ModelPrice Served) Serving(ModelPrice prompted) =>
        (Hosted(Open(prompted)), prompted.Tuning is null ? Known(defaults.Tunable) : prompted);

    private ModelPrice Open(ModelPrice prompted) => prompted.OpenWeights ? prompted : Known(defaults.SelfHosted);

    private TunedModelPrice Hosted(ModelPrice model)
    {
        var tier = policy.Tuning.Hosting.OrderBy(t => t.UpToBillionParameters)
            .FirstOrDefault(t => t.UpToBillionParameters >= (model.BillionParameters ?? 0))
            ?? throw new InvalidDataException($"The cost policy has no hosting tier for {model.Id}.");

        if (notes.AreKept)
        {
            Assume(tier);
        }

        return new TunedModelPrice(model, tier, tier.TrainingPerMillionTokens);
    }

    private void Assume(HostingTier tier)
    {
        var size = Notes.Text($"model of up to {tier.UpToBillionParameters:0.##} billion parameters");
        var money = policy.Currency;

        notes.Assume(new($"Replica of a {size}, {tier.Hardware}", tier.MonthlyPerReplica, $"{money} per month", tier.Source));
        notes.Assume(new($"Load of a replica of a {size}", tier.TokensPerMonthPerReplica, "tokens per month", tier.Source));
        notes.Assume(new($"Training a {size}", tier.TrainingPerMillionTokens, $"{money} per million tokens", tier.Source));
    }

    private ModelPrice Known(string id) =>
        prices.Find(id)
        ?? throw new InvalidDataException($"The cost policy falls back on {id}, which price book {prices.Version} lacks.");
}

/// <summary>The model to tune, and how it would be served: by replicas of our own, or, without a tier, by its provider.</summary>
internal sealed record TunedModelPrice(ModelPrice Price, HostingTier? Hosting, decimal TrainingPerMillionTokens);
