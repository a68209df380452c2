using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>
/// The decision without its explanation. Points are signed: positive pulls to fine-tuning. The points the case could reach if its
/// unknown facts were known run from <paramref name="Lowest"/> to <paramref name="Highest"/>. Scores run from -1, ruled out,
/// to 1.
/// </summary>
internal sealed record Weighing(
    StrategyKind Recommendation,
    decimal Prompting,
    decimal Tuning,
    decimal Hybrid,
    decimal Points,
    decimal Lowest,
    decimal Highest,
    bool Blocked,
    IReadOnlyList<Weighing> Parts)
{
    public const decimal RuledOut = -1;

    public decimal Best => Math.Max(Prompting, Math.Max(Tuning, Hybrid));

    public bool PartsDiffer
    {
        get
        {
            foreach (var part in Parts)
            {
                if (part.Recommendation != Parts[0].Recommendation)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>On equal scores the simpler strategy comes first: prompting is the default, one strategy beats a mix.</summary>
    public static StrategyKind Choose(decimal prompting, decimal tuning, decimal hybrid) =>
        prompting >= tuning && prompting >= hybrid ? StrategyKind.PromptEngineering
        : tuning >= hybrid ? StrategyKind.FineTuning
        : StrategyKind.Hybrid;
}
