using System.Security.Claims;
using System.Text.Json.Serialization;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using MimeKit;
using NodaTime;

namespace Governance.Compliance.Notifications;

public enum Digest { Immediately, Hourly, Daily }

/// <summary>
/// How somebody wants to be told. Notices always appear in the portal; mail is sent to who asks for it, at once or gathered by the
/// hour or by the day, at an hour of the day of the person's own time zone.
/// </summary>
public sealed record Preferences(bool Mail = false, Digest Digest = Digest.Immediately, int DailyAt = 8, string TimeZone = "Etc/UTC")
{
    /// <summary>A digest takes what comes until shortly before it is sent; what comes later waits for the next.</summary>
    private static readonly Duration Closing = Duration.FromMinutes(1);

    [JsonIgnore]
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    /// <summary>When a notice of this moment is mailed.</summary>
    public DateTimeOffset MailAt(DateTimeOffset moment)
    {
        if (Digest is Digest.Immediately)
        {
            return moment;
        }

        var earliest = Instant.FromDateTimeOffset(moment) + Closing;
        var local = earliest.InZone(Zone);
        var slot = Digest is Digest.Hourly
            ? earliest - Duration.FromTicks(earliest.ToUnixTimeTicks() % NodaConstants.TicksPerHour) + Duration.FromHours(1)
            : Day(local.Date);

        return (slot > earliest ? slot : Day(local.Date.PlusDays(1))).ToDateTimeOffset();
    }

    private Instant Day(LocalDate date) => Zone.AtLeniently(date.At(new LocalTime(DailyAt, 0))).ToInstant();

    public IEnumerable<FieldError> Check()
    {
        if (DailyAt is < 0 or > 23)
        {
            yield return new("dailyAt", "must be an hour of the day, from 0 to 23.");
        }

        if (TimeZone.Length > 60 || DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
        {
            yield return new("timeZone", "is no time zone of the IANA database, such as Europe/Berlin.");
        }
    }
}

/// <summary>The address comes from the token, never from a body: notices go to nobody but the person they are for.</summary>
public sealed record PreferencesView(bool Mail, Digest Digest, int DailyAt, string TimeZone, string? Address, bool MailAvailable);

public sealed class PreferencesEndpoints(NotificationStore store, MailSettings settings)
{
    private const int LongestAddress = 254;

    public async Task<Ok<PreferencesView>> Read(HttpContext http) =>
        TypedResults.Ok(View(await store.PreferencesOf(Caller.From(http.User).Subject, http.RequestAborted), AddressOf(http.User)));

    public async Task<Ok<PreferencesView>> Replace(HttpContext http)
    {
        var wanted = await http.Request.Read<Preferences>();
        var address = AddressOf(http.User);
        FieldError[] errors =
        [
            .. wanted.Check(),
            .. wanted.Mail && !settings.Available ? [new FieldError("mail", "is not sent by this installation; leave it false.")] : Array.Empty<FieldError>(),
            .. wanted.Mail && address is null ? [new FieldError("mail", "needs a verified address in your account.")] : Array.Empty<FieldError>(),
        ];

        if (errors.Length > 0)
        {
            throw new InvalidRequestException(errors);
        }

        await store.Prefer(Caller.From(http.User).Subject, wanted, address, http.RequestAborted);

        return TypedResults.Ok(View(wanted, address));
    }

    /// <summary>One plain address: no name, no second address, no line break, whatever the account says.</summary>
    public static string? AddressOf(ClaimsPrincipal user) =>
        user.FindFirst(Caller.AddressClaim)?.Value is { Length: > 0 and <= LongestAddress } address
        && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && MailboxAddress.TryParse(address, out var mailbox) && mailbox.Address == address && address.Contains('@')
            ? address
            : null;

    private PreferencesView View(Preferences preferences, string? address) => new(
        preferences.Mail, preferences.Digest, preferences.DailyAt, preferences.TimeZone, address, settings.Available);
}
