using System.Net;
using Governance.Audit.Sealing;
using Governance.Audit.Trail;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Sealing;

public sealed class SealTests(AuditService audit) : IClassFixture<AuditService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task Whoever_waits_for_a_fact_gets_its_seal_once_it_is_signed_for()
    {
        var fact = Guid.CreateVersion7();
        var waiting = Seal(fact, ReadSeal.LongestWait);
        (await audit.Publish(Messages.Submitted(id), messageId: fact)).Fault.ShouldBeNull();

        var seal = (await waiting).Status is HttpStatusCode.OK ? (await waiting).Read<SealView>() : await Eventual(fact);

        var recorded = (await audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}")).Items.ShouldHaveSingleItem();
        (seal.EventId, seal.Position, seal.LeafHash).ShouldBe((fact, recorded.Position!.Value, recorded.LeafHash!));
        var note = SignedNote.Parse(seal.Checkpoint);
        note.VerifiedBy((await audit.Read<CheckpointView>("/api/audit/checkpoint")).Keys.Select(NoteKey.Parse));
        var signed = Checkpoint.Parse(note.Text);
        signed.Size.ShouldBe(seal.Size);
        var proof = await audit.Read<InclusionView>($"/api/audit/proofs/inclusion?position={seal.Position}&size={seal.Size}");
        Merkle.IsIncluded(
            Convert.FromBase64String(seal.LeafHash), seal.Position, seal.Size, [.. proof.Proof.Select(Convert.FromBase64String)], signed.Root).ShouldBeTrue();
    }

    [Fact]
    public async Task The_seal_of_a_fact_stays_the_same_however_the_ledger_grows()
    {
        var fact = Guid.CreateVersion7();
        await audit.Publish(Messages.Submitted(id), messageId: fact);
        var then = await Eventual(fact);

        await audit.Publish(Messages.Revised(id, 2));
        await audit.Sealed();

        (await Eventual(fact)).ShouldBe(then);
    }

    [Fact]
    public async Task A_fact_nobody_knows_has_no_seal() => (await Seal(Guid.CreateVersion7(), 0)).Expect(HttpStatusCode.NotFound);

    [Theory]
    [InlineData(-1)]
    [InlineData(ReadSeal.LongestWait + 1)]
    public async Task Nobody_waits_for_ever(int wait) =>
        (await Seal(Guid.CreateVersion7(), wait)).ExpectProblem(HttpStatusCode.BadRequest, "waitMilliseconds", "waitMilliseconds");

    private Task<Answer> Seal(Guid fact, int wait) => audit.Anonymous.Get($"/internal/seals/{fact}?waitMilliseconds={wait}");

    private async Task<SealView> Eventual(Guid fact) =>
        (await Eventually.Until(() => Seal(fact, 100), answer => answer.Status is HttpStatusCode.OK, what: "the seal")).Read<SealView>();
}
