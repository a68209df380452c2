using System.Globalization;
using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// How far a total may be off. The drivers of the policy are drawn again and again, the same draws for every variant, so that
/// variants differ by their costs and not by luck; in a draw that fails the upfront cost is lost once more. The draws follow from
/// the hash of the facts alone, in whole numbers, so that every machine draws the same.
/// </summary>
internal sealed class CostRanges
{
    private const int Steps = 10_000;

    private readonly Dictionary<string, int> groupOfLine = [];
    private readonly decimal[][] factorsOfDraw;
    private readonly int[] luckOfDraw;
    private readonly int groups;

    public CostRanges(RangePolicy policy, string inputHash)
    {
        var driversOfGroup = Group(policy.Drivers);
        groups = driversOfGroup.Count;
        factorsOfDraw = new decimal[policy.Draws][];
        luckOfDraw = new int[policy.Draws];
        var state = ulong.Parse(inputHash.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var drawn = new decimal[policy.Drivers.Count];

        for (var draw = 0; draw < policy.Draws; draw++)
        {
            for (var driver = 0; driver < drawn.Length; driver++)
            {
                drawn[driver] = Factor(policy.Drivers[driver], Next(ref state, 2 * Steps));
            }

            luckOfDraw[draw] = Next(ref state, Steps);
            factorsOfDraw[draw] = [.. driversOfGroup.Select(drivers => drivers.Aggregate(1m, (product, driver) => product * drawn[driver]))];
        }
    }

    /// <summary>The lines without the reserve, which is what a failure costs on average.</summary>
    public CostRange Of(IReadOnlyList<CostLine> lines, decimal failureProbability)
    {
        var fixedCost = 0m;
        var sums = new decimal[groups];

        foreach (var line in lines)
        {
            if (groupOfLine.TryGetValue(line.Id, out var group))
            {
                sums[group] += line.Total;
            }
            else
            {
                fixedCost += line.Total;
            }
        }

        var upfront = lines.Sum(l => l.Upfront);
        var totals = new decimal[factorsOfDraw.Length];

        for (var draw = 0; draw < totals.Length; draw++)
        {
            totals[draw] = fixedCost + (luckOfDraw[draw] < failureProbability * Steps ? upfront : 0);

            for (var group = 0; group < groups; group++)
            {
                totals[draw] += sums[group] * factorsOfDraw[draw][group];
            }
        }

        Array.Sort(totals);

        return new(Percentile(totals, 10), Percentile(totals, 50), Percentile(totals, 90));
    }

    /// <summary>Lines that the same drivers move are added up before they are scaled.</summary>
    private List<int[]> Group(IReadOnlyList<CostDriver> drivers)
    {
        var found = new List<int[]>();

        foreach (var line in drivers.SelectMany(d => d.Lines).Distinct(StringComparer.Ordinal))
        {
            int[] movers = [.. Enumerable.Range(0, drivers.Count).Where(i => drivers[i].Lines.Contains(line, StringComparer.Ordinal))];
            var group = found.FindIndex(known => known.SequenceEqual(movers));

            if (group < 0)
            {
                group = found.Count;
                found.Add(movers);
            }

            groupOfLine.Add(line, group);
        }

        return found;
    }

    /// <summary>The lower half of the steps lies evenly between the low bound and 1, the upper half between 1 and the high one.</summary>
    private static decimal Factor(CostDriver driver, int step) =>
        step < Steps
            ? driver.Low + ((1 - driver.Low) * step / Steps)
            : 1 + ((driver.High - 1) * (step - Steps) / Steps);

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

    /// <summary>The smallest outcome that so many in a hundred stay within.</summary>
    private static decimal Percentile(decimal[] ascending, int percent) =>
        LineWriter.Cents(ascending[(((ascending.Length * percent) + 99) / 100) - 1]);
}
