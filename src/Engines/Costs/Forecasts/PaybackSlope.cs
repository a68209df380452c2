using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Whether tuning pays back where that is beyond doubt: as long as no further replica is needed, what is saved grows with volume in a
/// straight line, from which rounding every month to cents departs by no more than <c>slack</c>. Close to a threshold only adding up the
/// cents tells.
/// </summary>
internal sealed class PaybackSlope
{
    private const decimal LowestVolume = 1_000;
    private const decimal HighestVolume = 1_000_000_000;
    private const decimal Short = 0.999m;
    private const decimal HighestGrowthPercent = 10;
    private const decimal RequestsTooManyToCount = 100_000_000_000_000m;
    private const int LongestWait = 1_200;

    private readonly decimal ceiling;
    private readonly decimal extraUpfront;
    private readonly decimal savedRegardless;
    private readonly decimal savedPerRequestAMonth;
    private readonly decimal requestsPerRequestAMonth;
    private readonly decimal slack;
    private readonly decimal highestVolume;
    private readonly List<(decimal Growth, decimal Requests)> waits = [];

    /// <param name="growthPercent">Of the volume, from month to month.</param>
    /// <param name="ceiling">Of the volume.</param>
    /// <param name="upToRequests">In a month, for the line to be straight.</param>
    /// <param name="extraUpfront">Of tuning over prompting.</param>
    /// <param name="savedRegardless">What is saved over the horizon at every volume alike; negative where it is lost.</param>
    /// <param name="prompted">What a request costs prompted, month by month.</param>
    /// <param name="tuned">What it costs tuned.</param>
    private PaybackSlope(
        decimal growthPercent, decimal ceiling, decimal upToRequests, decimal extraUpfront, decimal savedRegardless, decimal[] prompted, decimal tuned)
    {
        (this.ceiling, this.extraUpfront, this.savedRegardless) = (ceiling, extraUpfront, savedRegardless);
        var growth = 1 + (growthPercent / 100);
        var (requests, priced) = (1m, 0m);

        foreach (var price in prompted)
        {
            requestsPerRequestAMonth += requests;
            savedPerRequestAMonth += requests * (price - tuned);
            priced += price + tuned;
            requests *= growth;
        }

        highestVolume = Math.Min(HighestVolume, upToRequests * Short / requests);

        // Half a cent for each month and line, and a thousandth of a request for each month before.
        slack = 1 + (0.02m * prompted.Length) + (0.001m * requestsPerRequestAMonth * priced);

        for (var (months, grown) = (150, Power(growth, 150)); growth > 1 && months <= LongestWait && grown < ceiling; (months, grown) = (2 * months, grown * grown))
        {
            waits.Add((grown, (grown - 1) / (growth - 1)));
        }
    }

    /// <summary>Null where the line is not straight: volume shrinks or grows fast.</summary>
    public static PaybackSlope? Of(
        decimal growthPercent, decimal ceiling, decimal upToRequests, decimal extraUpfront, decimal savedRegardless, decimal[] prompted, decimal tuned) =>
        growthPercent is >= 0 and <= HighestGrowthPercent && ceiling >= HighestVolume * 100
            ? new(growthPercent, ceiling, upToRequests, extraUpfront, savedRegardless, prompted, tuned)
            : null;

    /// <summary>Null where there is doubt.</summary>
    public BreakEvenOutcome? At(decimal requestsPerMonth)
    {
        if (requestsPerMonth < LowestVolume || requestsPerMonth > highestVolume)
        {
            return null;
        }

        var saved = savedRegardless + (requestsPerMonth * savedPerRequestAMonth);

        if (saved < -slack)
        {
            return BreakEvenOutcome.Never;
        }

        var requests = requestsPerMonth * requestsPerRequestAMonth;

        if (saved < slack || extraUpfront / RequestsTooManyToCount * requests > saved)
        {
            return null;
        }

        return saved > extraUpfront + slack ? BreakEvenOutcome.WithinHorizon
            : saved < extraUpfront - slack && saved > 2 * extraUpfront * requestsPerRequestAMonth / LongestReach(requestsPerMonth) ? BreakEvenOutcome.BeyondHorizon
            : null;
    }

    /// <summary>At least so many requests are served for each one of the first month before nobody waits any longer.</summary>
    private decimal LongestReach(decimal requestsPerMonth)
    {
        var reach = (decimal)LongestWait;

        foreach (var (growth, requests) in waits)
        {
            if (requestsPerMonth * growth < ceiling && requests > reach)
            {
                reach = requests;
            }
        }

        return reach;
    }

    private static decimal Power(decimal growth, int months)
    {
        var power = 1m;

        for (var month = 0; month < months; month++)
        {
            power *= growth;
        }

        return power;
    }
}
