using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Governance.Portal.Shell;

/// <summary>Figures and times as the reader's culture writes them; times are UTC.</summary>
internal static class Show
{
    public static string Money(decimal amount, string currency) => $"{amount.ToString("N0", CultureInfo.CurrentCulture)}\u00A0{currency}";

    public static string Money(decimal? amount, string currency) => amount is { } known ? Money(known, currency) : "–";

    public static string Number(decimal? value, int digits = 0) => value?.ToString($"N{digits}", CultureInfo.CurrentCulture) ?? "–";

    public static string Percent(decimal? value) => value is { } known ? $"{known.ToString("N0", CultureInfo.CurrentCulture)}\u00A0%" : "–";

    /// <summary>In the unit that keeps the figure small.</summary>
    public static string Hours(decimal hours) => hours switch
    {
        < 1m / 60 => $"{Number(hours * 3_600, 1)} s",
        < 1 => $"{Number(hours * 60, 1)} min",
        < 48 => $"{Number(hours, 1)} h",
        _ => $"{Number(hours / 24, 1)} d",
    };

    public static string Time(DateTimeOffset at) => $"{at.UtcDateTime.ToString("g", CultureInfo.CurrentCulture)} UTC";

    /// <summary>How long something lasts yet, in the largest unit that says enough.</summary>
    public static string Left(TimeSpan left, IStringLocalizer<Texts> texts) => left switch
    {
        { TotalMinutes: < 1 } => texts["less than a minute left"],
        { TotalHours: < 2 } => texts["{0} min left", (int)left.TotalMinutes],
        { TotalHours: < 48 } => texts["{0} h left", (int)left.TotalHours],
        _ => texts["{0} d left", (int)left.TotalDays],
    };

    /// <summary>With seconds and thousandths, as a trail needs it.</summary>
    public static string Moment(DateTimeOffset at) => $"{at.UtcDateTime.ToString("d", CultureInfo.CurrentCulture)} {at.UtcDateTime:HH:mm:ss.fff} UTC";

    /// <summary>The end of an id: ids of one day begin alike.</summary>
    public static string Short(Guid id) => $"…{$"{id:N}"[^8..]}";
}
