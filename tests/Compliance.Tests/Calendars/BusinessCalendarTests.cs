using System.Globalization;
using CsCheck;
using Governance.Compliance.Calendars;
using NodaTime;

namespace Governance.Compliance.Tests.Calendars;

public sealed class BusinessCalendarTests
{
    private static readonly CalendarData Office = new(
        "office",
        "Europe/Berlin",
        [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday],
        [new(new(9, 0), new(17, 0))],
        [],
        ["12-25"]);

    /// <summary>Works through every night of the week, and so through both changes of the clocks.</summary>
    private static readonly CalendarData NightShift = Office with
    {
        WorkingDays = [.. Enum.GetValues<IsoDayOfWeek>().Except([IsoDayOfWeek.None])],
        Hours = [new(new(0, 0), new(6, 0)), new(new(22, 0), new(23, 30))],
        YearlyHolidays = [],
    };

    private static readonly CalendarData Split = Office with
    {
        TimeZone = "America/New_York",
        Hours = [new(new(8, 30), new(12, 0)), new(new(13, 0), new(17, 30))],
        Holidays = [new(2026, 11, 26)],
    };

    private static readonly BusinessCalendar Berlin = new(Office);

    /// <summary>Berlin is one hour ahead of UTC in winter and two in summer.</summary>
    [Theory]
    [InlineData("2026-11-23T08:00Z", 4, "2026-11-23T12:00Z")] // Monday morning
    [InlineData("2026-11-23T08:00Z", 8, "2026-11-23T16:00Z")] // to the last minute of the day
    [InlineData("2026-11-23T08:00Z", 9, "2026-11-24T09:00Z")] // and on the next
    [InlineData("2026-11-23T03:00Z", 1, "2026-11-23T09:00Z")] // before hours
    [InlineData("2026-11-23T20:00Z", 1, "2026-11-24T09:00Z")] // after hours
    [InlineData("2026-11-27T15:00Z", 2, "2026-11-30T09:00Z")] // over a weekend
    [InlineData("2026-11-28T12:00Z", 1, "2026-11-30T09:00Z")] // on a weekend
    [InlineData("2026-12-24T15:00Z", 2, "2026-12-28T09:00Z")] // over a holiday and a weekend
    [InlineData("2026-03-27T15:00Z", 2, "2026-03-30T08:00Z")] // over the weekend on which clocks go forward
    [InlineData("2026-10-23T14:00Z", 2, "2026-10-26T09:00Z")] // over the weekend on which they go back
    [InlineData("2026-11-23T08:00Z", 40, "2026-11-27T16:00Z")] // a week
    [InlineData("2026-11-23T08:00Z", 0, "2026-11-23T08:00Z")] // nothing to wait for
    public void Only_working_time_counts(string start, int hours, string due) => Berlin.DueAt(At(start), hours).ShouldBe(At(due));

    [Theory]
    [InlineData("2026-03-28T21:00Z", "2026-03-29T04:30Z", 6.5)] // clocks skip an hour of the night: 1.5 before midnight, 5 after
    [InlineData("2026-10-24T20:00Z", "2026-10-25T05:30Z", 8.5)] // they show one twice: 1.5 and 7
    [InlineData("2026-06-10T20:00Z", "2026-06-11T04:30Z", 7.5)]
    public void A_night_in_which_clocks_change_counts_the_hours_it_has(string from, string to, double hours) =>
        new BusinessCalendar(NightShift).Between(At(from), At(to)).ShouldBe(TimeSpan.FromHours(hours));

    [Fact]
    public void A_lunch_break_does_not_count() => new BusinessCalendar(Split)
        .Between(At("2026-11-25T14:00Z"), At("2026-11-27T14:00Z"))
        .ShouldBe(TimeSpan.FromHours(7.5 + 0.5)); // Wednesday 9:00 to 12:00 and 13:00 to 17:30; Thanksgiving; Friday 8:30 to 9:00

    [Fact]
    public void Nothing_passes_backwards() => Berlin.Between(At("2026-11-24T12:00Z"), At("2026-11-23T12:00Z")).ShouldBe(TimeSpan.Zero);

    [Fact]
    public void So_much_working_time_passes_until_something_is_due_and_not_a_moment_less() =>
        Gen.Select(Calendar, Moment, Minutes).Sample((calendar, start, minutes) =>
        {
            var due = calendar.DueAt(start, minutes);

            return calendar.Between(start, due) == minutes && calendar.Between(start, due.AddTicks(-1)) < minutes;
        });

    [Fact]
    public void Two_waits_in_a_row_are_as_long_as_both_together() =>
        Gen.Select(Calendar, Moment, Minutes, Minutes).Sample((calendar, start, first, second) =>
            calendar.DueAt(calendar.DueAt(start, first), second) == calendar.DueAt(start, first + second));

    [Fact]
    public void Time_adds_up() =>
        Gen.Select(Calendar, Moment, Minutes, Minutes).Sample((calendar, start, first, second) =>
        {
            var (middle, end) = (start + (first * 3), start + (first * 3) + (second * 5));

            return calendar.Between(start, middle) + calendar.Between(middle, end) == calendar.Between(start, end);
        });

    /// <summary>Counted minute by minute on the clock of the wall.</summary>
    [Fact]
    public void Every_open_minute_counts_and_no_other() =>
        Gen.Select(Any(Office, NightShift, Split), Moment, Gen.Int[0, 6 * 24 * 60]).Sample(
            (data, start, minutes) =>
            {
                var zone = DateTimeZoneProviders.Tzdb[data.TimeZone];
                var open = Enumerable.Range(0, minutes).Count(i => IsOpen(data, Instant.FromDateTimeOffset(start).Plus(Duration.FromMinutes(i)).InZone(zone).LocalDateTime));

                return new BusinessCalendar(data).Between(start, start.AddMinutes(minutes)) == TimeSpan.FromMinutes(open);
            },
            iter: 50);

    [Fact]
    public void A_calendar_that_cannot_be_is_refused_with_the_path_of_each_mistake() =>
        BusinessCalendar.Check(new("broken", "Europe/Atlantis", [], [new(new(14, 0), new(14, 0)), new(new(8, 0), new(12, 0)), new(new(11, 0), new(13, 0))], [], ["02-29", "02-30"]))
            .Select(e => e.Field).ShouldBe(["timeZone", "workingDays", "hours[0]", "hours[2]", "yearlyHolidays[1]"]);

    [Fact]
    public void A_calendar_without_a_day_of_work_ahead_is_a_mistake_and_no_endless_wait()
    {
        var closed = new BusinessCalendar(Office with { Holidays = [.. Enumerable.Range(0, 2_000).Select(new DateOnly(2026, 11, 1).AddDays)] });

        Should.Throw<InvalidDataException>(() => closed.DueAt(At("2026-11-23T08:00Z"), 1)).Message.ShouldContain("no working day");
    }

    [Fact]
    public void The_calendar_that_ships_knows_Easter_Monday_and_Christmas()
    {
        ServiceCalendar.Default.DueAt(At("2027-03-25T15:00Z"), 2).ShouldBe(At("2027-03-30T08:00Z")); // Maundy Thursday to Tuesday
        ServiceCalendar.Default.DueAt(At("2026-12-24T15:00Z"), 2).ShouldBe(At("2026-12-28T09:00Z"));
    }

    private static Gen<BusinessCalendar> Calendar => Any(Office, NightShift, Split).Select(data => new BusinessCalendar(data));

    /// <summary>In the weeks around a change of clocks, a holiday, a leap day or none of these.</summary>
    private static Gen<DateTimeOffset> Moment =>
        Gen.Select(
            Any("2026-03-23T00:00Z", "2026-10-19T00:00Z", "2026-11-01T00:00Z", "2026-11-23T00:00Z", "2026-12-21T00:00Z", "2028-02-26T00:00Z"),
            Gen.Int[0, 14 * 24 * 60],
            (week, minutes) => At(week).AddMinutes(minutes));

    private static Gen<TimeSpan> Minutes => Gen.Int[1, 60 * 100].Select(minutes => TimeSpan.FromMinutes(minutes));

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool IsOpen(CalendarData data, LocalDateTime now) =>
        data.WorkingDays.Contains(now.DayOfWeek)
        && !data.Holidays.Contains(now.Date.ToDateOnly())
        && !data.YearlyHolidays.Contains(now.Date.ToDateOnly().ToString("MM-dd", CultureInfo.InvariantCulture))
        && data.Hours.Any(h => h.From <= now.TimeOfDay.ToTimeOnly() && now.TimeOfDay.ToTimeOnly() < h.To);

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
}
