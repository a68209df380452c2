using Governance.ServiceDefaults;

namespace Governance.Strategy.Policies;

/// <summary>What a policy must be besides well formed.</summary>
internal static class PolicyCheck
{
    public static IEnumerable<FieldError> Find(StrategyPolicy policy) => [];
}
