using Governance.Audit.Reads;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Audit.Evidence;

/// <summary>Evidence as a zip that verifies offline: of a case, or of everything recorded in a period.</summary>
internal static class ReadEvidence
{
    public static async Task<IResult> OfCase(Guid id, Caller caller, CaseReads reads, EvidenceWriter writer, CancellationToken ct)
    {
        var package = await writer.OfCase(id, ct) ?? throw new NotFoundException("Nothing is sealed about such a use case.");
        await reads.Record(id, CaseReading.Evidence, caller, ct);

        return Answer(package, $"evidence-{id}.zip");
    }

    public static async Task<IResult> OfPeriod(
        DateTimeOffset from, DateTimeOffset to, Caller caller, CaseReads reads, EvidenceWriter writer, CancellationToken ct)
    {
        if (from >= to)
        {
            throw new InvalidRequestException("to", "must be after from.");
        }

        var package = await writer.OfPeriod(from, to, ct) ?? throw new NotFoundException("Nothing was recorded in that period.");
        await reads.Record(package.UseCases, CaseReading.Evidence, caller, ct);

        return Answer(package, $"evidence-{from.UtcDateTime:yyyyMMdd}-{to.UtcDateTime:yyyyMMdd}.zip");
    }

    private static FileStreamHttpResult Answer(EvidenceWriter.Package package, string name) => TypedResults.Stream(package.Zip, "application/zip", name);
}
