using System.Globalization;
using System.Text.RegularExpressions;

namespace Governance.Portal.Cases;

/// <summary>The number of a case as people type it: in small letters, without its zeros, or the counter alone, which is this year's.</summary>
internal static partial class CaseNumber
{
    public static string? Read(string typed, int thisYear)
    {
        var match = Pattern().Match(typed.Trim());

        return match.Success && int.TryParse(match.Groups["counter"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var counter)
            ? string.Create(CultureInfo.InvariantCulture, $"UC-{(match.Groups["year"] is { Success: true } year ? year.Value : thisYear)}-{counter:0000}")
            : null;
    }

    [GeneratedRegex("^(?:uc[- ]?)?(?:(?<year>20[0-9]{2})[- ])?(?<counter>[0-9]{1,7})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
