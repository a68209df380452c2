using Governance.Engines;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Calendars;

/// <summary>The calendars of the house that service levels have run on, the last one now.</summary>
public sealed record AdoptedCalendars
{
    public static readonly Guid Stream = new("0f4a8d0e-6a83-4b59-8a54-3a1c8f0a7c21");

    public Guid Id { get; init; }

    public string Hash { get; init; } = "";

    public AdoptedCalendars Apply(CalendarAdopted e) => this with { Hash = e.Hash };
}

public sealed record CalendarAdopted(string Id, string Hash, string Content);

public sealed record AdoptCalendar(BusinessCalendar Calendar)
{
    /// <summary>Recorded once, whenever another one than before is configured.</summary>
    public IEnumerable<object> Decide(AdoptedCalendars adopted) =>
        adopted.Hash == Calendar.Hash ? [] : [new CalendarAdopted(Calendar.Id, Calendar.Hash, Calendar.Json)];
}

/// <summary>Puts a calendar that does not ship with the platform on the record, so that due times can be understood later.</summary>
internal sealed class RecordCalendar(BusinessCalendar calendar, Decisions decisions, TimeProvider clock, ILogger<RecordCalendar> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!PolicyLibrary.Shipped.ContainsKey(calendar.Hash) && !stoppingToken.IsCancellationRequested)
        {
            var (cause, now) = (Guid.CreateVersion7(), clock.GetUtcNow());

            try
            {
                await decisions.Command<AdoptedCalendars>(
                    AdoptedCalendars.Stream, new AdoptCalendar(calendar).Decide, new(Reviews.MeetDeadlines.Actor, "service", cause, cause, now, TraceParent: null), once: null,
                    stoppingToken);

                return;
            }
            catch (Exception e) when (Faults.IsInfrastructure(e) && !stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The calendar is recorded later: {Reason}", e.Message);
                await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
