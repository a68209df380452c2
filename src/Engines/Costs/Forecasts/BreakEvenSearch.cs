using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Finds the values of a fact at which an answer changes: to the unit where it changes once between two of the values that are looked
/// at. By volume it does but for steps of hosting.
/// </summary>
internal static class BreakEvenSearch
{
    private static readonly long[] Volumes =
        [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000];

    /// <param name="also">Volumes looked at in any case.</param>
    /// <param name="at">The answer at a volume of the first month.</param>
    public static IReadOnlyList<BreakEvenBand> ByVolume(IEnumerable<long> also, Func<long, BreakEvenOutcome> at) =>
        [.. Find(Volumes.Concat(also), at).Select(band => new BreakEvenBand(band.From, band.Answer))];

    /// <summary>Each answer with the first value it holds from; the first one holds from 0.</summary>
    public static List<(long From, TAnswer Answer)> Find<TAnswer>(IEnumerable<long> lookAt, Func<long, TAnswer> at)
    {
        var equal = EqualityComparer<TAnswer>.Default;
        var (below, answer) = (0L, at(0));
        var bands = new List<(long, TAnswer)> { (0, answer) };

        foreach (var value in lookAt.Distinct().Where(v => v > 0).Order())
        {
            var there = at(value);

            while (!equal.Equals(there, answer))
            {
                (below, answer) = FirstOther(below, value, answer, at);
                bands.Add((below, answer));
            }

            below = value;
        }

        return bands;
    }

    private static (long Value, TAnswer Answer) FirstOther<TAnswer>(long same, long other, TAnswer answer, Func<long, TAnswer> at)
    {
        var equal = EqualityComparer<TAnswer>.Default;

        while (other - same > 1)
        {
            var middle = same + ((other - same) / 2);
            (same, other) = equal.Equals(at(middle), answer) ? (middle, other) : (same, middle);
        }

        return (other, at(other));
    }
}
