using System.Globalization;

namespace Governance.Costs.Forecasts;

/// <summary>Keeps what a forecast assumed and doubted while it was made, each once, in the order in which it came up.</summary>
internal sealed class Notes(bool areKept = true)
{
    private readonly HashSet<Parameter> used = new(ReferenceEqualityComparer.Instance);
    private readonly List<Assumption> assumptions = [];
    private readonly List<ForecastWarning> warnings = [];

    /// <summary>Where nobody will read them.</summary>
    public static Notes None { get; } = new(areKept: false);

    public bool AreKept => areKept;

    public IReadOnlyList<Assumption> Assumptions => assumptions;

    public IReadOnlyList<ForecastWarning> Warnings => warnings;

    /// <summary>The value of a parameter, which becomes an assumption by being used.</summary>
    public decimal Use(Parameter parameter)
    {
        if (areKept && used.Add(parameter))
        {
            Assume(new Assumption(parameter.Name, parameter.Value, parameter.Unit, parameter.Source));
        }

        return parameter.Value;
    }

    public void Assume(FormattableString name, string source)
    {
        if (areKept)
        {
            Assume(new Assumption(Text(name), Value: null, Unit: "", source));
        }
    }

    public void Assume(Assumption assumption)
    {
        if (areKept && !assumptions.Contains(assumption))
        {
            assumptions.Add(assumption);
        }
    }

    public void Warn(string id, FormattableString message)
    {
        if (areKept)
        {
            warnings.Add(new ForecastWarning(id, Text(message)));
        }
    }

    /// <summary>The same text on every machine, whatever its culture.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
