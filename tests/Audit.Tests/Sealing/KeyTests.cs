using System.Net;
using Governance.Audit.Sealing;
using Governance.Audit.Trail;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Audit.Tests.Sealing;

public sealed class KeyTests(AuditService audit) : IClassFixture<AuditService>
{
    [Fact]
    public async Task A_new_key_takes_over_is_recorded_and_the_old_one_still_verifies_what_it_signed()
    {
        await audit.Publish(Messages.Submitted(Guid.CreateVersion7()));
        var before = await audit.Sealed();

        var keys = (await audit.As(Roles.Administrator).Post("/api/audit/ledger/keys", "")).Expect(HttpStatusCode.OK).Read<KeyView>();
        await audit.Footprint();
        await audit.Publish(Messages.Submitted(Guid.CreateVersion7()));
        var after = await audit.Sealed();

        keys.Former.ShouldBe(before.Keys[^1]);
        SignedNote.Parse(after.Note).VerifiedBy([NoteKey.Parse(keys.Current)]);
        SignedNote.Parse(before.Note).VerifiedBy([NoteKey.Parse(keys.Former)]);
        (await Eventually.Until(
            () => audit.Read<CheckpointView>("/api/audit/checkpoint"), checkpoint => checkpoint.Keys.Count > before.Keys.Count, what: "the new key to be told")).Keys[^1]
            .ShouldBe(keys.Current);
        var fact = (await audit.Read<Page<RecordedFact>>("/api/audit/platform?pageSize=200")).Items.Last(fact => fact.Contract is "governance.signing-key-rotated.v1");
        NoteKey.Parse(keys.Former).Verifies(keys.Current, Convert.FromBase64String(fact.Data.GetProperty("signedByOld").GetString()!)).ShouldBeTrue();
        NoteKey.Parse(keys.Current).Verifies(keys.Former, Convert.FromBase64String(fact.Data.GetProperty("signedByNew").GetString()!)).ShouldBeTrue();
        (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>().Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_exchange_that_was_interrupted_is_completed_only_if_it_was_recorded()
    {
        await audit.Sealed();
        var settings = audit.Services.GetRequiredService<LedgerSettings>();
        var signer = Signer.Open(settings, isNew: false);
        var exchange = signer.Prepare();

        signer.Prepared.ShouldBe(exchange.To);
        Signer.Open(settings, isNew: false).Keys.ShouldNotContain(exchange.To, "nobody has recorded the exchange");
        signer.Activate(new NoteSigner(exchange.To.Name, new byte[32]).Key);
        signer.Keys.ShouldNotContain(key => key.PublicKey.SequenceEqual(new NoteSigner(exchange.To.Name, new byte[32]).Key.PublicKey), "it is not the one prepared");
    }
}
