using System.Collections;

namespace Governance.Costs.Forecasts;

/// <summary>Requests month by month, without end: the first as stated, each further one grown, none above the ceiling.</summary>
public sealed record VolumeRamp(decimal Start, decimal GrowthPercent, decimal Ceiling) : IEnumerable<decimal>
{
    public bool IsFlat => GrowthPercent == 0;

    public IEnumerator<decimal> GetEnumerator()
    {
        for (var volume = Math.Min(Start, Ceiling); ; volume = Math.Min(volume * (1 + (GrowthPercent / 100)), Ceiling))
        {
            yield return volume;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
