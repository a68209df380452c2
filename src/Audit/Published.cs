using Governance.Audit.Erasures;
using Governance.Audit.Holds;
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
        ReadTogether x => new CasesRead(e.StreamId, x.UseCases, x.By, x.Reading),
        KeyRotated x => new SigningKeyRotated(x.From, x.To, x.ByOld, x.ByNew, x.By),
        Requested x => new ErasureRequested(e.StreamId, x.Subject, x.UseCaseId, x.Account, x.Ground, x.By, x.Approvals, x.Reason),
        ApprovedBy x => new ErasureApproved(e.StreamId, x.By),
        RefusedBy x => new ErasureRefused(e.StreamId, x.By, x.Reason),
        Erased x => new PersonalDataErased(
            x.UseCaseId, x.Rule.Revision, x.ErasureId, x.Ground, x.RequestedBy, x.ApprovedBy, x.Rule.Before, x.Rule.Everything, x.Rule.Declared, x.Facts),
        Executed { Account: { } account } => new AccountErased(e.StreamId, account),
        HoldSet x => new LegalHoldSet(e.StreamId, x.UseCaseId, x.BusinessUnit, x.By, x.Reason),
        ReleaseAsked x => new LegalHoldReleaseRequested(e.StreamId, x.By, x.Reason),
        Released x => new LegalHoldReleased(e.StreamId, x.AskedBy, x.By),
        _ => null,
    };
}
