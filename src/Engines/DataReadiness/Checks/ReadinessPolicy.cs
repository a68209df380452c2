using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.DataReadiness.Checks;

/// <summary>What counts as ready data: thresholds, weights, words and sources of the checks D01 to D15.</summary>
public sealed record ReadinessPolicy : IVersionedData
{
    public required string Version { get; init; }

    public required DateTimeOffset EffectiveFrom { get; init; }

    public required ExampleThresholds Examples { get; init; }

    /// <summary>Content that can leak from a tuned model or a prompt.</summary>
    public required IReadOnlyList<DataCategory> SensitiveCategories { get; init; }

    /// <summary>How current outside knowledge must be before answers need a retrieval source.</summary>
    public required IReadOnlyList<KnowledgeFreshness> RetrievalNeededFor { get; init; }

    /// <summary>The share of a check's weight an outcome earns; an outcome without a share leaves the score alone.</summary>
    public required IReadOnlyDictionary<CheckOutcome, decimal> Credit { get; init; }

    public required IReadOnlyList<CheckPolicy> Checks { get; init; }
}

/// <summary>Example counts that tuning (T06), tuning all weights (T07) and prompting (T08) take.</summary>
public sealed record ExampleThresholds(int Tuning, int FullTuning, int Prompting);

/// <summary>One check; a failed gate blocks fine-tuning, any other failure only makes the data conditional.</summary>
public sealed record CheckPolicy(
    string Id,
    string Title,
    bool Gate,
    int Weight,
    IReadOnlyDictionary<CheckOutcome, string> Messages,
    IReadOnlyList<string> Citations);
