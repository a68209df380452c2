using System.Collections;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Requests month by month, without end: the first as stated, each further one grown, none above the ceiling. What has been
/// computed once is kept, since every variant walks the same months. Thousandths of a request are not told apart.
/// </summary>
public sealed class VolumeRamp(decimal start, decimal growthPercent, decimal ceiling) : IEnumerable<decimal>
{
    private const int Digits = 3;

    private readonly decimal growth = 1 + (growthPercent / 100);
    private readonly List<decimal> known = [Math.Min(start, ceiling)];

    public decimal Ceiling => ceiling;

    public bool IsFlat => growthPercent == 0;

    /// <summary>Counted from 0.</summary>
    public decimal this[int month]
    {
        get
        {
            while (known.Count <= month)
            {
                known.Add(IsFlat && known.Count > 1 ? known[^1] : Next(known[^1]));
            }

            return known[month];
        }
    }

    public decimal[] First(int months)
    {
        var first = new decimal[months];

        for (var month = 0; month < months; month++)
        {
            first[month] = this[month];
        }

        return first;
    }

    public IEnumerator<decimal> GetEnumerator()
    {
        for (var month = 0; ; month++)
        {
            yield return this[month];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private decimal Next(decimal before) => Math.Min(Math.Round(before * growth, Digits, MidpointRounding.ToEven), ceiling);
}
