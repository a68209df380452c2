using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>When a saving on every request has paid back what was spent before the first one.</summary>
public static class BreakEvenMath
{
    /// <summary>Beyond these nobody waits, and the arithmetic would leave the range of a decimal.</summary>
    private const decimal MostRequests = 1_000_000_000_000_000m;
    private const int MostMonths = 1_200;

    public static BreakEven Compute(decimal upfront, decimal savingPerRequest, decimal monthlyVolume, int horizon)
    {
        if (WhyNever(upfront, savingPerRequest, monthlyVolume) is { } reason)
        {
            return Never(reason);
        }

        var requests = Math.Max(0, upfront) / savingPerRequest;

        if (requests / MostRequests >= monthlyVolume)
        {
            return Never(OutOfReach(requests));
        }

        return Reached(requests, requests / monthlyVolume, withinHorizon: monthlyVolume * horizon >= requests, horizon);
    }

    /// <summary>The same for a volume that changes from month to month; the first month is 1.</summary>
    public static BreakEven Compute(decimal upfront, decimal savingPerRequest, VolumeRamp volume, int horizon)
    {
        if (volume.IsFlat)
        {
            return Compute(upfront, savingPerRequest, volume.First(), horizon);
        }

        if (WhyNever(upfront, savingPerRequest, volume.First()) is { } reason)
        {
            return Never(reason);
        }

        var requests = Math.Max(0, upfront) / savingPerRequest;
        var served = 0m;
        var month = 0;

        foreach (var inMonth in volume.Take(MostMonths))
        {
            if (served + inMonth >= requests)
            {
                return Reached(requests, month + ((requests - served) / inMonth), withinHorizon: month < horizon, horizon);
            }

            served += inMonth;
            month++;
        }

        return Never(OutOfReach(requests));
    }

    private static string? WhyNever(decimal upfront, decimal savingPerRequest, decimal volume) =>
        savingPerRequest <= 0 ? "A request costs as much or more after the investment, so nothing is paid back."
        : volume <= 0 ? "There are no requests to save on."
        : upfront / MostRequests >= savingPerRequest ? "The saving per request is too small to ever pay back the investment."
        : null;

    private static string OutOfReach(decimal requests) =>
        Notes.Text($"It would take {requests:0} requests, which the expected volume does not reach.");

    private static BreakEven Never(string explanation) => new(Requests: null, Month: null, WithinHorizon: false, explanation);

    private static BreakEven Reached(decimal requests, decimal month, bool withinHorizon, int horizon)
    {
        var side = withinHorizon ? "within" : "beyond";

        return new BreakEven(requests, month, withinHorizon, Notes.Text(
            $"It is paid back after {requests:0.##} requests, in month {month:0.0##}, {side} the {horizon} months looked at."));
    }
}
