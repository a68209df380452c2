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

    public IEnumerator<decimal> GetEnumerator()
    {
        for (var month = 0; ; month++)
        {
            if (month == known.Count)
            {
                known.Add(Math.Min(Math.Round(known[month - 1] * growth, Digits, MidpointRounding.ToEven), ceiling));
            }

            yield return known[month];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
