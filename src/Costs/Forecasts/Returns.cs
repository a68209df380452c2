using Governance.Contracts;

namespace Governance.Costs.Forecasts;

/// <summary>
/// Compares costs with the stated benefit, which is the same in every month of the horizon. Amounts of a month are due at its end;
/// the rate of the policy is a nominal one, compounded monthly.
/// </summary>
internal sealed class Returns(decimal? monthlyBenefit, decimal yearlyRatePercent)
{
    private readonly decimal growth = 1 + (yearlyRatePercent / 1_200);

    public decimal? RoiPercent(decimal total, int months) =>
        total > 0 && monthlyBenefit * months is { } gained ? LineWriter.Cents((gained - total) / total * 100) : null;

    public decimal PresentCost(decimal upfront, decimal[] monthly) => LineWriter.Cents(upfront + Discounted(monthly));

    public decimal? NetPresentValue(decimal upfront, decimal[] monthly) =>
        monthlyBenefit is { } benefit ? LineWriter.Cents(Discounted([.. monthly.Select(cost => benefit - cost)]) - upfront) : null;

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

    /// <summary>From the last month back, each step discounting all that lies behind it by one month.</summary>
    private decimal Discounted(decimal[] monthly)
    {
        var sum = 0m;

        for (var month = monthly.Length - 1; month >= 0; month--)
        {
            sum = (sum + monthly[month]) / growth;
        }

        return sum;
    }
}
