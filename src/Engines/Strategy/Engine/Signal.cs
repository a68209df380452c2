using System.Globalization;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Strategy.Engine;

/// <summary>Something a policy can ask about a use case by name; null is unknown.</summary>
internal abstract record Signal(string Name)
{
    public abstract bool IsKnown(Evidence evidence);

    /// <summary>The value for a text, the same in every culture; null when unknown.</summary>
    public abstract string? Show(Evidence evidence);
}

internal sealed record NumberSignal(
    string Name, Func<Evidence, decimal?> Read, Func<UseCaseFacts, long, UseCaseFacts>? Change = null) : Signal(Name)
{
    public override bool IsKnown(Evidence evidence) => Read(evidence) is not null;

    public override string? Show(Evidence evidence) => Read(evidence) is { } value ? Show(value) : null;

    /// <summary>Whole numbers, which most are, take the shorter way to the same text.</summary>
    public static string Show(decimal value) =>
        decimal.IsInteger(value) && Math.Abs(value) < long.MaxValue
            ? ((long)value).ToString("N0", CultureInfo.InvariantCulture)
            : value.ToString("#,0.##", CultureInfo.InvariantCulture);
}

internal sealed record FlagSignal(
    string Name, Func<Evidence, bool?> Read, Func<UseCaseFacts, bool, UseCaseFacts>? Change = null) : Signal(Name)
{
    public override bool IsKnown(Evidence evidence) => Read(evidence) is not null;

    public override string? Show(Evidence evidence) => Read(evidence) switch { true => "yes", false => "no", null => null };
}

/// <summary>One of several words, read as its position among them.</summary>
internal sealed record ChoiceSignal(
    string Name, IReadOnlyList<string> Words, Func<Evidence, int?> Read, Func<UseCaseFacts, int, UseCaseFacts>? Change = null)
    : Signal(Name)
{
    public override bool IsKnown(Evidence evidence) => Read(evidence) is not null;

    public override string? Show(Evidence evidence) => Read(evidence) is { } position ? Words[position] : null;
}

/// <summary>Any number of several words, read as one bit each.</summary>
internal sealed record SetSignal(string Name, IReadOnlyList<string> Words, Func<Evidence, uint?> Read) : Signal(Name)
{
    public override bool IsKnown(Evidence evidence) => Read(evidence) is not null;

    public override string? Show(Evidence evidence) =>
        Read(evidence) switch
        {
            null => null,
            0 => "none",
            { } bits => string.Join(", ", Words.Where((_, position) => (bits & (1u << position)) is not 0)),
        };
}

/// <summary>A word to name in a text; no condition can test it.</summary>
internal sealed record TextSignal(string Name, Func<Evidence, string?> Read) : Signal(Name)
{
    public override bool IsKnown(Evidence evidence) => Read(evidence) is not null;

    public override string? Show(Evidence evidence) => Read(evidence);
}

internal static class Words
{
    /// <summary>The values of an enumeration as they are written in JSON.</summary>
    public static IReadOnlyList<string> Of<TEnum>() where TEnum : struct, Enum =>
        [.. Enum.GetValues<TEnum>().Select(Choice.NameOf)];
}
