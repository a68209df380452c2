using Governance.ServiceDefaults;

namespace Governance.Costs.PriceBooks;

/// <summary>What model providers charge, as they published it, in US dollars per million tokens.</summary>
public sealed record PriceBook(
    string Version,
    DateTimeOffset EffectiveFrom,
    IReadOnlyList<PriceSource> Sources,
    IReadOnlyList<ModelPrice> Models) : IVersionedData
{
    public ModelPrice? Find(string? id) => Models.FirstOrDefault(m => m.Id == id);
}

/// <summary>The publication a price was read from and the day on which it said so.</summary>
public sealed record PriceSource(string Id, string Name, DateOnly AsOf);

/// <summary>The parameter count is known for open weights only; it decides what serving the model oneself takes.</summary>
public sealed record ModelPrice(
    string Id,
    string Provider,
    string Source,
    decimal Input,
    decimal Output,
    int ContextWindow,
    decimal? CachedInput = null,
    TuningPrice? Tuning = null,
    bool OpenWeights = false,
    decimal? BillionParameters = null);

/// <summary>Prices of a provider that tunes the model and serves the result by the token.</summary>
public sealed record TuningPrice(string Source, decimal Training, decimal Input, decimal Output, decimal? CachedInput = null);
