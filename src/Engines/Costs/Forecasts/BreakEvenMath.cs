using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>When a saving on every request has paid back what was spent before the first one.</summary>
public static class BreakEvenMath
{
    /// <summary>Beyond these nobody waits, and the arithmetic would leave the range of a decimal.</summary>
    private const decimal MostRequests = 1_000_000_000_000_000m;
    private const int MostMonths = 1_200;

    public static BreakEven Compute(decimal upfront, decimal savingPerRequest, decimal monthlyVolume, int horizon) =>
        Explained(Payback.Find(upfront, savingPerRequest, monthlyVolume, horizon), upfront, savingPerRequest, monthlyVolume, horizon);

    /// <summary>The same for a volume that changes from month to month; the first month is 1.</summary>
    public static BreakEven Compute(decimal upfront, decimal savingPerRequest, VolumeRamp volume, int horizon) =>
        Explained(Payback.Find(upfront, savingPerRequest, volume, horizon), upfront, savingPerRequest, volume[0], horizon);

    private static BreakEven Explained(Payback payback, decimal upfront, decimal savingPerRequest, decimal volume, int horizon)
    {
        var side = payback.WithinHorizon ? "within" : "beyond";

        return payback.InTexts(payback switch
        {
            { Requests: { } requests, Month: { } month } => Notes.Text(
                $"It is paid back after {requests:0.##} requests, in month {month:0.0##}, {side} the {horizon} months looked at."),
            _ when savingPerRequest <= 0 => "A request costs as much or more after the investment, so nothing is paid back.",
            _ when volume <= 0 => "There are no requests to save on.",
            _ when IsTooSmall(savingPerRequest, upfront) => "The saving per request is too small to ever pay back the investment.",
            _ => Notes.Text(
                $"It would take {RequestsToSave(upfront, savingPerRequest):0} requests, which the expected volume does not reach."),
        });
    }

    private static bool IsTooSmall(decimal savingPerRequest, decimal upfront) => upfront / MostRequests >= savingPerRequest;

    private static decimal RequestsToSave(decimal upfront, decimal savingPerRequest) => Math.Max(0, upfront) / savingPerRequest;

    /// <summary>After how many requests and in which month, without a word of it; never where the two are null.</summary>
    internal readonly record struct Payback(decimal? Requests, decimal? Month, bool WithinHorizon)
    {
        public BreakEvenOutcome Outcome => this switch
        {
            { WithinHorizon: true } => BreakEvenOutcome.WithinHorizon,
            { Month: not null } => BreakEvenOutcome.BeyondHorizon,
            _ => BreakEvenOutcome.Never,
        };

        public static Payback Find(decimal upfront, decimal savingPerRequest, decimal monthlyVolume, int horizon)
        {
            if (savingPerRequest <= 0 || monthlyVolume <= 0 || IsTooSmall(savingPerRequest, upfront))
            {
                return default;
            }

            var requests = RequestsToSave(upfront, savingPerRequest);

            return requests / MostRequests >= monthlyVolume
                ? default
                : new(requests, requests / monthlyVolume, WithinHorizon: monthlyVolume * horizon >= requests);
        }

        public static Payback Find(decimal upfront, decimal savingPerRequest, VolumeRamp volume, int horizon)
        {
            if (volume.IsFlat)
            {
                return Find(upfront, savingPerRequest, volume[0], horizon);
            }

            if (savingPerRequest <= 0 || volume[0] <= 0 || IsTooSmall(savingPerRequest, upfront))
            {
                return default;
            }

            var requests = RequestsToSave(upfront, savingPerRequest);
            var served = 0m;

            for (var month = 0; month < MostMonths; month++)
            {
                var inMonth = volume[month];

                if (served + inMonth >= requests)
                {
                    return new(requests, month + ((requests - served) / inMonth), WithinHorizon: month < horizon);
                }

                served += inMonth;
            }

            return default;
        }

        public BreakEven InTexts(string explanation) => new(Requests, Month, WithinHorizon, explanation);
    }
}
