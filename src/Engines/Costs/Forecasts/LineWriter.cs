namespace Governance.Costs.Forecasts;

/// <summary>Turns amounts of the policy's currency into lines of the forecast's, each amount rounded on its own.</summary>
/// <param name="months">How many there are.</param>
/// <param name="rate">Turns an amount of the policy's currency into one of the forecast's.</param>
/// <param name="keepsMonths">False where totals will do: then no line tells what a month costs.</param>
internal sealed class LineWriter(int months, decimal rate, bool keepsMonths = true)
{
    private readonly decimal[] never = new decimal[months];

    public int Months => months;

    public CostLine Upfront(string id, string name, decimal amount) => UpfrontConverted(id, name, Cents(amount * rate));

    /// <summary>An upfront amount that needs no conversion any more.</summary>
    public CostLine UpfrontConverted(string id, string name, decimal upfront) => new(id, name, upfront, never, upfront);

    /// <summary>The same in every month.</summary>
    public CostLine Steady(string id, string name, decimal amount, decimal upfront = 0)
    {
        var (first, rounded) = (Cents(upfront * rate), Cents(amount * rate));
        var monthly = never;

        if (keepsMonths)
        {
            monthly = new decimal[months];
            Array.Fill(monthly, rounded);
        }

        return new CostLine(id, name, first, monthly, first + (months * rounded));
    }

    /// <summary>A share of amounts that other lines take their share of too.</summary>
    public CostLine Share(string id, string name, decimal[] amounts, decimal share)
    {
        var rounded = keepsMonths ? new decimal[months] : null;
        var total = Total(amounts, share, rounded);

        return new CostLine(id, name, Upfront: 0, rounded ?? never, total);
    }

    public CostLine Monthly(string id, string name, Func<int, decimal> amount)
    {
        var rounded = keepsMonths ? new decimal[months] : null;
        var total = Total(amount, rounded);

        return new CostLine(id, name, Upfront: 0, rounded ?? never, total);
    }

    /// <summary>What a line of such shares adds up to.</summary>
    /// <param name="rounded">Gets what each month costs, if given.</param>
    public decimal Total(decimal[] amounts, decimal share, decimal[]? rounded = null)
    {
        var factor = share * rate;
        var (total, cents) = (0m, 0m);

        for (var month = 0; month < months; month++)
        {
            if (month == 0 || amounts[month] != amounts[month - 1])
            {
                cents = Cents(amounts[month] * factor);
            }

            rounded?[month] = cents;
            total += cents;
        }

        return total;
    }

    /// <summary>What a line of such amounts adds up to.</summary>
    /// <param name="rounded">Gets what each month costs, if given.</param>
    public decimal Total(Func<int, decimal> amount, decimal[]? rounded = null)
    {
        var (total, cents, before) = (0m, 0m, 0m);

        for (var month = 0; month < months; month++)
        {
            var now = amount(month);

            if (month == 0 || now != before)
            {
                cents = Cents(now * rate);
            }

            rounded?[month] = cents;
            total += cents;
            before = now;
        }

        return total;
    }

    /// <summary>Adds the lines to what each month costs; lines paid once cost no month anything.</summary>
    public void AddUp(CostLine[] lines, decimal[] monthly)
    {
        foreach (var line in lines)
        {
            if (!ReferenceEquals(line.Monthly, never))
            {
                var amounts = (decimal[])line.Monthly;

                for (var month = 0; month < monthly.Length; month++)
                {
                    monthly[month] += amounts[month];
                }
            }
        }
    }

    public static decimal Cents(decimal amount) => Math.Round(amount, 2, MidpointRounding.ToEven);
}
