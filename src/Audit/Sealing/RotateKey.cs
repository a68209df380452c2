using Governance.Ledger;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Audit.Sealing;

/// <summary>The keys of the ledger as they were exchanged.</summary>
public sealed record LedgerKeys
{
    /// <summary>The one stream of a ledger's keys.</summary>
    public static readonly Guid Stream = new("0193a5c8-0000-7000-8000-00000000ce75");

    public Guid Id { get; init; }

    /// <summary>The key in force since the last exchange; null before the first.</summary>
    public string? Current { get; init; }

    public LedgerKeys Apply(KeyRotated e) => this with { Current = e.To };
}

/// <param name="ByOld">The old key's signature over the new key, base64.</param>
/// <param name="ByNew">The new key's signature over the old key, base64.</param>
public sealed record KeyRotated(string From, string To, string ByOld, string ByNew, string By);

public sealed record KeyView(string Current, string Former);

/// <summary>
/// Exchanges the signing key. The new key is on disk before the exchange is recorded, and takes over once it is: after a crash in
/// between, the sealer finds the recorded exchange and completes it.
/// </summary>
internal static class RotateKey
{
    public static async Task<Ok<KeyView>> Handle(
        Caller caller, LedgerState state, Decisions decisions, TimeProvider clock, CancellationToken ct)
    {
        var signer = state.Signer ?? throw new RuleViolationException("This replica does not hold the ledger's key; ask the one that seals.");
        var exchange = signer.Prepare();
        var fact = new KeyRotated(
            exchange.From.ToString(),
            exchange.To.ToString(),
            Convert.ToBase64String(exchange.ByOld),
            Convert.ToBase64String(exchange.ByNew),
            caller.Subject);

        await decisions.Command<LedgerKeys>(
            LedgerKeys.Stream,
            keys => keys.Current is null || keys.Current == fact.From
                ? [fact]
                : throw new RuleViolationException("Somebody else has just exchanged the key."),
            FactContext.Of(caller, Roles.Administrator, clock),
            once: null,
            ct);
        signer.Activate(exchange.To);

        return TypedResults.Ok(new KeyView(fact.To, fact.From));
    }
}
