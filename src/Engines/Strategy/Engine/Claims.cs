using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>Compares what a benefit claim says with what its own two numbers give.</summary>
internal static class Claims
{
    public sealed record Comparison(decimal Claimed, decimal Computed)
    {
        public decimal Gap => Math.Abs(Claimed - Computed);
    }

    /// <summary>The claim whose percentage is furthest from its numbers; null where no claim can be compared.</summary>
    public static Comparison? Widest(Benefit benefit)
    {
        Comparison? widest = null;

        foreach (var claim in benefit.Claims ?? [])
        {
            if (claim.ClaimedImprovementPercent is { } claimed && claim.Before is not 0)
            {
                var computed = Math.Round(
                    100 * Math.Abs(claim.After - claim.Before) / Math.Abs(claim.Before), 2, MidpointRounding.AwayFromZero);

                if (widest is null || Math.Abs(claimed - computed) > widest.Gap)
                {
                    widest = new(claimed, computed);
                }
            }
        }

        return widest;
    }
}
