using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Governance.Audit.Sealing;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Npgsql;

namespace Governance.Audit.Evidence;

/// <summary>
/// Packs everything sealed about one case into a zip that verifies offline: facts with proofs against the last checkpoint, its
/// signature and keys, what decisions were made under, and a report for people.
/// </summary>
internal sealed class EvidenceWriter(NpgsqlDataSource database, LedgerTree tree, LedgerSettings settings, PolicyArchive policies, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3), Pause = TimeSpan.FromMilliseconds(50);

    private const string ReadMe = """
        Evidence of one use case from the audit ledger of Governance.

        Verify it offline, without trusting whoever handed it over:
          ./governance verify --evidence FILE         in a checkout of Governance, or the verifier program by itself
          python3 verify_evidence.py FILE             with Python's standard library alone
        Name the ledger's public key, known from elsewhere, with --key; otherwise the key in the package is believed.

        manifest.json   what is in the package, with the SHA-256 of every file
        checkpoint      the signed state of the ledger (C2SP signed note): name, number of leaves, root of the tree
        keys            the public keys of the ledger
        facts.jsonl     one line per fact: leaf, position, proof of inclusion, personal values with their salts
        policies/       policies, price books and packs that decisions were made under, named by their hash
        report.pdf      the same for people; it proves nothing by itself
        """;

    /// <returns>A stream of the zip, deleted when closed; null where nothing is sealed about the case.</returns>
    public async Task<Stream?> OfCase(Guid useCase, CancellationToken ct)
    {
        await WaitForSeal(useCase, ct);
        var (note, _) = await ReadProofs.Latest(database, ct);
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(note).Text);
        await ReadProofs.Require(tree, checkpoint.Size, ct);
        var facts = await Sealed(useCase, checkpoint.Size, ct);

        if (facts.Count == 0)
        {
            return null;
        }

        var file = new FileStream(
            Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            var report = new EvidenceReportText(useCase, checkpoint, clock.GetUtcNow());
            var lines = new ArrayBufferWriter<byte>();
            var personal = await Disclosures.Of(database, facts.ConvertAll(fact => fact.Leaf.EventId), ct);

            foreach (var fact in facts)
            {
                var proof = await tree.InclusionProof(fact.Position, checkpoint.Size, ct);
                var beside = personal.GetValueOrDefault(fact.Leaf.EventId, []);
                EvidenceFormat.WriteFact(fact.Position, fact.Leaf, fact.PreviousHash, proof, beside, lines);
                CanonicalJson.Raw("\n"u8, lines);
                report.Add(fact.Position, fact.Leaf, beside);
            }

            await Add(zip, files, EvidenceFormat.CheckpointFile, Encoding.UTF8.GetBytes(note), ct);
            await Add(zip, files, EvidenceFormat.Facts, lines.WrittenMemory, ct);
            await Add(zip, files, EvidenceFormat.Keys, Encoding.UTF8.GetBytes(string.Concat((await ReadProofs.Keys(database, ct)).Select(key => $"{key}\n"))), ct);

            foreach (var (hash, content) in await policies.DecidedUnder(facts.ConvertAll(fact => fact.Leaf), ct))
            {
                await Add(zip, files, $"{EvidenceFormat.Policies}{hash}.json", Encoding.UTF8.GetBytes(content), ct);
            }

            await Add(zip, files, EvidenceFormat.ReadMe, Encoding.UTF8.GetBytes(ReadMe), ct);
            await Add(zip, files, EvidenceFormat.Report, report.ToPdf(), ct);

            var manifest = new EvidenceManifest(
                EvidenceManifest.Case, useCase.ToString(), settings.Origin, checkpoint.Size, facts.Count,
                clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), files);
            await Add(zip, [], EvidenceFormat.Manifest, manifest.Write(), ct);
        }

        file.Position = 0;

        return file;
    }

    /// <summary>What was recorded a moment ago is sealed in the next one; a package does not leave without it.</summary>
    private async Task WaitForSeal(Guid useCase, CancellationToken ct)
    {
        for (var waited = TimeSpan.Zero; waited < LongestWait; waited += Pause)
        {
            await using var command = database.CreateCommand("""
                select exists (select from fact f join pending p on p.event_id = f.event_id where f.use_case_id = $1 and not p.waits)
                    or exists (
                        select from fact f join leaf l on l.event_id = f.event_id
                        where f.use_case_id = $1 and l.position >= (select coalesce(max(size), 0) from checkpoint))
                """);
            command.Parameters.AddWithValue(useCase);

            if (await command.ExecuteScalarAsync(ct) is false)
            {
                return;
            }

            await Task.Delay(Pause, clock, ct);
        }
    }

    private async Task<List<SealedFact>> Sealed(Guid useCase, long size, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select {LedgerTables.LeafColumns}, l.position, before.hash
            from fact f join leaf l on l.event_id = f.event_id
            left join fact b on b.service = f.service and b.stream = f.stream and b.version = f.previous
            left join leaf before on before.event_id = b.event_id
            where f.use_case_id = $1 and l.position < $2 order by l.position
            """);
        command.Parameters.AddWithValue(useCase);
        command.Parameters.AddWithValue(size);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var facts = new List<SealedFact>();

        while (await reader.ReadAsync(ct))
        {
            facts.Add(new(
                reader.GetInt64(LedgerTables.LeafColumnCount),
                LedgerTables.ReadLeaf(reader, settings.Origin),
                reader.IsDBNull(LedgerTables.LeafColumnCount + 1) ? null : reader.GetFieldValue<byte[]>(LedgerTables.LeafColumnCount + 1)));
        }

        return facts;
    }

    private static async Task Add(ZipArchive zip, Dictionary<string, string> files, string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var stream = await entry.OpenAsync(ct);
        await stream.WriteAsync(content, ct);
        files[name] = Convert.ToHexStringLower(SHA256.HashData(content.Span));
    }

    private sealed record SealedFact(long Position, Leaf Leaf, byte[]? PreviousHash);
}
