using Governance.Contracts;
using JasperFx.Events;

namespace Governance.Audit;

/// <summary>Audit listens to everyone and tells nothing.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => null;
}
