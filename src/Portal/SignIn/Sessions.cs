using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Governance.Portal.SignIn;

/// <summary>
/// Who is signed in. The browser holds a random key and nothing else; tokens stay in this process, and with it they end: after a
/// restart everybody signs in again.
/// </summary>
internal sealed class Sessions(TokenRefresh refresh, TimeProvider clock) : ITicketStore
{
    public const string KeyClaim = "session";

    private const int Most = 10_000;

    private static readonly TimeSpan BeforeExpiry = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);

    public Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        Forget(session => session.EndsAt < clock.GetUtcNow());

        if (sessions.Count >= Most)
        {
            throw new InvalidOperationException($"More than {Most} people are signed in.");
        }

        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        ((ClaimsIdentity)ticket.Principal.Identity!).AddClaim(new(KeyClaim, key));
        sessions[key] = new(ticket);

        return Task.FromResult(key);
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        if (sessions.TryGetValue(key, out var session))
        {
            session.Ticket = ticket;
        }

        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        Task.FromResult(sessions.TryGetValue(key, out var session) && session.EndsAt > clock.GetUtcNow() ? session.Ticket : null);

    public Task RemoveAsync(string key)
    {
        sessions.TryRemove(key, out _);

        return Task.CompletedTask;
    }

    public Session? Of(ClaimsPrincipal user) =>
        user.FindFirst(KeyClaim)?.Value is { } key && sessions.TryGetValue(key, out var session) && session.EndsAt > clock.GetUtcNow() ? session : null;

    /// <summary>
    /// A token that is good for the next call, renewed where it runs out. Null once the person has to sign in again, and while the
    /// identity server cannot renew what has run out; the session is still there then.
    /// </summary>
    public async Task<string?> AccessToken(Session session, CancellationToken ct)
    {
        if (IsGood(session, BeforeExpiry))
        {
            return session.Token("access_token");
        }

        await session.Renewing.WaitAsync(ct);

        try
        {
            if (!IsGood(session, BeforeExpiry) && await refresh.Renew(session.Ticket.Properties, ct) is Renewal.Refused)
            {
                Forget(other => other == session);

                return null;
            }

            return IsGood(session, TimeSpan.Zero) ? session.Token("access_token") : null;
        }
        finally
        {
            session.Renewing.Release();
        }
    }

    private bool IsGood(Session session, TimeSpan ahead) =>
        DateTimeOffset.TryParse(session.Token("expires_at"), CultureInfo.InvariantCulture, out var expires) && expires > clock.GetUtcNow() + ahead;

    private void Forget(Func<Session, bool> which)
    {
        foreach (var (key, _) in sessions.Where(entry => which(entry.Value)))
        {
            sessions.TryRemove(key, out _);
        }
    }
}

internal sealed class Session(AuthenticationTicket ticket)
{
    public AuthenticationTicket Ticket { get; set; } = ticket;

    public SemaphoreSlim Renewing { get; } = new(1);

    /// <summary>What was read a moment ago; a page is drawn twice within a second, as HTML and then live.</summary>
    public ConcurrentDictionary<string, Remembered> Recent { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset EndsAt => Ticket.Properties.ExpiresUtc ?? DateTimeOffset.MinValue;

    public Caller Caller => Caller.From(Ticket.Principal);

    public string? Token(string name) => Ticket.Properties.GetTokenValue(name);
}

internal sealed record Remembered(DateTimeOffset At, object Answer);
