using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using JasperFx.Events;

namespace Governance.DataReadiness;

/// <summary>Everything DataReadiness tells the rest of the platform. What is not listed stays private.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        ReadinessAssessed x => new DataReadinessAssessed(e.StreamId, x.Revision, x.Readiness, x.Basis),
        TextsErased x => new PersonalDataErasedFrom(x.UseCaseId, x.Revision, x.ErasureId, x.Service, x.Events, x.FailedMessages),
        _ => null,
    };
}
