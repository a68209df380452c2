namespace Governance.Costs.Forecasts;

/// <summary>Turns amounts of the policy's currency into lines of the forecast's, each amount rounded on its own.</summary>
internal sealed class LineWriter(int months, decimal rate)
{
    public int Months => months;

    public CostLine Upfront(string id, string name, decimal amount) => Line(id, name, amount, _ => 0);

    public CostLine Monthly(string id, string name, Func<int, decimal> amount) => Line(id, name, upfront: 0, amount);

    public CostLine Line(string id, string name, decimal upfront, Func<int, decimal> monthly)
    {
        var first = Cents(upfront * rate);
        var total = first;
        var rounded = new decimal[months];

        for (var month = 0; month < months; month++)
        {
            rounded[month] = Cents(monthly(month) * rate);
            total += rounded[month];
        }

        return new CostLine(id, name, first, rounded, total);
    }

    public static decimal Cents(decimal amount) => Math.Round(amount, 2, MidpointRounding.ToEven);
}
