using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.DataReadiness.Checks;

public sealed record ReadinessView(
    Guid UseCaseId,
    int Revision,
    ReadinessVerdict Verdict,
    int Score,
    IReadOnlyList<ReadinessCheck> Checks,
    DecisionBasis Basis);

public static class ReadReadiness
{
    public static async Task<Ok<ReadinessView>> Handle(Guid id, Caller caller, IQuerySession session, CancellationToken ct)
    {
        var file = await session.LoadAsync<ReadinessFile>(id, ct);
        caller.RequireSight(file?.BusinessUnit);
        var (verdict, score, checks) = file!.Readiness;

        return TypedResults.Ok(new ReadinessView(id, file.Revision, verdict, score, checks, file.Basis));
    }
}
