using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Strategy.Policies;
using JasperFx.Events;

namespace Governance.Strategy;

/// <summary>Everything Strategy tells the rest of the platform. What is not listed stays private.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e, VersionedData<StrategyPolicy> policies) => e.Data switch
    {
        StrategyAssessed x => new StrategyRecommended(
            e.StreamId, x.Revision, x.Number, x.Input.Facts, x.Editors, x.Tell(policies), x.Basis),
        DraftSaved x => new PolicyDrafted(x.Version, x.EffectiveFrom, x.Hash, x.By, x.Content.GetRawText()),
        DraftDiscarded x => new PolicyDraftDiscarded(x.Version, x.Hash, x.By),
        EditionPublished x => new PolicyPublished(x.Version, x.EffectiveFrom, x.Hash, x.Authors, x.By),
        TextsErased x => new PersonalDataErasedFrom(x.UseCaseId, x.Revision, x.ErasureId, x.Service, x.Events, x.FailedMessages),
        _ => null,
    };
}
