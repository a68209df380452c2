using System.Net;
using Governance.Audit.Sealing;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Sealing;

/// <summary>A sealer that was killed between any two of its steps finds its way; one whose memory or database was set back refuses.</summary>
public sealed class CrashTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly AuditService audit = new(postgres);

    public async ValueTask InitializeAsync()
    {
        await audit.InitializeAsync();

        for (var i = 0; i < 3; i++)
        {
            await audit.Publish(Messages.Submitted(Guid.CreateVersion7()));
            await audit.Sealed();
        }
    }

    public ValueTask DisposeAsync() => audit.DisposeAsync();

    [Fact]
    public async Task Killed_after_the_signature_it_stores_the_checkpoint_it_has_signed()
    {
        var signed = await audit.Sealed();
        await audit.Execute($"delete from checkpoint where size = {signed.Size}");

        await Restart();

        (await Eventually.Until(() => Checkpoint(), checkpoint => checkpoint?.Size == signed.Size, what: "the checkpoint to be stored"))!.Note.ShouldBe(signed.Note);
        await ShouldHold();
    }

    [Fact]
    public async Task Killed_before_the_signature_it_signs_what_is_sealed()
    {
        var remembered = await File.ReadAllTextAsync(Memory);
        await audit.Publish(Messages.Submitted(Guid.CreateVersion7()));
        var signed = await audit.Sealed();
        await audit.Execute($"delete from checkpoint where size = {signed.Size}");
        await File.WriteAllTextAsync(Memory, remembered);

        await Restart();

        (await Eventually.Until(() => Checkpoint(), checkpoint => checkpoint?.Size == signed.Size, what: "the leaves to be signed"))!.Root.ShouldBe(signed.Root);
        await ShouldHold();
    }

    [Fact]
    public async Task Killed_before_anything_was_stored_it_seals_what_waits()
    {
        await Restart();
        var id = Guid.CreateVersion7();
        await audit.Publish(Messages.Submitted(id));

        await audit.Sealed();

        (await audit.Count("pending")).ShouldBe(0);
        await ShouldHold();
    }

    [Fact]
    public async Task A_signer_that_remembers_more_than_there_is_refuses_and_health_says_so()
    {
        var longer = new Governance.Ledger.Checkpoint("governance.local/audit", 1_000, new byte[32]);
        await File.WriteAllTextAsync(Memory, Key().Sign(longer.ToString()).ToString());

        await Restart();

        await Eventually.Until(
            () => audit.Read<LedgerView>("/api/audit/ledger"), ledger => ledger.Refusal?.Contains("were signed for", StringComparison.Ordinal) is true, what: "the refusal");
        (await audit.Anonymous.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_signer_that_lost_its_folder_is_refused()
    {
        File.Delete(Memory);

        await Restart();

        await Eventually.Until(
            () => audit.Read<LedgerView>("/api/audit/ledger"), ledger => ledger.Refusal?.Contains("Ledger:Folder", StringComparison.Ordinal) is true, what: "the refusal");
    }

    private string Memory => Path.Combine(audit.Folder, "checkpoint");

    private Governance.Ledger.NoteSigner Key() =>
        new("governance.local/audit", Convert.FromBase64String(File.ReadAllText(Path.Combine(audit.Folder, "signing-key"))));

    private async Task<CheckpointView?> Checkpoint()
    {
        var answer = await audit.As(Roles.Auditor).Get("/api/audit/checkpoint");

        return answer.Status is HttpStatusCode.OK ? answer.Read<CheckpointView>() : null;
    }

    private async Task ShouldHold() =>
        (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>().Findings.ShouldBeEmpty();

    /// <summary>Takes the sealer's connection away: it begins again from what is stored.</summary>
    private Task Restart() => audit.Execute(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 2 and database = (select oid from pg_database where datname = current_database())");
}
