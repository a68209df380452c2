using Governance.Audit.Reads;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Audit.Evidence;

/// <summary>Evidence as a zip that verifies offline: of a case, or of everything recorded in a period.</summary>
internal static class ReadEvidence
{
    private const int ReadsAtOnce = 100;

    public static async Task<IResult> OfCase(Guid id, Caller caller, CaseReads reads, EvidenceWriter writer, CancellationToken ct) =>
        await Answer(
            await writer.OfCase(id, ct) ?? throw new NotFoundException("Nothing is sealed about such a use case."),
            $"evidence-{id}.zip", caller, reads, ct);

    public static async Task<IResult> OfPeriod(
        DateTimeOffset from, DateTimeOffset to, Caller caller, CaseReads reads, EvidenceWriter writer, CancellationToken ct)
    {
        if (from >= to)
        {
            throw new InvalidRequestException("to", "must be after from.");
        }

        return await Answer(
            await writer.OfPeriod(from, to, ct) ?? throw new NotFoundException("Nothing was recorded in that period."),
            $"evidence-{from.UtcDateTime:yyyyMMdd}-{to.UtcDateTime:yyyyMMdd}.zip", caller, reads, ct);
    }

    private static async Task<IResult> Answer(EvidenceWriter.Package package, string name, Caller caller, CaseReads reads, CancellationToken ct)
    {
        foreach (var some in package.UseCases.Chunk(ReadsAtOnce))
        {
            await Task.WhenAll(some.Select(id => reads.Record(id, CaseReading.Evidence, caller, ct)));
        }

        return TypedResults.Stream(package.Zip, "application/zip", name);
    }
}
