using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Assessments;
using Governance.Strategy.Policies;
using JasperFx.Events;

namespace Governance.Strategy;

/// <summary>Everything Strategy tells the rest of the platform. What is not listed stays private.</summary>
internal sealed class Published(VersionedData<StrategyPolicy> policies)
{
    public IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        StrategyAssessed x => new StrategyRecommended(
            e.StreamId, x.Revision, x.Number, x.Input.Facts, x.Editors, x.Tell(policies), x.Basis),
        _ => null,
    };
}
