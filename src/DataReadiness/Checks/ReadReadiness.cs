using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.DataReadiness.Checks;

/// <summary>Readiness as it is read; what is merely asked for belongs to no use case.</summary>
public sealed record ReadinessView(
    Guid? UseCaseId,
    int? Revision,
    ReadinessVerdict Verdict,
    int Score,
    IReadOnlyList<ReadinessCheck> Checks,
    DecisionBasis Basis)
{
    public static ReadinessView Of(Guid? id, int? revision, Readiness readiness, DecisionBasis basis) =>
        new(id, revision, readiness.Verdict, readiness.Score, readiness.Checks, basis);
}

public static class ReadReadiness
{
    public static async Task<Ok<ReadinessView>> Handle(Guid id, Caller caller, IQuerySession session, CancellationToken ct)
    {
        var file = await session.LoadAsync<ReadinessFile>(id, ct);
        caller.RequireSight(file?.BusinessUnit);

        return TypedResults.Ok(ReadinessView.Of(id, file!.Revision, file.Readiness, file.Basis));
    }
}
