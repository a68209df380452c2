using Governance.Ledger;

namespace Governance.Audit.Sealing;

/// <summary>How sealing goes in this process.</summary>
internal sealed class LedgerState
{
    private volatile LedgerException? refusal;
    private TaskCompletionSource signature = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int awaiting;

    /// <summary>When the sealer last completed a round; null in a replica that stands by.</summary>
    public DateTimeOffset? SealedAt { get; private set; }

    /// <summary>Why nothing is sealed any more, or null.</summary>
    public LedgerException? Refusal => refusal;

    public Signer? Signer { get; private set; }

    /// <summary>Completes when this process stores the next signature.</summary>
    public Task NextSignature => Volatile.Read(ref signature).Task;

    /// <summary>Somebody waits for a seal right now.</summary>
    public bool IsAwaited => Volatile.Read(ref awaiting) > 0;

    public void Await() => Interlocked.Increment(ref awaiting);

    public void Leave() => Interlocked.Decrement(ref awaiting);

    public void Signed() =>
        Interlocked.Exchange(ref signature, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public void Lead(Signer signer)
    {
        Signer = signer;
        refusal = null;
    }

    public void Refuse(LedgerException reason) => refusal = reason;

    public void Sealed(DateTimeOffset at) => SealedAt = at;
}
