using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

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

    /// <summary>Beyond these, products of cents and factors would leave the range of a long.</summary>
    private const long MostCents = 100_000_000_000;
    private const long LargestFactor = 10 * One;

    private readonly Drivers drivers;
    private readonly long[][] factors;
    private readonly int[] luck;
    private readonly bool areFactorsSmall = true;

    public CostRanges(RangePolicy policy, string inputHash)
    {
        drivers = Drivers.Of(policy);
        var state = ulong.Parse(inputHash.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var drawn = new long[drivers.Bounds.Length];
        factors = [.. drivers.Groups.Select(_ => new long[policy.Draws])];
        luck = new int[policy.Draws];

        for (var draw = 0; draw < policy.Draws; draw++)
        {
            for (var driver = 0; driver < drawn.Length; driver++)
            {
                drawn[driver] = Factor(drivers.Bounds[driver], Next(ref state, 2 * Steps));
            }

            for (var group = 0; group < factors.Length; group++)
            {
                var factor = Product(drivers.Groups[group], drawn);
                factors[group][draw] = factor;
                areFactorsSmall &= factor <= LargestFactor;
            }

            luck[draw] = Next(ref state, Steps);
        }
    }

    /// <param name="lines">All but the reserve, which is what a failure costs on average.</param>
    /// <param name="failureProbability">How many of the draws lose the upfront cost.</param>
    public CostRange Of(IReadOnlyList<CostLine> lines, decimal failureProbability)
    {
        var (upfront, unmoved, sum) = (Int128.Zero, Int128.Zero, Int128.Zero);
        var moved = new Int128[factors.Length];

        foreach (var line in lines)
        {
            var total = InCents(line.Total);
            upfront += InCents(line.Upfront);
            sum += Int128.Abs(total);

            if (drivers.GroupOfLine.TryGetValue(line.Id, out var group))
            {
                moved[group] += total;
            }
            else
            {
                unmoved += total;
            }
        }

        return areFactorsSmall && sum + upfront < MostCents
            ? Range<long>(upfront, unmoved, moved, failureProbability)
            : Range<Int128>(upfront, unmoved, moved, failureProbability);
    }

    private CostRange Range<T>(Int128 upfront, Int128 unmoved, Int128[] moved, decimal failureProbability)
        where T : struct, IBinaryInteger<T>
    {
        var outcomes = new T[luck.Length];
        var (certain, lost) = (T.CreateChecked(unmoved * One), T.CreateChecked(upfront * One));
        var failsBelow = (int)Math.Ceiling(failureProbability * Steps);

        for (var draw = 0; draw < outcomes.Length; draw++)
        {
            outcomes[draw] = luck[draw] < failsBelow ? certain + lost : certain;
        }

        for (var group = 0; group < moved.Length; group++)
        {
            var (amount, of) = (T.CreateChecked(moved[group]), factors[group]);

            for (var draw = 0; draw < outcomes.Length; draw++)
            {
                outcomes[draw] += amount * T.CreateTruncating(of[draw]);
            }
        }

        return new(Percentile(outcomes, 10), Percentile(outcomes, 50), Percentile(outcomes, 90));
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
    private static decimal Percentile<T>(T[] outcomes, int percent) where T : struct, IBinaryInteger<T> =>
        LineWriter.Cents(decimal.CreateChecked(Ranked(outcomes, (((outcomes.Length * percent) + 99) / 100) - 1)) / (One * 100));

    /// <summary>The value that would stand at a place if all were sorted; they are only as far as that takes.</summary>
    private static T Ranked<T>(T[] values, int place) where T : struct, IBinaryInteger<T>
    {
        var (first, last) = (0, values.Length - 1);

        while (first < last)
        {
            var pivot = values[(first + last) / 2];
            var (low, high) = (first, last);

            while (low <= high)
            {
                while (values[low] < pivot)
                {
                    low++;
                }

                while (values[high] > pivot)
                {
                    high--;
                }

                if (low <= high)
                {
                    (values[low], values[high]) = (values[high], values[low]);
                    low++;
                    high--;
                }
            }

            (first, last) = place <= high ? (first, high) : place >= low ? (low, last) : (place, place);
        }

        return values[place];
    }

    /// <summary>The drivers of a policy, understood once: lines that the same ones move are added up before they are scaled.</summary>
    private sealed class Drivers
    {
        private static readonly ConditionalWeakTable<RangePolicy, Drivers> Understood = [];

        private Drivers(RangePolicy policy)
        {
            var groups = new List<int[]>();
            Bounds = [.. policy.Drivers.Select(d => ((long)(d.Low * One), (long)(d.High * One)))];

            foreach (var line in policy.Drivers.SelectMany(d => d.Lines).Distinct(StringComparer.Ordinal))
            {
                int[] movers = [.. Enumerable.Range(0, policy.Drivers.Count).Where(i => policy.Drivers[i].Lines.Contains(line, StringComparer.Ordinal))];
                var group = groups.FindIndex(known => known.SequenceEqual(movers));

                if (group < 0)
                {
                    group = groups.Count;
                    groups.Add(movers);
                }

                GroupOfLine.Add(line, group);
            }

            Groups = [.. groups];
        }

        public (long Low, long High)[] Bounds { get; }

        public int[][] Groups { get; }

        public Dictionary<string, int> GroupOfLine { get; } = new(StringComparer.Ordinal);

        public static Drivers Of(RangePolicy policy) => Understood.GetValue(policy, p => new(p));
    }
}
