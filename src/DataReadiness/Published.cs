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
        TextsErased x => x.Told,
        _ => null,
    };
}
