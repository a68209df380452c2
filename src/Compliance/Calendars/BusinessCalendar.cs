using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;
using NodaTime;

namespace Governance.Compliance.Calendars;

/// <summary>
/// Counts business hours: time that really passes while the organisation works, so that a day on which clocks change counts what it
/// has. The rules of time zones come with the platform, not from the machine; the same question has the same answer everywhere.
/// </summary>
public sealed class BusinessCalendar
{
    /// <summary>A calendar without a working day in so long a time is a mistake.</summary>
    private const int LongestClosure = 3 * 366;

    private const string YearlyFormat = "MM-dd";

    private readonly DateTimeZone zone;
    private readonly HashSet<IsoDayOfWeek> workingDays;
    private readonly List<OpenHours> hours;
    private readonly HashSet<DateOnly> holidays;
    private readonly HashSet<string> yearlyHolidays;

    /// <exception cref="InvalidDataException">The data is no calendar; every member concerned is named.</exception>
    public BusinessCalendar(CalendarData data)
        : this(data, JsonSerializer.Serialize(data, ServiceDefaults.Json.Options))
    {
    }

    private BusinessCalendar(CalendarData data, string json)
    {
        List<FieldError> errors = [.. Check(data)];

        if (errors.Count > 0)
        {
            throw new InvalidDataException($"Calendar {data.Id}: {string.Join(" ", errors.Select(e => $"{e.Field} {e.Message}"))}");
        }

        Id = data.Id;
        Json = json;
        Hash = Canonical.Hash(JsonSerializer.Deserialize<JsonNode>(json));
        zone = DateTimeZoneProviders.Tzdb[data.TimeZone];
        workingDays = [.. data.WorkingDays];
        hours = [.. data.Hours.OrderBy(h => h.From)];
        holidays = [.. data.Holidays];
        yearlyHolidays = [.. data.YearlyHolidays];
    }

    public string Id { get; }

    /// <summary>What was read, to the letter: whoever has it can compute the hash.</summary>
    public string Json { get; }

    /// <summary>Of the canonical content; two calendars of one name and different hours have different ones.</summary>
    public string Hash { get; }

    public static BusinessCalendar Parse(string json) => new(JsonSerializer.Deserialize<CalendarData>(json, ServiceDefaults.Json.Options)!, json);

    public DateTimeOffset DueAt(DateTimeOffset start, int businessHours) => DueAt(start, TimeSpan.FromHours(businessHours));

    /// <summary>The first moment by which so much business time has passed since the start, in UTC.</summary>
    public DateTimeOffset DueAt(DateTimeOffset start, TimeSpan businessTime)
    {
        var from = Instant.FromDateTimeOffset(start);
        var left = Duration.FromTimeSpan(businessTime);

        if (left <= Duration.Zero)
        {
            return from.ToDateTimeOffset();
        }

        var closed = 0;

        foreach (var open in OpenFrom(from))
        {
            closed = open.Count == 0 ? closed + 1 : 0;

            if (closed > LongestClosure)
            {
                throw new InvalidDataException($"Calendar {Id} has no working day within three years after {start:O}.");
            }

            foreach (var (begin, end) in open)
            {
                var available = end - Instant.Max(begin, from);

                if (available <= Duration.Zero)
                {
                    continue;
                }

                if (available >= left)
                {
                    return (Instant.Max(begin, from) + left).ToDateTimeOffset();
                }

                left -= available;
            }
        }

        throw new InvalidDataException($"{start:O} lies beyond the calendar.");
    }

    /// <summary>The business time that passes from one moment to the other; none when they are in the wrong order.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(to));
        var total = Duration.Zero;

        foreach (var (begin, end) in OpenFrom(first).TakeWhile((_, day) => first + Duration.FromDays(day - 3) < last).SelectMany(open => open))
        {
            total += Duration.Max(Duration.Zero, Instant.Min(end, last) - Instant.Max(begin, first));
        }

        return total.ToTimeSpan();
    }

    /// <summary>What is wrong with the data, by JSON path.</summary>
    public static IEnumerable<FieldError> Check(CalendarData data)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(data.TimeZone) is null)
        {
            yield return new("timeZone", "is no time zone of the IANA database, such as Europe/Berlin.");
        }

        if (data.WorkingDays.Count == 0 || data.WorkingDays.Contains(IsoDayOfWeek.None) || data.WorkingDays.Distinct().Count() < data.WorkingDays.Count)
        {
            yield return new("workingDays", "must name one day of the week at least, none of them twice.");
        }

        if (data.Hours.Count == 0)
        {
            yield return new("hours", "must have one entry at least.");
        }

        for (var i = 0; i < data.Hours.Count; i++)
        {
            if (data.Hours[i].To <= data.Hours[i].From)
            {
                yield return new(At("hours", i), "must end after it begins, on the same day.");
            }
            else if (data.Hours.Take(i).Any(other => other.From < data.Hours[i].To && data.Hours[i].From < other.To))
            {
                yield return new(At("hours", i), "overlaps other hours of the day.");
            }
        }

        for (var i = 0; i < data.YearlyHolidays.Count; i++)
        {
            if (!DateOnly.TryParseExact($"2024-{data.YearlyHolidays[i]}", $"yyyy-{YearlyFormat}", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                yield return new(At("yearlyHolidays", i), "must be a month and day, such as 12-25.");
            }
        }
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>The open hours of each day, from the day before the moment on.</summary>
    private IEnumerable<IReadOnlyList<(Instant Begin, Instant End)>> OpenFrom(Instant moment)
    {
        for (var day = moment.InZone(zone).Date.PlusDays(-1); day < LocalDate.MaxIsoValue; day = day.PlusDays(1))
        {
            var date = day.ToDateOnly();

            yield return workingDays.Contains(day.DayOfWeek)
                && !holidays.Contains(date)
                && !yearlyHolidays.Contains(date.ToString(YearlyFormat, CultureInfo.InvariantCulture))
                    ? [.. hours.Select(h => (On(day, h.From), On(day, h.To)))]
                    : [];
        }
    }

    /// <summary>A time that clocks skip is taken as the moment they skip to or later, one they show twice as the first.</summary>
    private Instant On(LocalDate day, TimeOnly time) =>
        zone.AtLeniently(day.At(LocalTime.FromTimeOnly(time))).ToInstant();
}
