using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using JasperFx.Events;

namespace Governance.Compliance;

/// <summary>Everything Compliance tells the rest of the platform. What is not listed stays private.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        Opened x => new ReviewOpened(e.StreamId, x.Revision, x.Number, x.Tier, x.Obligations, x.Required, x.FactsHash, x.Basis, Editors: x.Editors),
        SignedOff x => new SignOffRecorded(e.StreamId, x.Revision, x.Queue, x.By, x.Conditions, x.FactsHash),
        ChangesAsked x => new ChangesRequested(e.StreamId, x.Revision, x.Queue, x.By, x.Reason),
        Approved x => new UseCaseApproved(e.StreamId, x.Revision, x.Strategy, x.Model, x.Conditions, x.FactsHash, x.ValidUntil),
        Rejected x => new UseCaseRejected(e.StreamId, x.Revision, x.Queue, x.By, x.Reason),
        Closed x => new ReviewClosed(e.StreamId, x.Revision),
        DraftSaved x => new PolicyPackDrafted(x.Version, x.EffectiveFrom, x.Hash, x.By, x.Content.GetRawText()),
        DraftDiscarded x => new PolicyPackDraftDiscarded(x.Version, x.Hash, x.By),
        EditionPublished x => new PolicyPackPublished(x.Version, x.EffectiveFrom, x.Hash, x.Authors, x.By),
        _ => null,
    };
}
