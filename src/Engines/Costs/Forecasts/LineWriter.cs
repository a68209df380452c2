namespace Governance.Costs.Forecasts;

/// <summary>Turns amounts of the policy's currency into lines of the forecast's, each amount rounded on its own.</summary>
internal sealed class LineWriter(int months, decimal rate)
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
        var monthly = new decimal[months];
        Array.Fill(monthly, rounded);

        return new CostLine(id, name, first, monthly, first + (months * rounded));
    }

    /// <summary>A share of amounts that other lines take their share of too.</summary>
    public CostLine Share(string id, string name, decimal[] amounts, decimal share)
    {
        var factor = share * rate;
        var total = 0m;
        var rounded = new decimal[months];

        for (var month = 0; month < months; month++)
        {
            rounded[month] = month > 0 && amounts[month] == amounts[month - 1] ? rounded[month - 1] : Cents(amounts[month] * factor);
            total += rounded[month];
        }

        return new CostLine(id, name, Upfront: 0, rounded, total);
    }

    public CostLine Monthly(string id, string name, Func<int, decimal> amount)
    {
        var (total, before) = (0m, 0m);
        var rounded = new decimal[months];

        for (var month = 0; month < months; month++)
        {
            var now = amount(month);
            rounded[month] = month > 0 && now == before ? rounded[month - 1] : Cents(now * rate);
            total += rounded[month];
            before = now;
        }

        return new CostLine(id, name, Upfront: 0, rounded, total);
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
