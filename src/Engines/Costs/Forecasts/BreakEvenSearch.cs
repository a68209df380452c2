using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Finds the volumes at which the answer to whether tuning pays back changes: to the request where it changes once between two of the
/// volumes that are looked at, which it does but for steps of hosting.
/// </summary>
internal static class BreakEvenSearch
{
    private static readonly long[] Volumes =
        [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000];

    /// <param name="declared">Looked at in any case.</param>
    /// <param name="at">The answer at a volume of the first month.</param>
    public static IReadOnlyList<BreakEvenBand> Find(decimal declared, Func<long, BreakEvenOutcome> at)
    {
        var (below, outcome) = (0L, at(0));
        var bands = new List<BreakEvenBand> { new(0, outcome) };

        foreach (var volume in Volumes.Append((long)declared).Append((long)decimal.Ceiling(declared)).Distinct().Where(v => v > 0).Order())
        {
            var there = at(volume);

            while (there != outcome)
            {
                (below, outcome) = FirstOther(below, volume, outcome, at);
                bands.Add(new(below, outcome));
            }

            below = volume;
        }

        return bands;
    }

    private static (long Volume, BreakEvenOutcome Outcome) FirstOther(long same, long other, BreakEvenOutcome outcome, Func<long, BreakEvenOutcome> at)
    {
        while (other - same > 1)
        {
            var middle = same + ((other - same) / 2);
            (same, other) = at(middle) == outcome ? (middle, other) : (same, middle);
        }

        return (other, at(other));
    }
}
