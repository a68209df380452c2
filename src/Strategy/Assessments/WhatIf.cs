using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Strategy.Assessments;

/// <summary>The assessment of a profile nobody has submitted, under the policy and price book in force or any other, drafts included.</summary>
public sealed record WhatIf(UseCaseFacts Facts, string? Policy = null, string? PriceBook = null)
{
    /// <summary>Nothing is recorded.</summary>
    public static async Task<Ok<AssessmentView>> Handle(
        HttpContext http, Neighbours neighbours, Editions<StrategyPolicy> policies, TimeProvider clock, CancellationToken ct)
    {
        var question = await http.Request.Read<WhatIf>();
        FactRules.Require(question.Facts, below: "facts");

        var policy = question.Policy is { } version
            ? await policies.Find(version, ct)
            : (await policies.Current(ct)).InForce(clock.GetUtcNow());
        var readiness = neighbours.Ask<Readiness>(http, "data-readiness", "/api/readiness/what-if", new { question.Facts });
        var costs = neighbours.Ask<CostOutlook>(http, "costs", "/api/forecasts/what-if", new { question.Facts, question.PriceBook });
        await Task.WhenAll(readiness, costs);

        var input = new AssessmentInput(question.Facts, await readiness, await costs);
        var assessment = StrategyEngine.Assess(input, policy);

        return TypedResults.Ok(ReadAssessment.View(null, null, assessment, Basis.Of(policy, StrategyEngine.EngineVersion, input, assessment)));
    }
}
