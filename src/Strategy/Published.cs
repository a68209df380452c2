using Governance.Contracts;
using Governance.Strategy.Assessments;
using JasperFx.Events;

namespace Governance.Strategy;

/// <summary>Everything Strategy tells the rest of the platform. What is not listed stays private.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        StrategyAssessed x => new StrategyRecommended(
            e.StreamId, x.Revision, x.Number, x.Input.Facts, x.Editors, x.Assessment, x.Basis),
        _ => null,
    };
}
