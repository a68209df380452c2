using System.Security.Cryptography;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.DataProtection;

namespace Governance.Compliance.Notifications;

/// <summary>What a receiver gets, in the form Standard Webhooks recommends.</summary>
public sealed record WebhookPayload(string Type, DateTimeOffset Timestamp, NoticeFacts Data);

public sealed record WebhookInput(string Url, IReadOnlyList<NoticeKind>? Kinds = null);

/// <summary>The secret is shown when it is made, and never again: who repeats the request sees the host and no secret.</summary>
public sealed record WebhookView(
    Guid Id, string Url, IReadOnlyList<NoticeKind> Kinds, string CreatedBy, DateTimeOffset CreatedAt, string? DisabledBecause, string? Secret = null);

public sealed record AddWebhook(WebhookAdded Added)
{
    public IEnumerable<object> Decide(WebhookList list) => list.All.Length < WebhookList.Most
        ? [Added]
        : throw new RuleViolationException($"There are {WebhookList.Most} webhooks already; remove one first.");
}

/// <summary>A new secret; also the way to set a webhook going again after it was switched off.</summary>
public sealed record RotateWebhook(WebhookRotated Rotated)
{
    public IEnumerable<object> Decide(WebhookList list)
    {
        list.Require(Rotated.Id);

        return [Rotated];
    }
}

public sealed record RemoveWebhook(WebhookRemoved Removed)
{
    public IEnumerable<object> Decide(WebhookList list)
    {
        list.Require(Removed.Id);

        return [Removed];
    }
}

public sealed record SwitchWebhookOff(WebhookSwitchedOff SwitchedOff)
{
    /// <summary>Several deliveries may hear the same at once.</summary>
    public IEnumerable<object> Decide(WebhookList list) => list.Find(SwitchedOff.Id) is { DisabledBecause: null } ? [SwitchedOff] : [];
}

/// <summary>The doors through which administrators say where webhooks go, and the way there.</summary>
public sealed class Webhooks(
    Commands commands, Decisions decisions, IDocumentStore store, WebhookTarget target, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly IDataProtector protector = protection.CreateProtector("webhooks");

    public async Task<IResult> Create(HttpContext http)
    {
        var input = await http.Request.Read<WebhookInput>();

        if (target.Trouble(input.Url) is { } trouble)
        {
            throw new InvalidRequestException("url", trouble);
        }

        var (id, secret, by) = (Guid.CreateVersion7(), WebhookSignature.NewSecret(), Caller.From(http.User).Subject);
        var added = new WebhookAdded(
            id, new Uri(input.Url).Host, protector.Protect(input.Url), protector.Protect(secret), [.. (input.Kinds ?? []).Distinct()], by, clock.GetUtcNow());

        return await Run(http, new AddWebhook(added).Decide, StatusCodes.Status201Created, id, secret, $"/api/notifications/webhooks/{id}");
    }

    public async Task<IResult> List(CancellationToken ct)
    {
        var all = await All(ct);

        return TypedResults.Ok(new Page<WebhookView>([.. all.Select(View)], all.Count, 1, WebhookList.Most));
    }

    public async Task<IResult> Rotate(Guid webhook, HttpContext http)
    {
        var secret = WebhookSignature.NewSecret();
        var rotated = new WebhookRotated(webhook, protector.Protect(secret), Caller.From(http.User).Subject, clock.GetUtcNow());

        return await Run(http, new RotateWebhook(rotated).Decide, StatusCodes.Status200OK, webhook, secret);
    }

    public Task<IResult> Remove(Guid webhook, HttpContext http) => commands.Run<WebhookList>(
        http,
        WebhookList.Stream,
        Roles.Administrator,
        new RemoveWebhook(new(webhook, Caller.From(http.User).Subject, clock.GetUtcNow())).Decide,
        (_, _) => new(StatusCodes.Status204NoContent, null));

    /// <summary>Who wants notices of a kind.</summary>
    public async Task<IReadOnlyList<Guid>> Interested(NoticeKind kind, CancellationToken ct) =>
        [.. (await All(ct)).Where(webhook => webhook.Wants(kind)).Select(webhook => webhook.Id)];

    /// <summary>Where a delivery goes and the secrets that sign it now; null where the webhook is gone or switched off.</summary>
    public async Task<(string Url, IReadOnlyList<string> Secrets)?> Find(Guid webhook, CancellationToken ct)
    {
        if ((await All(ct)).FirstOrDefault(known => known.Id == webhook) is not { DisabledBecause: null } found)
        {
            return null;
        }

        string[] secrets = found.PreviousSecret is { } previous && found.PreviousUntil > clock.GetUtcNow() ? [found.Secret, previous] : [found.Secret];

        return (protector.Unprotect(found.Url), [.. secrets.Select(protector.Unprotect)]);
    }

    public Task SwitchOff(Guid webhook, string because, CancellationToken ct)
    {
        var (cause, now) = (Guid.CreateVersion7(), clock.GetUtcNow());

        return decisions.Command<WebhookList>(
            WebhookList.Stream,
            new SwitchWebhookOff(new(webhook, because, now)).Decide,
            new(Reviews.MeetDeadlines.Actor, "service", cause, cause, now, TraceParent: null),
            once: null,
            ct);
    }

    /// <summary>Secret and address go into the answer alone, not into what is kept of it for a request that is repeated.</summary>
    private async Task<IResult> Run(
        HttpContext http, Func<WebhookList, IEnumerable<object>> decide, int status, Guid webhook, string secret, string? location = null)
    {
        var (shown, kept) = ((WebhookView?)null, (WebhookView?)null);
        var answer = await commands.Run<WebhookList>(http, WebhookList.Stream, Roles.Administrator, decide, (list, events) =>
        {
            var after = list.After(events).Require(webhook);
            shown = View(after) with { Secret = secret };
            kept = shown with { Url = after.Host, Secret = null };

            return new(status, kept, location);
        });

        return answer is Reply reply && ReferenceEquals(reply.Body, kept) ? reply with { Body = shown } : answer;
    }

    private async Task<IReadOnlyList<Webhook>> All(CancellationToken ct)
    {
        await using var session = store.QuerySession();

        return (await session.LoadAsync<WebhookList>(WebhookList.Stream, ct))?.All ?? [];
    }

    private WebhookView View(Webhook webhook) => new(
        webhook.Id, Url(webhook), webhook.Kinds, webhook.CreatedBy, webhook.CreatedAt, webhook.DisabledBecause);

    /// <summary>The host alone where the key to the rest is lost, so that the webhook can still be found and removed.</summary>
    private string Url(Webhook webhook)
    {
        try
        {
            return protector.Unprotect(webhook.Url);
        }
        catch (CryptographicException)
        {
            return webhook.Host;
        }
    }
}
