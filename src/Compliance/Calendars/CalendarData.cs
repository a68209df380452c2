using NodaTime;

namespace Governance.Compliance.Calendars;

/// <summary>
/// When an organisation works: days of the week, hours of a day on the clock of its IANA time zone, and days off by date or, as
/// <c>MM-DD</c>, in every year.
/// </summary>
public sealed record CalendarData(
    string Id,
    string TimeZone,
    IReadOnlyList<IsoDayOfWeek> WorkingDays,
    IReadOnlyList<OpenHours> Hours,
    IReadOnlyList<DateOnly> Holidays,
    IReadOnlyList<string> YearlyHolidays);

/// <summary>From the first minute on, up to but not including the last.</summary>
public sealed record OpenHours(TimeOnly From, TimeOnly To);
