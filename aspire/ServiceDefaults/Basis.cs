using Governance.Contracts;

namespace Governance.ServiceDefaults;

/// <summary>Pins an automated decision to its input, its policy and its result, so that anyone can compute it again.</summary>
public static class Basis
{
    public static DecisionBasis Of<TPolicy, TInput, TResult>(
        Versioned<TPolicy> policy, string engineVersion, TInput input, TResult result) where TPolicy : IVersionedData =>
        new(policy.Version, policy.Hash, engineVersion, Canonical.Hash(input), Canonical.Hash(result));
}
