namespace Governance.Costs.Forecasts;

/// <summary>
/// Compares costs with the stated benefit, which is the same in every month of the horizon. Amounts of a month are due at its end;
/// the rate of the policy is a nominal one, compounded monthly.
/// </summary>
internal sealed class Returns
{
    private const int Digits = 15;

    private readonly decimal? monthlyBenefit;
    private readonly decimal[] worthToday;
    private readonly decimal worthOfAll;

    public Returns(decimal? monthlyBenefit, decimal yearlyRatePercent, int months)
    {
        this.monthlyBenefit = monthlyBenefit;
        worthToday = new decimal[months];
        var worth = 1m;

        for (var month = 0; month < months; month++)
        {
            worth = Math.Round(worth / (1 + (yearlyRatePercent / 1_200)), Digits, MidpointRounding.ToEven);
            worthToday[month] = worth;
            worthOfAll += worth;
        }
    }

    public decimal? RoiPercent(decimal total) =>
        total > 0 && monthlyBenefit * worthToday.Length is { } gained ? LineWriter.Cents((gained - total) / total * 100) : null;

    public decimal PresentCost(decimal upfront, decimal[] monthly)
    {
        var sum = upfront;

        for (var month = 0; month < monthly.Length; month++)
        {
            sum += monthly[month] * worthToday[month];
        }

        return LineWriter.Cents(sum);
    }

    public decimal? NetPresentValue(decimal presentCost) =>
        monthlyBenefit is { } benefit ? LineWriter.Cents(benefit * worthOfAll) - presentCost : null;

    /// <summary>The first month at whose end the benefits so far cover the costs so far.</summary>
    public int? PaybackMonth(decimal upfront, decimal[] monthly)
    {
        var open = upfront;

        for (var month = 0; monthlyBenefit is { } benefit && month < monthly.Length; month++)
        {
            open += monthly[month] - benefit;

            if (open <= 0)
            {
                return month + 1;
            }
        }

        return null;
    }
}
