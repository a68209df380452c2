using System.Globalization;

namespace Governance.Costs.Forecasts;

/// <summary>
/// How far a total may be off. The drivers of the policy are drawn again and again, the same draws for every variant, so that
/// variants differ by their costs and not by luck; in a draw that fails the upfront cost is lost once more. The draws follow from
/// the hash of the facts alone, in whole numbers, so that every machine draws the same.
/// </summary>
internal sealed class CostRanges
{
    private const int Steps = 10_000;
    private const long One = 1_000_000;

    private readonly Dictionary<string, int> groupOfLine = new(StringComparer.Ordinal);
    private readonly long[,] factors;
    private readonly int[] luck;

    public CostRanges(RangePolicy policy, string inputHash)
    {
        var groups = Group(policy.Drivers);
        var state = ulong.Parse(inputHash.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        (long Low, long High)[] bounds = [.. policy.Drivers.Select(d => ((long)(d.Low * One), (long)(d.High * One)))];
        var drawn = new long[bounds.Length];
        factors = new long[policy.Draws, groups.Count];
        luck = new int[policy.Draws];

        for (var draw = 0; draw < policy.Draws; draw++)
        {
            for (var driver = 0; driver < drawn.Length; driver++)
            {
                drawn[driver] = Factor(bounds[driver], Next(ref state, 2 * Steps));
            }

            for (var group = 0; group < groups.Count; group++)
            {
                factors[draw, group] = Product(groups[group], drawn);
            }

            luck[draw] = Next(ref state, Steps);
        }
    }

    /// <param name="lines">All but the reserve, which is what a failure costs on average.</param>
    /// <param name="failureProbability">How many of the draws lose the upfront cost.</param>
    public CostRange Of(IReadOnlyList<CostLine> lines, decimal failureProbability)
    {
        var (upfront, unmoved) = (Int128.Zero, Int128.Zero);
        var moved = new Int128[factors.GetLength(1)];

        foreach (var line in lines)
        {
            upfront += InCents(line.Upfront);

            if (groupOfLine.TryGetValue(line.Id, out var group))
            {
                moved[group] += InCents(line.Total);
            }
            else
            {
                unmoved += InCents(line.Total);
            }
        }

        var outcomes = new Int128[luck.Length];

        for (var draw = 0; draw < outcomes.Length; draw++)
        {
            var outcome = unmoved * One;

            for (var group = 0; group < moved.Length; group++)
            {
                outcome += moved[group] * factors[draw, group];
            }

            outcomes[draw] = outcome + (luck[draw] < failureProbability * Steps ? upfront * One : 0);
        }

        Array.Sort(outcomes);

        return new(Percentile(outcomes, 10), Percentile(outcomes, 50), Percentile(outcomes, 90));
    }

    /// <summary>Lines that the same drivers move are added up before they are scaled.</summary>
    private List<int[]> Group(IReadOnlyList<CostDriver> drivers)
    {
        var groups = new List<int[]>();

        foreach (var line in drivers.SelectMany(d => d.Lines).Distinct(StringComparer.Ordinal))
        {
            int[] movers = [.. Enumerable.Range(0, drivers.Count).Where(i => drivers[i].Lines.Contains(line, StringComparer.Ordinal))];
            var group = groups.FindIndex(known => known.SequenceEqual(movers));

            if (group < 0)
            {
                group = groups.Count;
                groups.Add(movers);
            }

            groupOfLine.Add(line, group);
        }

        return groups;
    }

    /// <summary>The lower half of the steps lies evenly between the low bound and 1, the upper half between 1 and the high one.</summary>
    private static long Factor((long Low, long High) bound, int step) =>
        step < Steps
            ? bound.Low + ((One - bound.Low) * step / Steps)
            : One + ((bound.High - One) * (step - Steps) / Steps);

    private static long Product(int[] drivers, long[] drawn)
    {
        var product = One;

        foreach (var driver in drivers)
        {
            product = product * drawn[driver] / One;
        }

        return product;
    }

    /// <summary>The next of a sequence of evenly spread whole numbers from 0 to below the bound (SplitMix64).</summary>
    private static int Next(ref ulong state, int bound)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            mixed ^= mixed >> 31;

            return (int)(((mixed >> 32) * (ulong)bound) >> 32);
        }
    }

    private static Int128 InCents(decimal amount) => (Int128)(amount * 100);

    /// <summary>The smallest outcome that so many in a hundred stay within.</summary>
    private static decimal Percentile(Int128[] ascending, int percent) =>
        LineWriter.Cents((decimal)ascending[(((ascending.Length * percent) + 99) / 100) - 1] / (One * 100));
}
