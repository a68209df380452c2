using System.Net;
using Governance.Audit.Sealing;
using Governance.Audit.Tests.Evidence;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Audit.Tests.Sealing;

/// <summary>A ledger with a witness that somebody else runs.</summary>
public sealed class WitnessedLedgerTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly AuditService audit = new(postgres);
    private readonly WitnessSigner signer = new("witness.example/w1", [.. Enumerable.Repeat((byte)5, 32)]);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("governance-test-");
    private readonly WebApplication server = StandIn.Create();
    private readonly Guid id = Guid.CreateVersion7();

    public async ValueTask InitializeAsync()
    {
        await audit.InitializeAsync();
        await audit.Publish(Messages.Submitted(id));
        var witness = new Witness(signer, [NoteKey.Parse((await audit.Sealed()).Keys[^1])], folder.FullName, TimeProvider.System);
        server.MapPost("/add-checkpoint", async (HttpContext http) =>
        {
            using var body = new StreamReader(http.Request.Body);
            var said = witness.AddCheckpoint(await body.ReadToEndAsync());

            return Results.Text(said.Text, said.Status is 409 ? "text/x.tlog.size" : "text/plain", statusCode: said.Status);
        });
        await server.StartAsync();
        var configuration = audit.Services.GetRequiredService<IConfiguration>();
        configuration["Ledger:Witnesses:0:Url"] = server.Urls.Single();
        configuration["Ledger:Witnesses:0:Key"] = signer.Key.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await audit.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Evidence_leaves_with_the_witness_s_signature_and_both_verifiers_can_insist_on_it()
    {
        var zip = await Evidence();

        EvidenceCheck.Verify(new MemoryStream(zip), [], signer.Key).Witnesses.ShouldHaveSingleItem().Witness.ShouldBe(signer.Key);
        SecondVerifier.Judge([zip], witness: signer.Key)[0].ShouldStartWith("ok");
        var stranger = new WitnessSigner("witness.example/w2", new byte[32]).Key;
        Should.Throw<LedgerException>(() => EvidenceCheck.Verify(new MemoryStream(zip), [], stranger)).Code.ShouldBe("witness-missing");
        SecondVerifier.Judge([zip], witness: stranger)[0].ShouldStartWith("refused witness-missing");
    }

    [Fact]
    public async Task Checkpoints_are_handed_to_the_witness_as_the_ledger_grows()
    {
        await Anchored();
        await audit.Publish(Messages.Revised(id, 2));

        var checkpoint = await Anchored();

        signer.Key.Saw(SignedNote.Parse(checkpoint.Note)).ShouldNotBeNull();
        (await Status()).ShouldSatisfyAllConditions(status => status.Problem.ShouldBeNull(), status => status.Size.ShouldBe(checkpoint.Size));
        (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>().Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task T9_Whoever_owns_key_folder_and_database_gets_no_witness_for_another_history()
    {
        var checkpoint = await Anchored();
        var key = new NoteSigner(checkpoint.Origin, Convert.FromBase64String(await File.ReadAllTextAsync(Path.Combine(audit.Folder, "signing-key"))));
        var forged = key.Sign(new Checkpoint(checkpoint.Origin, checkpoint.Size, Merkle.LeafHash([1])).ToString()).ToString();

        (await Should.ThrowAsync<LedgerException>(() => Rerun(forged))).Code.ShouldBe("witness-refuses");
    }

    [Fact]
    public async Task A_witness_that_is_away_is_named_and_does_not_hold_up_evidence()
    {
        await server.StopAsync();
        await audit.Sealed();

        EvidenceCheck.Verify(new MemoryStream(await Evidence()), []).Facts.ShouldNotBeEmpty();
        await audit.Services.GetRequiredService<Anchors>().Anchor(CancellationToken.None);
        (await Status()).Problem.ShouldNotBeNull();
    }

    private Task<byte[]> Evidence() => audit.As(Roles.Auditor).GetByteArrayAsync($"/api/audit/use-cases/{id}/evidence");

    private async Task<CheckpointView> Anchored()
    {
        await audit.Sealed();
        await audit.Services.GetRequiredService<Anchors>().Anchor(CancellationToken.None);

        return await audit.Read<CheckpointView>("/api/audit/checkpoint");
    }

    /// <summary>Asks the witness with a database in which nothing is left of what it has signed.</summary>
    private async Task Rerun(string forged)
    {
        await using (var command = audit.Database.CreateCommand("delete from checkpoint"))
        {
            await command.ExecuteNonQueryAsync();
        }

        var (url, key) = audit.Services.GetRequiredService<Witnesses>().All.Single();
        await audit.Services.GetRequiredService<Witnesses>().Cosign(url, key, forged, CancellationToken.None);
    }

    private async Task<AnchorStatus> Status() =>
        (await audit.Read<LedgerView>("/api/audit/ledger")).Anchors.Single(anchor => anchor.Anchor == $"witness {signer.Key.Name}");
}
