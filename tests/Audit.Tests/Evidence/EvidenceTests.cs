using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Audit.Sealing;
using Governance.Engines;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Evidence;

/// <summary>Evidence leaves the platform as a zip; two verifiers that share no line of code judge it.</summary>
public sealed class EvidenceTests(EvidencePackage package) : IClassFixture<EvidencePackage>
{
    public static TheoryData<string> AllKinds => [.. Corruption.Kinds.Keys];

    [Fact]
    public void An_honest_package_is_verified_by_both_verifiers()
    {
        var report = EvidenceCheck.Verify(new MemoryStream(package.Zip), []);

        report.Facts.Count.ShouldBe(6);
        report.Policies.Count.ShouldBe(6);
        report.Commitments.ShouldBeGreaterThan(5);
        Python(package.Zip).ShouldStartWith("ok: 6 facts of 5 streams");
    }

    [Fact]
    public void A_key_known_from_elsewhere_must_have_signed()
    {
        var key = package.Keys[^1];
        var stranger = new NoteSigner(key.Name, new byte[32]).Key;

        EvidenceCheck.Verify(new MemoryStream(package.Zip), [key]).SignerIsTrusted.ShouldBeTrue();
        Python(package.Zip, key).ShouldStartWith("ok");
        Should.Throw<LedgerException>(() => EvidenceCheck.Verify(new MemoryStream(package.Zip), [stranger])).Code.ShouldBe("signature-missing");
        Python(package.Zip, stranger).ShouldStartWith("refused signature-missing");
    }

    [Fact]
    public void Every_decision_in_it_comes_out_as_recorded()
    {
        var report = EvidenceCheck.Verify(new MemoryStream(package.Zip), []);

        var again = RecordedCase.MakeAgain(
            [.. report.Facts.Select(fact => new RecordedDecision(
                fact.Leaf.GetProperty("eventId").GetGuid(),
                fact.Leaf.GetProperty("contract").GetString()!,
                fact.Leaf.GetProperty("revision").GetInt32(),
                JsonSerializer.SerializeToElement(PersonalMembers.Join(fact.Leaf.GetProperty("data").GetRawText(), fact.Personal)),
                IsErased: false))],
            hash => report.Policies.TryGetValue(hash, out var content) ? Encoding.UTF8.GetString(content) : null);

        again.Select(result => (result.Contract, result.Outcome, result.Detail)).ShouldBe(
        [
            ("governance.data-readiness-assessed.v1", ReRunOutcome.Same, null),
            ("governance.cost-forecast.v1", ReRunOutcome.Same, null),
            ("governance.strategy-recommended.v1", ReRunOutcome.Same, null),
            ("governance.review-opened.v1", ReRunOutcome.Same, null),
        ]);
    }

    [Fact]
    public async Task Everything_recorded_in_a_period_is_verified_by_both_verifiers()
    {
        var (from, to) = (Uri.EscapeDataString(Origin.Moment.ToString("O")), Uri.EscapeDataString(Origin.Moment.AddDays(1).ToString("O")));

        var zip = await package.Audit.As(Roles.Auditor).GetByteArrayAsync($"/api/audit/evidence?from={from}&to={to}");

        EvidenceCheck.Verify(new MemoryStream(zip), []).ShouldSatisfyAllConditions(
            report => report.Facts.Count.ShouldBe(18),
            report => report.Streams.ShouldBe(15),
            report => report.Manifest.Kind.ShouldBe(EvidenceManifest.Period));
        Python(zip).ShouldStartWith("ok: 18 facts of 15 streams");
        (await package.Audit.As(Roles.Auditor).Get($"/api/audit/evidence?from={to}&to={from}")).ExpectProblem(HttpStatusCode.BadRequest, "to", "to");
        (await package.Audit.As(Roles.Auditor).Get("/api/audit/evidence?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public void The_report_is_a_PDF_that_tells_the_case()
    {
        var pdf = Encoding.Latin1.GetString(package.Files["report.pdf"]);

        pdf.ShouldStartWith("%PDF-1.4");
        pdf.ShouldContain("use case submitted");
        pdf.ShouldContain("%%EOF");
        package.Files.Keys.Count(name => name.StartsWith("schemas/", StringComparison.Ordinal)).ShouldBe(6);
    }

    [Fact]
    public async Task A_case_nobody_knows_has_no_evidence() =>
        (await package.Audit.As(Roles.Auditor).Get($"/api/audit/use-cases/{Guid.CreateVersion7()}/evidence")).Expect(HttpStatusCode.NotFound);

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void A_corrupted_package_is_refused_for_the_right_reason_by_both_verifiers(string kind)
    {
        var (corrupt, code) = Corruption.Kinds[kind];
        var zip = corrupt(package);

        Should.Throw<LedgerException>(() => EvidenceCheck.Verify(new MemoryStream(zip), [])).Code.ShouldBe(code);
        package.SecondOpinions[kind].ShouldStartWith($"refused {code}:");
    }

    private static string Python(byte[] zip, NoteKey? key = null) => SecondVerifier.Judge([zip], key)[0];
}

/// <summary>One package of a real case, to be spoilt in many ways.</summary>
public sealed class EvidencePackage(PostgresServer postgres) : IAsyncLifetime
{
    public AuditService Audit { get; } = new(postgres);

    public byte[] Zip { get; private set; } = [];

    public IReadOnlyList<NoteKey> Keys { get; private set; } = [];

    /// <summary>The key of the ledger, for what only its owner could forge.</summary>
    public NoteSigner Signer { get; private set; } = null!;

    public IReadOnlyDictionary<string, byte[]> Files { get; private set; } = new Dictionary<string, byte[]>();

    /// <summary>What the second verifier says of each corrupted package.</summary>
    public IReadOnlyDictionary<string, string> SecondOpinions => opinions ??= Corruption.Kinds.Keys
        .Zip(SecondVerifier.Judge([.. Corruption.Kinds.Values.Select(kind => kind.Spoil(this))]))
        .ToDictionary(pair => pair.First, pair => pair.Second);

    private Dictionary<string, string>? opinions;

    public async ValueTask InitializeAsync()
    {
        await Audit.InitializeAsync();
        var id = Guid.CreateVersion7();
        await RealCase.Publish(Audit, Guid.CreateVersion7());
        await RealCase.Publish(Audit, id);
        await RealCase.Publish(Audit, Guid.CreateVersion7());
        var checkpoint = await Audit.Sealed();
        Keys = [.. checkpoint.Keys.Select(NoteKey.Parse)];
        Signer = new(checkpoint.Origin, Convert.FromBase64String(await File.ReadAllTextAsync(Path.Combine(Audit.Folder, "signing-key"))));
        Zip = await Audit.As(Roles.Auditor).GetByteArrayAsync($"/api/audit/use-cases/{id}/evidence");

        await using var archive = new ZipArchive(new MemoryStream(Zip));
        var files = new Dictionary<string, byte[]>();

        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            await using var stream = await entry.OpenAsync();
            await stream.CopyToAsync(content);
            files.Add(entry.FullName, content.ToArray());
        }

        Files = files;
    }

    public ValueTask DisposeAsync() => Audit.DisposeAsync();

    /// <summary>The package with its files changed, and with a manifest that fits them again.</summary>
    public byte[] Resealed(Action<Dictionary<string, byte[]>> change, Action<JsonObject>? manifest = null)
    {
        var files = Files.ToDictionary();
        change(files);
        var json = JsonNode.Parse(files["manifest.json"])!.AsObject();
        json["files"] = new JsonObject(files.Where(file => file.Key != "manifest.json").OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => KeyValuePair.Create(file.Key, (JsonNode?)Convert.ToHexStringLower(SHA256.HashData(file.Value)))));
        manifest?.Invoke(json);
        files["manifest.json"] = Canonical(json);

        return Pack([.. files.Select(file => (file.Key, file.Value))]);
    }

    /// <summary>The package with its files changed, and nothing done to hide it.</summary>
    public byte[] Changed(Action<Dictionary<string, byte[]>> change)
    {
        var files = Files.ToDictionary();
        change(files);

        return Pack([.. files.Select(file => (file.Key, file.Value))]);
    }

    public static byte[] Canonical(JsonNode json)
    {
        using var document = JsonDocument.Parse(json.ToJsonString());

        return CanonicalJson.Write(document.RootElement);
    }

    public static byte[] Pack(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return zip.ToArray();
    }
}
