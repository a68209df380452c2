using Governance.Audit.Reads;
using Governance.Audit.Sealing;
using Governance.Contracts;
using JasperFx.Events;

namespace Governance.Audit;

/// <summary>What Audit itself does becomes a fact like any other, and so comes back to be sealed.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        Read x => new CaseRead(e.StreamId, x.By, x.Reading),
        KeyRotated x => new SigningKeyRotated(x.From, x.To, x.ByOld, x.ByNew, x.By),
        _ => null,
    };
}
