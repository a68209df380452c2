using System.Collections.Immutable;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Notifications;

/// <summary>Where webhooks go, as administrators have decided. Addresses and secrets are encrypted, here and in the events.</summary>
public sealed record WebhookList
{
    public const int Most = 50;

    /// <summary>For so long the previous secret signs as well.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>There is one list, in one stream, so that its length is a rule.</summary>
    public static readonly Guid Stream = new("7e0a1d54-5f1b-4c53-9f4f-0c8f1e6a2b10");

    public Guid Id { get; init; }

    public ImmutableArray<Webhook> All { get; init; } = [];

    public Webhook? Find(Guid webhook) => All.FirstOrDefault(known => known.Id == webhook);

    public Webhook Require(Guid webhook) => Find(webhook) ?? throw new NotFoundException("There is no such webhook.");

    public WebhookList After(IEnumerable<object> events) => events.Aggregate(this, (list, e) => e switch
    {
        WebhookAdded x => list.Apply(x),
        WebhookRotated x => list.Apply(x),
        WebhookSwitchedOff x => list.Apply(x),
        WebhookRemoved x => list.Apply(x),
        _ => throw new ArgumentException($"{e.GetType().Name} is no event of the webhooks."),
    });

    public WebhookList Apply(WebhookAdded e) => this with { All = All.Add(new(e.Id, e.Host, e.Url, e.Kinds, e.By, e.At, e.Secret)) };

    public WebhookList Apply(WebhookRotated e) => With(e.Id, webhook => webhook with
    {
        Secret = e.Secret, PreviousSecret = webhook.Secret, PreviousUntil = e.At + Overlap, DisabledBecause = null,
    });

    public WebhookList Apply(WebhookSwitchedOff e) => With(e.Id, webhook => webhook with { DisabledBecause = e.Because });

    public WebhookList Apply(WebhookRemoved e) => this with { All = All.RemoveAll(webhook => webhook.Id == e.Id) };

    private WebhookList With(Guid id, Func<Webhook, Webhook> change) => this with { All = [.. All.Select(known => known.Id == id ? change(known) : known)] };
}

/// <summary>Kinds that are not named are all kinds. The host alone is no secret: the rest of an address may let anybody send.</summary>
public sealed record Webhook(
    Guid Id, string Host, string Url, IReadOnlyList<NoticeKind> Kinds, string CreatedBy, DateTimeOffset CreatedAt, string Secret)
{
    public string? PreviousSecret { get; init; }

    public DateTimeOffset PreviousUntil { get; init; }

    public string? DisabledBecause { get; init; }

    public bool Wants(NoticeKind kind) => DisabledBecause is null && (Kinds.Count == 0 || Kinds.Contains(kind));
}

public sealed record WebhookAdded(Guid Id, string Host, string Url, string Secret, IReadOnlyList<NoticeKind> Kinds, string By, DateTimeOffset At);

public sealed record WebhookRotated(Guid Id, string Secret, string By, DateTimeOffset At);

public sealed record WebhookRemoved(Guid Id, string By, DateTimeOffset At);

/// <summary>The receiver itself has said that it wants no more.</summary>
public sealed record WebhookSwitchedOff(Guid Id, string Because, DateTimeOffset At);
