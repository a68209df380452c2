using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Npgsql;

namespace Governance.Audit.Evidence;

/// <summary>
/// Packs everything sealed about one case, or in one period, into a zip that verifies offline: facts with proofs against the last checkpoint, its
/// signature and keys, what decisions were made under, and a report for people.
/// </summary>
internal sealed class EvidenceWriter(
    NpgsqlDataSource database, LedgerTree tree, LedgerSettings settings, PolicyArchive policies, Witnesses witnesses, TimeProvider clock)
{
    private const int FactsAtOnce = 200, Attempts = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3), Pause = TimeSpan.FromMilliseconds(50);

    private const string ReadMe = """
        Evidence from the audit ledger of Governance: of one use case or of a period, as manifest.json says.

        Verify it offline, without trusting whoever handed it over:
          ./governance verify --evidence FILE         in a checkout of Governance, or the verifier program by itself
          python3 verify_evidence.py FILE             with Python's standard library alone
        Name the ledger's public key, known from elsewhere, with --key; otherwise the key in the package is believed.

        manifest.json   what is in the package, with the SHA-256 of every file
        checkpoint      the signed state of the ledger (C2SP signed note): name, number of leaves, root of the tree
        keys            the public keys of the ledger
        facts.jsonl     one line per fact: leaf, position, proof of inclusion, personal values with their salts
        erasures.jsonl  the same of erasures after the period, where one has taken values from facts in the package
        policies/       policies, price books and packs that decisions were made under, named by their hash
        schemas/        the shape of each kind of fact in the package, as JSON Schema
        report.pdf      the same for people; it proves nothing by itself
        """;

    /// <returns>Null where nothing is sealed about the case.</returns>
    public async Task<Package?> OfCase(Guid useCase, CancellationToken ct)
    {
        await WaitForSeal(useCase, ct);

        return await Write(new(EvidenceManifest.Case, useCase, null, null), ct);
    }

    /// <returns>Null where nothing was recorded in the period.</returns>
    public Task<Package?> OfPeriod(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        Write(new(EvidenceManifest.Period, null, from.ToUniversalTime(), to.ToUniversalTime()), ct);

    /// <summary>Where values are erased while they are packed, the package is made again, against a checkpoint that knows of the erasure.</summary>
    private async Task<Package?> Write(Extent extent, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryWrite(extent with { MustBeComplete = attempt < Attempts }, ct);
            }
            catch (ErasedMeanwhileException)
            {
                await Task.Delay(Pause, clock, ct);
            }
        }
    }

    /// <summary>Fact by fact to a file, so that a package of any size needs the memory of a few facts.</summary>
    private async Task<Package?> TryWrite(Extent extent, CancellationToken ct)
    {
        var note = await witnesses.OnLatest(ct);
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(note).Text);
        await ReadProofs.Require(tree, checkpoint.Size, ct);
        var file = new FileStream(
            Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var report = new EvidenceReportText(extent.UseCase, extent.From, extent.To, checkpoint, clock.GetUtcNow());
        var files = new Dictionary<string, string>(StringComparer.Ordinal);

        await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            var named = await AddFacts(zip, files, extent, checkpoint, report, ct);
            await Add(zip, files, EvidenceFormat.CheckpointFile, Encoding.UTF8.GetBytes(note), ct);
            await Add(zip, files, EvidenceFormat.Keys, Encoding.UTF8.GetBytes(string.Concat((await ReadProofs.Keys(database, ct)).Select(key => $"{key}\n"))), ct);

            foreach (var hash in named)
            {
                if (await policies.Find(hash, ct) is { } content)
                {
                    await Add(zip, files, $"{EvidenceFormat.Policies}{hash}.json", Encoding.UTF8.GetBytes(content), ct);
                }
            }

            foreach (var contract in report.Contracts)
            {
                if (ContractSchemas.Of(contract) is { } schema)
                {
                    await Add(zip, files, $"{EvidenceFormat.Schemas}{contract}.json", Encoding.UTF8.GetBytes(schema), ct);
                }
            }

            await Add(zip, files, EvidenceFormat.ReadMe, Encoding.UTF8.GetBytes(ReadMe), ct);
            await Add(zip, files, EvidenceFormat.Report, report.ToPdf(), ct);

            var manifest = new EvidenceManifest(
                extent.Kind,
                extent.UseCase?.ToString() ?? "",
                Moment(extent.From),
                Moment(extent.To),
                settings.Origin,
                checkpoint.Size,
                report.Facts,
                clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                files);
            await Add(zip, [], EvidenceFormat.Manifest, manifest.Write(), ct);
        }

        if (report.Facts == 0)
        {
            await file.DisposeAsync();

            return null;
        }

        file.Position = 0;

        return new(file, report.UseCases);
    }

    private static WhichFacts Which(Extent extent) => new(extent.UseCase, extent.From, extent.To);

    private static string Moment(DateTimeOffset? time) => time?.ToString(Leaf.TimeFormat, CultureInfo.InvariantCulture) ?? "";

    /// <returns>The hashes of what decisions among the facts were made under.</returns>
    private async Task<IReadOnlyCollection<string>> AddFacts(
        ZipArchive zip, Dictionary<string, string> files, Extent extent, Checkpoint checkpoint, EvidenceReportText report, CancellationToken ct)
    {
        var named = new SortedSet<string>(StringComparer.Ordinal);
        var missing = new HashSet<(Guid? UseCase, Guid EventId, string Path)>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var stream = await Entry(zip, EvidenceFormat.Facts).OpenAsync(ct))
        {
            await foreach (var some in SealedFacts.Of(Which(extent), checkpoint.Size, settings.Origin, database, ct).Chunk(FactsAtOnce).WithCancellation(ct))
            {
                var lines = new ArrayBufferWriter<byte>();
                var personal = await Disclosures.Of(database, [.. some.Select(fact => fact.Leaf.EventId)], ct);

                foreach (var fact in some)
                {
                    var proof = await tree.InclusionProof(fact.Position, checkpoint.Size, ct);
                    var beside = personal.GetValueOrDefault(fact.Leaf.EventId, []);
                    EvidenceFormat.WriteFact(fact.Position, fact.Leaf, fact.PreviousHash, proof, beside, lines);
                    CanonicalJson.Raw("\n"u8, lines);
                    report.Add(fact.Position, fact.Leaf, beside);
                    var data = JsonElement.Parse(fact.Leaf.Data);
                    named.UnionWith(PolicyArchive.Named(data));
                    missing.UnionWith(PersonalMembers.CommitmentsIn(data).Keys.Except(beside.Select(value => value.Path))
                        .Select(path => (fact.Leaf.UseCaseId, fact.Leaf.EventId, path)));
                }

                hash.AppendData(lines.WrittenSpan);
                await stream.WriteAsync(lines.WrittenMemory, ct);
            }
        }

        files[EvidenceFormat.Facts] = Convert.ToHexStringLower(hash.GetHashAndReset());
        await AddErasures(zip, files, extent, checkpoint, missing, ct);

        return named;
    }

    /// <summary>What is missing from the facts must be named by an erasure in the package; those outside of its extent are added.</summary>
    private async Task AddErasures(
        ZipArchive zip, Dictionary<string, string> files, Extent extent, Checkpoint checkpoint, HashSet<(Guid? UseCase, Guid EventId, string Path)> missing, CancellationToken ct)
    {
        if (missing.Count == 0)
        {
            return;
        }

        var lines = new ArrayBufferWriter<byte>();

        await foreach (var fact in SealedFacts.ErasuresOf([.. missing.Select(value => value.EventId).Distinct()], checkpoint.Size, settings.Origin, database, ct))
        {
            var erasure = ErasureFact.Of(JsonElement.Parse(fact.Leaf.Data));
            var taken = missing.Where(value => (value.UseCase is null || value.UseCase == fact.Leaf.UseCaseId)
                && (erasure.Paths.GetValueOrDefault(value.EventId.ToString())?.Contains(value.Path) ?? false)).ToList();
            missing.ExceptWith(taken);

            if (taken.Count > 0 && !extent.Holds(fact.Leaf))
            {
                EvidenceFormat.WriteFact(fact.Position, fact.Leaf, fact.PreviousHash, await tree.InclusionProof(fact.Position, checkpoint.Size, ct), [], lines);
                CanonicalJson.Raw("\n"u8, lines);
            }
        }

        if (missing.Count > 0 && extent.MustBeComplete)
        {
            throw new ErasedMeanwhileException();
        }

        if (lines.WrittenCount > 0)
        {
            await Add(zip, files, EvidenceFormat.Erasures, lines.WrittenMemory, ct);
        }
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

    private static ZipArchiveEntry Entry(ZipArchive zip, string name)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        return entry;
    }

    private static async Task Add(ZipArchive zip, Dictionary<string, string> files, string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        await using var stream = await Entry(zip, name).OpenAsync(ct);
        await stream.WriteAsync(content, ct);
        files[name] = Convert.ToHexStringLower(SHA256.HashData(content.Span));
    }

    /// <param name="Zip">Deleted when closed.</param>
    /// <param name="UseCases">The cases it tells about.</param>
    public sealed record Package(Stream Zip, IReadOnlyCollection<Guid> UseCases);

    /// <summary>What a package is about.</summary>
    private sealed record Extent(string Kind, Guid? UseCase, DateTimeOffset? From, DateTimeOffset? To)
    {
        /// <summary>Whether a value that no erasure names is worth another attempt; what no attempt finds is for the verifier to tell.</summary>
        public bool MustBeComplete { get; init; }

        public bool Holds(Leaf leaf) => UseCase is { } useCase ? leaf.UseCaseId == useCase : leaf.RecordedAt >= From && leaf.RecordedAt < To;
    }

    /// <summary>Values went whose erasure is later than the checkpoint that was begun with.</summary>
    private sealed class ErasedMeanwhileException() : Exception("Personal texts were erased while they were packed; ask again.");
}
