using Governance.Audit.Reads;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Audit.Evidence;

/// <summary>The evidence of a case as a zip that verifies offline.</summary>
internal static class ReadEvidence
{
    public static async Task<IResult> OfCase(Guid id, Caller caller, CaseReads reads, EvidenceWriter writer, CancellationToken ct)
    {
        var zip = await writer.OfCase(id, ct) ?? throw new NotFoundException("Nothing is sealed about such a use case.");
        await reads.Record(id, CaseReading.Evidence, caller, ct);

        return TypedResults.Stream(zip, "application/zip", $"evidence-{id}.zip");
    }
}
