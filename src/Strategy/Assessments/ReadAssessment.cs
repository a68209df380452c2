using System.Text;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Strategy.Assessments;

/// <summary>An assessment as it is read; what is merely asked for belongs to no use case.</summary>
public sealed record AssessmentView(
    Guid? UseCaseId,
    int? Revision,
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
    Narrative Explanation,
    string PolicyVersion,
    string PolicyHash,
    string EngineVersion,
    string InputHash,
    string ResultHash);

public static class ReadAssessment
{
    /// <summary>The assessment as JSON or, for whoever asks for <c>text/markdown</c>, as a page to read.</summary>
    public static async Task<Results<Ok<AssessmentView>, ContentHttpResult>> Handle(
        Guid id, HttpContext http, Caller caller, IQuerySession session, Editions<StrategyPolicy> policies, CancellationToken ct)
    {
        var file = await session.Events.AggregateStreamAsync<AssessmentFile>(id, token: ct);
        caller.RequireSight(file?.Latest?.Input.Facts.BusinessUnit);

        var decision = file!.Latest!;
        var assessment = decision.Tell(await policies.Current(ct));

        if (Canonical.Hash(assessment) != decision.Basis.ResultHash)
        {
            throw new NotReproducibleException(PersonalTexts.AreErasedFrom(decision.Input)
                ? "A text it was decided on has been erased, so it cannot be explained any more; what was recorded of it is in the audit trail."
                : $"{decision.Basis.EngineVersion} makes another assessment of this case than the recorded one, so it cannot be explained; "
                + "the recorded one is in the audit trail.");
        }

        var view = View(id, decision.Revision, assessment, decision.Basis);
        http.Response.Headers.Vary = "Accept";

        return WantsMarkdown(http.Request)
            ? TypedResults.Text(
                AssessmentMarkdown.Write(decision.Number, decision.Revision, view.Explanation, view.PolicyVersion, view.ResultHash), "text/markdown", Encoding.UTF8)
            : TypedResults.Ok(view);
    }

    private static bool WantsMarkdown(HttpRequest request) =>
        request.GetTypedHeaders().Accept.MaxBy(type => type.Quality ?? 1)?.MediaType.Equals("text/markdown", StringComparison.OrdinalIgnoreCase) is true;

    public static AssessmentView View(Guid? id, int? revision, StrategyAssessment assessment, DecisionBasis basis) => new(
        id,
        revision,
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
        Narrative.Of(assessment),
        basis.PolicyVersion,
        basis.PolicyHash,
        basis.EngineVersion,
        basis.InputHash,
        basis.ResultHash);
}
