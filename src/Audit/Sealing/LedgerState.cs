using Governance.Ledger;

namespace Governance.Audit.Sealing;

/// <summary>How sealing goes in this process.</summary>
internal sealed class LedgerState
{
    private volatile LedgerException? refusal;

    /// <summary>When the sealer last completed a round; null in a replica that stands by.</summary>
    public DateTimeOffset? SealedAt { get; private set; }

    /// <summary>Why nothing is sealed any more, or null.</summary>
    public LedgerException? Refusal => refusal;

    public Signer? Signer { get; private set; }

    public void Lead(Signer signer)
    {
        Signer = signer;
        refusal = null;
    }

    public void Refuse(LedgerException reason) => refusal = reason;

    public void Sealed(DateTimeOffset at) => SealedAt = at;
}
