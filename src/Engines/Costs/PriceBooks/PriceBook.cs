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

/// <summary>
/// The parameter count is known for open weights only; it decides what serving the model oneself takes. A context window the
/// publication does not state is unknown.
/// </summary>
public sealed record ModelPrice(
    string Id,
    string Provider,
    string Source,
    decimal Input,
    decimal Output,
    int? ContextWindow = null,
    decimal? CachedInput = null,
    decimal? CacheWrite = null,
    decimal? BatchInput = null,
    decimal? BatchOutput = null,
    LongPromptPrice? LongPrompt = null,
    TuningPrice? Tuning = null,
    bool OpenWeights = false,
    decimal? BillionParameters = null,
    IReadOnlyList<PriceChange>? Changes = null)
{
    /// <summary>What a token costs on a day, in a request with a prompt of this length.</summary>
    public TokenRates RatesOn(DateOnly day, decimal promptTokens)
    {
        if (LongPrompt is { } longer && promptTokens > longer.AboveTokens)
        {
            return new(longer.Input, longer.Output, longer.CachedInput);
        }

        return Changes?.Where(c => c.From <= day).MaxBy(c => c.From) is { } changed
            ? new(changed.Input, changed.Output, changed.CachedInput)
            : new(Input, Output, CachedInput, CacheWrite, BatchInput, BatchOutput);
    }
}

/// <summary>Prices of a request whose prompt is longer than so many tokens.</summary>
public sealed record LongPromptPrice(int AboveTokens, decimal Input, decimal Output, decimal? CachedInput = null);

/// <summary>A price the provider has announced for a later day.</summary>
public sealed record PriceChange(DateOnly From, string Source, decimal Input, decimal Output, decimal? CachedInput = null);

/// <summary>Prices of a provider that tunes the model and serves the result by the token.</summary>
public sealed record TuningPrice(string Source, decimal Training, decimal Input, decimal Output, decimal? CachedInput = null)
{
    public TokenRates Rates => new(Input, Output, CachedInput);
}

/// <summary>What a million tokens cost: fresh, read from the cache, written to it, and in batches that may wait.</summary>
public readonly record struct TokenRates(
    decimal Input,
    decimal Output,
    decimal? CachedInput = null,
    decimal? CacheWrite = null,
    decimal? BatchInput = null,
    decimal? BatchOutput = null);
