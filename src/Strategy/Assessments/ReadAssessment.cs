using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Policies;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Strategy.Assessments;

public sealed record AssessmentView(
    Guid UseCaseId,
    int Revision,
    StrategyKind Recommendation,
    bool Retrieval,
    Tuning Tuning,
    decimal Confidence,
    IReadOnlyList<RankedStrategy> Ranking,
    IReadOnlyList<Gate> Gates,
    IReadOnlyList<FactorContribution> Factors,
    IReadOnlyList<FiredRule> Rules,
    IReadOnlyList<ChecklistAnswer> Checklist,
    IReadOnlyList<FrameworkSection> Framework,
    IReadOnlyList<SourceConflict> Conflicts,
    IReadOnlyList<AssessmentWarning> Warnings,
    IReadOnlyList<Flip> Flips,
    IReadOnlyList<ComponentAssessment> Components,
    IReadOnlyList<MigrationTrigger> Migration,
    IReadOnlyList<string> Unknowns,
    string PolicyVersion,
    string PolicyHash,
    string EngineVersion,
    string InputHash,
    string ResultHash);

public static class ReadAssessment
{
    public static async Task<Ok<AssessmentView>> Handle(
        Guid id, Caller caller, IQuerySession session, Editions<StrategyPolicy> policies, CancellationToken ct)
    {
        var file = await session.Events.AggregateStreamAsync<AssessmentFile>(id, token: ct);
        caller.RequireSight(file?.Latest?.Input.Facts.BusinessUnit);

        return TypedResults.Ok(View(id, file!.Latest!, policies.Latest));
    }

    private static AssessmentView View(Guid id, StrategyAssessed decision, VersionedData<StrategyPolicy> policies)
    {
        var (assessment, basis) = (decision.Tell(policies), decision.Basis);

        return new(
            id,
            decision.Revision,
            assessment.Recommendation,
            assessment.Retrieval,
            assessment.Tuning,
            assessment.Confidence,
            assessment.Ranking,
            assessment.Gates,
            assessment.Factors,
            assessment.Rules,
            assessment.Checklist,
            assessment.Framework,
            assessment.Conflicts,
            assessment.Warnings,
            assessment.Flips,
            assessment.Components,
            assessment.Migration,
            assessment.Unknowns,
            basis.PolicyVersion,
            basis.PolicyHash,
            basis.EngineVersion,
            basis.InputHash,
            basis.ResultHash);
    }
}
