using System.Diagnostics;
using System.Globalization;
using JasperFx.Events;
using MassTransit;

namespace Governance.ServiceDefaults;

/// <summary>
/// Who caused a fact, why and when: stored with every event and carried in the headers of every published message.
/// The correlation id names the whole story a person started; the causation id names the message that led to this fact.
/// </summary>
public sealed record FactContext(
    string Actor,
    string ActorRole,
    Guid CorrelationId,
    Guid CausationId,
    DateTimeOffset EffectiveAt,
    string? TraceParent)
{
    private const string RoleHeader = "actor-role";
    private const string EffectiveHeader = "effective-at";
    private const string TraceHeader = "traceparent";

    /// <summary>The context of a command a person or machine gave through the API.</summary>
    public static FactContext Of(Caller caller, string role, TimeProvider clock)
    {
        var command = Guid.CreateVersion7();

        return new(caller.Subject, role, command, command, clock.GetUtcNow(), Activity.Current?.Id);
    }

    /// <summary>The context of what a service decides because of a message it received.</summary>
    public static FactContext Of(ConsumeContext message, string service, TimeProvider clock) => new(
        $"service:{service}",
        "service",
        message.CorrelationId ?? throw new ContractViolationException("The message has no correlation id."),
        MessageId(message),
        clock.GetUtcNow(),
        Activity.Current?.Id);

    public static Guid MessageId(ConsumeContext message) =>
        message.MessageId ?? throw new ContractViolationException("The message has no id.");

    public void WriteTo(IEvent e)
    {
        e.CorrelationId = CorrelationId.ToString();
        e.CausationId = CausationId.ToString();
        e.UserName = Actor;
        e.SetHeader(RoleHeader, ActorRole);
        e.SetHeader(EffectiveHeader, EffectiveAt.ToString("O", CultureInfo.InvariantCulture));

        if (TraceParent is not null)
        {
            e.SetHeader(TraceHeader, TraceParent);
        }
    }

    public static FactContext ReadFrom(IEvent e) => new(
        e.UserName!,
        Header(e, RoleHeader)!,
        Guid.Parse(e.CorrelationId!),
        Guid.Parse(e.CausationId!),
        Time(e, EffectiveHeader),
        Header(e, TraceHeader));

    private static string? Header(IEvent e, string name) => e.GetHeader(name)?.ToString();

    /// <summary>The store gives a header that looks like a time back as a time, not as the text that was written.</summary>
    private static DateTimeOffset Time(IEvent e, string name) => e.GetHeader(name) is DateTime time
        ? new DateTimeOffset(time).ToUniversalTime()
        : DateTimeOffset.Parse(Header(e, name)!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

/// <summary>
/// Where a published fact comes from, as the headers of its message say. Its stream may hold private events, whose versions nobody
/// else sees: <see cref="Previous"/> names the published fact before it, so that a receiver knows whether it misses one.
/// </summary>
public sealed record FactOrigin(string Service, Guid Stream, long Version, DateTimeOffset RecordedAt, FactContext Context)
{
    private const string ServiceName = "gov-service";
    private const string StreamId = "gov-stream";
    private const string StreamVersion = "gov-version";
    private const string PreviousVersion = "gov-previous";
    private const string Recorded = "gov-recorded-at";
    private const string Effective = "gov-effective-at";
    private const string Actor = "gov-actor";
    private const string Role = "gov-actor-role";
    private const string Causation = "gov-causation";

    /// <summary>The version of the fact published before this one on the same stream; 0 for the first.</summary>
    public long Previous { get; init; }

    public void WriteTo(SendContext message)
    {
        message.CorrelationId = Context.CorrelationId;
        message.Headers.Set(ServiceName, Service);
        message.Headers.Set(StreamId, Stream.ToString());
        message.Headers.Set(StreamVersion, Version.ToString(CultureInfo.InvariantCulture));
        message.Headers.Set(PreviousVersion, Previous.ToString(CultureInfo.InvariantCulture));
        message.Headers.Set(Recorded, RecordedAt.ToString("O", CultureInfo.InvariantCulture));
        message.Headers.Set(Effective, Context.EffectiveAt.ToString("O", CultureInfo.InvariantCulture));
        message.Headers.Set(Actor, Context.Actor);
        message.Headers.Set(Role, Context.ActorRole);
        message.Headers.Set(Causation, Context.CausationId.ToString());
    }

    /// <exception cref="ContractViolationException">A header is missing or malformed.</exception>
    public static FactOrigin ReadFrom(ConsumeContext message)
    {
        try
        {
            return new(
                Header(message, ServiceName),
                Guid.Parse(Header(message, StreamId)),
                long.Parse(Header(message, StreamVersion), CultureInfo.InvariantCulture),
                Time(message, Recorded),
                new(
                    Header(message, Actor),
                    Header(message, Role),
                    message.CorrelationId ?? throw new ContractViolationException("The message has no correlation id."),
                    Guid.Parse(Header(message, Causation)),
                    Time(message, Effective),
                    TraceParent: null))
            {
                Previous = long.Parse(Header(message, PreviousVersion), NumberStyles.None, CultureInfo.InvariantCulture),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new ContractViolationException($"A header of the message is malformed: {e.Message}");
        }
    }

    private static string Header(ConsumeContext message, string name) =>
        message.Headers.Get<string>(name) ?? throw new ContractViolationException($"The message has no header {name}.");

    private static DateTimeOffset Time(ConsumeContext message, string name) =>
        DateTimeOffset.Parse(Header(message, name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

/// <summary>A message that breaks its contract; trying again cannot help.</summary>
public sealed class ContractViolationException(string message) : Exception(message);
