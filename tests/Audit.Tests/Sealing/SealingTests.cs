using System.Net;
using Governance.Audit.Sealing;
using Governance.Audit.Trail;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Sealing;

public sealed class SealingTests(AuditService audit) : IClassFixture<AuditService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task A_recorded_fact_is_sealed_and_proven_to_be_in_what_was_signed()
    {
        await audit.Publish(Messages.Submitted(id));
        var checkpoint = await audit.Sealed();

        var fact = (await audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}")).Items.ShouldHaveSingleItem();
        var proof = await audit.Read<InclusionView>($"/api/audit/proofs/inclusion?position={fact.Position}");
        var note = SignedNote.Parse(proof.Checkpoint);

        note.VerifiedBy(checkpoint.Keys.Select(NoteKey.Parse));
        var signed = Checkpoint.Parse(note.Text);
        (proof.EventId, proof.LeafHash).ShouldBe((fact.EventId, fact.LeafHash!));
        Merkle.IsIncluded(Hash(proof.LeafHash), proof.Position, signed.Size, [.. proof.Proof.Select(Hash)], signed.Root).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_signed_later_continues_what_was_signed_before()
    {
        await audit.Publish(Messages.Submitted(id));
        var earlier = await audit.Sealed();

        for (var revision = 2; revision < 12; revision++)
        {
            await audit.Publish(Messages.Revised(id, revision));
        }

        var later = await audit.Sealed();
        var proof = await audit.Read<ConsistencyView>($"/api/audit/proofs/consistency?from={earlier.Size}");

        later.Size.ShouldBeGreaterThanOrEqualTo(earlier.Size + 10, "others' readings of cases may be sealed in between");
        Merkle.IsConsistent(earlier.Size, later.Size, Hash(earlier.Root), Hash(later.Root), [.. proof.Proof.Select(Hash)]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_fact_that_overtakes_its_predecessor_waits_for_it()
    {
        await audit.Publish(Messages.Revised(id, 3));
        await audit.Publish(Messages.Revised(id, 2));
        await audit.Sealed();
        (await Trail()).Items.ShouldAllBe(fact => fact.Position == null);
        (await audit.Read<LedgerView>("/api/audit/ledger")).Waiting.ShouldBe(2);

        await audit.Publish(Messages.Submitted(id));
        await Eventually.Until(() => audit.Count("pending"), left => left == 0, what: "all three to be sealed");

        var trail = (await Trail()).Items;
        trail.OrderBy(fact => fact.Version).Select(fact => fact.Position).ShouldBe(trail.Select(fact => fact.Position).Order());
        await ShouldHold();
    }

    [Fact]
    public async Task Two_facts_that_claim_the_same_predecessor_are_not_both_recorded()
    {
        await audit.Publish(Messages.Submitted(id));
        (await audit.Publish(Messages.Revised(id, 2), new(Version: 5, Previous: 1))).Fault.ShouldBeNull();

        (await audit.Publish(Messages.Revised(id, 3), new(Version: 6, Previous: 1))).Fault.ShouldNotBeNull();
        (await audit.Publish(Messages.Revised(id, 3), new(Version: 6, Previous: 6))).Fault.ShouldNotBeNull();

        await audit.Sealed();
        await ShouldHold();
    }

    [Fact]
    public async Task Facts_deleted_before_they_were_sealed_keep_no_others_waiting()
    {
        await audit.Execute("insert into pending(event_id) select gen_random_uuid() from generate_series(1, 5000)");

        await audit.Publish(Messages.Submitted(id));
        await audit.Sealed();

        (await Trail()).Items.ShouldHaveSingleItem().Position.ShouldNotBeNull();
        await ShouldHold();
        await audit.Execute("delete from pending");
    }

    [Fact]
    public async Task Nothing_a_person_wrote_stands_in_a_leaf()
    {
        var facts = Facts.Example with { Title = "Zanzibar letters", Sponsor = "Zanzibar Zoe" };
        await audit.Publish(Messages.Submitted(id, facts));
        await audit.Publish(Messages.ChangesRequested(id) with { Reason = "Zanzibar again" });
        await audit.Sealed();

        (await audit.Count("fact where data ilike '%zanzibar%'")).ShouldBe(0);
        (await audit.Count("personal where value ilike '%zanzibar%'")).ShouldBe(3);
        (await Trail()).Items.Single(fact => fact.Service is "intake").Data.GetProperty("facts").GetProperty("sponsor").GetString().ShouldBe("Zanzibar Zoe");
        await ShouldHold();
    }

    [Theory]
    [InlineData("proofs/inclusion?position=-1", "position")]
    [InlineData("proofs/inclusion?position=999999", "position")]
    [InlineData("proofs/inclusion?position=x", "position")]
    [InlineData("proofs/inclusion?position=0&size=999999", "size")]
    [InlineData("proofs/consistency?from=-1", "from")]
    [InlineData("proofs/consistency?from=0&to=999999", "to")]
    public async Task A_proof_about_what_was_never_signed_is_refused(string question, string field)
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Sealed();

        (await audit.As(Roles.Auditor).Get($"/api/audit/{question}")).ExpectProblem(HttpStatusCode.BadRequest, field, field);
    }

    [Fact]
    public async Task A_fact_with_a_number_nobody_writes_the_same_way_twice_is_refused()
    {
        var envelope = Wire.Envelope(Messages.Submitted(id));
        envelope["message"]!["facts"]!["volume"]!["requestsPerMonth"] = 1.5;

        await audit.ShouldRefuse(envelope);
    }

    private Task<Page<RecordedFact>> Trail() => audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}");

    private async Task ShouldHold() =>
        (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>().Findings.ShouldBeEmpty();

    private static byte[] Hash(string base64) => Convert.FromBase64String(base64);
}
