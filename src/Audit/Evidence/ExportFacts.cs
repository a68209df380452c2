using System.Buffers;
using Governance.Audit.Reads;
using Governance.Audit.Sealing;
using Governance.Contracts;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Audit.Evidence;

/// <summary>
/// Everything sealed, or what was recorded in a period, as JSON lines: leaf, position, leaf hash and personal values, and at the end
/// the checkpoint that covers them. It is written as it is read, so its length does not matter; where it breaks off, it goes on from a
/// position.
/// </summary>
internal static class ExportFacts
{
    private const int FactsAtOnce = 500;

    public static async Task Handle(
        DateTimeOffset? from, DateTimeOffset? to, long? position, HttpContext http, Caller caller, CaseReads reads, NpgsqlDataSource database, LedgerSettings settings)
    {
        if (from >= to)
        {
            throw new InvalidRequestException("to", "must be after from.");
        }

        if (position < 0)
        {
            throw new InvalidRequestException("position", "must be 0 or above.");
        }

        var ct = http.RequestAborted;
        var (note, _) = await ReadProofs.Latest(database, ct);
        var size = Checkpoint.Parse(SignedNote.Parse(note).Text).Size;
        var which = new WhichFacts(null, from, to, position ?? 0);
        var recorded = new HashSet<Guid>();
        http.Response.ContentType = "application/x-ndjson; charset=utf-8";

        await foreach (var some in SealedFacts.Of(which, size, settings.Origin, database, ct).Chunk(FactsAtOnce).WithCancellation(ct))
        {
            var personal = await Disclosures.Of(database, [.. some.Select(fact => fact.Leaf.EventId)], ct);
            await reads.Record([.. some.Select(fact => fact.Leaf.UseCaseId).OfType<Guid>().Where(recorded.Add)], CaseReading.Export, caller, ct);

            foreach (var fact in some)
            {
                Write(fact, personal.GetValueOrDefault(fact.Leaf.EventId, []), http.Response.BodyWriter);
            }

            await http.Response.BodyWriter.FlushAsync(ct);
        }

        CanonicalJson.Raw("{\"checkpoint\":"u8, http.Response.BodyWriter);
        CanonicalJson.Text(note, http.Response.BodyWriter);
        CanonicalJson.Raw("}\n"u8, http.Response.BodyWriter);
        await http.Response.BodyWriter.FlushAsync(ct);
    }

    private static void Write(SealedFact fact, IReadOnlyList<Disclosure> personal, IBufferWriter<byte> target)
    {
        CanonicalJson.Raw("{\"leaf\":"u8, target);
        fact.Leaf.Write(fact.PreviousHash, target);
        CanonicalJson.Raw(",\"leafHash\":"u8, target);
        CanonicalJson.Text(Convert.ToBase64String(fact.Hash), target);
        CanonicalJson.Raw(",\"personal\":"u8, target);
        EvidenceFormat.WritePersonal(personal, target);
        CanonicalJson.Raw(",\"position\":"u8, target);
        CanonicalJson.Number(fact.Position, target);
        CanonicalJson.Raw("}\n"u8, target);
    }
}
