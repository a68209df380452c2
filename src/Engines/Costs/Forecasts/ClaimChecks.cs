using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Recomputes each claimed improvement from its own figures, as the relative change in either direction: a benefit case whose
/// numbers contradict each other is flagged, not corrected.
/// </summary>
public static class ClaimChecks
{
    public static IReadOnlyList<ClaimCheck> Of(Benefit benefit, decimal tolerance) =>
        [.. (benefit.Claims ?? []).Select(claim => Of(claim, tolerance))];

    private static ClaimCheck Of(BenefitClaim claim, decimal tolerance)
    {
        var actual = Improvement(claim);
        var difference = claim.ClaimedImprovementPercent is { } claimed && actual is { } computed
            ? Math.Abs(claimed - computed)
            : (decimal?)null;

        return new ClaimCheck(
            claim.Measure,
            claim.Before,
            claim.After,
            claim.ClaimedImprovementPercent,
            actual is { } exact ? Math.Round(exact, 1, MidpointRounding.ToEven) : null,
            Consistent: difference is null || difference <= tolerance,
            Message: Explain(claim, actual, difference, tolerance));
    }

    private static string Explain(BenefitClaim claim, decimal? actual, decimal? difference, decimal tolerance) =>
        (actual, difference) switch
        {
            (null, _) => "The improvement cannot be computed from a value before of zero.",
            (_, null) => Notes.Text($"No improvement is claimed; the figures give {actual:0.#} %."),
            _ when difference <= tolerance => Notes.Text($"The figures give {actual:0.#} %, which agrees with the claim."),
            _ => Notes.Text(
                $"{claim.ClaimedImprovementPercent:0.#} % is claimed; {claim.Before:0.##} to {claim.After:0.##} is {actual:0.#} %."),
        };

    /// <summary>Null where the figures are too large, or the first too close to zero, for a percentage to mean much.</summary>
    private static decimal? Improvement(BenefitClaim claim)
    {
        const decimal largest = 1_000_000_000_000m;
        var before = Math.Abs(claim.Before);

        return before < 1 / largest || before > largest || Math.Abs(claim.After) > largest
            ? null
            : Math.Abs(claim.Before - claim.After) / before * 100;
    }
}
