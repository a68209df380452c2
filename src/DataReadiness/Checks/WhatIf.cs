using Governance.Contracts;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.DataReadiness.Checks;

/// <summary>The readiness of a profile nobody has submitted. Nothing is recorded.</summary>
public sealed record WhatIf(UseCaseFacts Facts)
{
    public static async Task<Ok<ReadinessView>> Handle(HttpRequest request, VersionedData<ReadinessPolicy> policies, TimeProvider clock)
    {
        var facts = (await request.Read<WhatIf>()).Facts;
        FactRules.Require(facts, below: "facts");

        var policy = policies.InForce(clock.GetUtcNow());
        var readiness = ReadinessEngine.Assess(facts, policy);

        return TypedResults.Ok(ReadinessView.Of(null, null, readiness, Basis.Of(policy, ReadinessEngine.EngineVersion, facts, readiness)));
    }
}
