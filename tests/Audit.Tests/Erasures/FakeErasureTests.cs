using System.Net;
using Governance.Audit.Erasures;
using Governance.Audit.Sealing;
using Governance.Audit.Tests.Evidence;
using Governance.Audit.Trail;
using Governance.Contracts;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Erasures;

/// <summary>Whoever makes an inconvenient value disappear without an erasure, or forges one, is found: in the ledger and in its evidence.</summary>
public sealed class FakeErasureTests(AuditService audit) : IClassFixture<AuditService>
{
    private static readonly Person Pia = new("Pia Privacy", [Roles.PrivacyReviewer], []);
    private static readonly Person Adam = new("Adam Admin", [Roles.Administrator], []);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task A_deleted_value_or_salt_without_an_erasure_and_a_forged_erasure_are_found()
    {
        var other = Guid.CreateVersion7();
        await RealCase.Publish(audit, id);
        await audit.Publish(Messages.Submitted(other));
        await Erase(Ask(other));
        await audit.Sealed();
        var victim = (await Trail()).Items.Single(fact => fact.Contract == "governance.use-case-submitted.v1").EventId;

        await audit.Execute($"create table kept as select * from personal where event_id = '{victim}'; delete from personal where event_id = '{victim}' and path = '/facts/title'");
        await ShouldBeFound("personal-missing");

        // An erasure of another case that names the fact, asked for and approved as it should be.
        await Forge(other, victim, asked: true);
        await ShouldBeFound("personal-missing");

        // One that names the right case, but which nobody has decided on.
        await Forge(id, victim, asked: false);
        (await Verify()).Findings.Select(finding => finding.Code).ShouldContain("erasure-unapproved");
        Package(await Evidence(), "ok", "the package alone cannot know whether a decision behind it was recorded");
        await audit.Execute("insert into personal select * from kept on conflict do nothing; drop table kept");
    }

    [Fact]
    public async Task An_erasure_by_one_person_alone_is_refused_by_both_verifiers()
    {
        await RealCase.Publish(audit, id);
        await audit.Sealed();
        var victim = (await Trail()).Items.Single(fact => fact.Contract == "governance.use-case-submitted.v1").EventId;
        await Forge(id, victim, asked: false, approver: "mallory");

        Package(await Evidence(), "erasure-unapproved", "");
        (await Verify()).Findings.Select(finding => finding.Code).ShouldContain("erasure-unapproved");
    }

    private object Ask(Guid? useCase = null) => new { subject = "use-case", useCaseId = useCase ?? id, ground = "no-longer-needed", reason = "The project is over." };

    private async Task<Guid> Erase(object? ask = null)
    {
        var asked = (await audit.As(Pia).Post("/api/audit/erasures", ask ?? Ask())).Expect(HttpStatusCode.Created).Read<ErasureView>();
        (await audit.As(Adam).Post($"/api/audit/erasures/{asked.Id}/approval")).Expect(HttpStatusCode.OK).Read<ErasureView>().State.ShouldBe(ErasureState.Erasing);
        await Eventually.Until(
            () => audit.Count($"mt_doc_erasure where id = '{asked.Id}' and data ->> 'progress' = 'executed'"), done => done == 1, Patience, "the erasure to be carried out");
        await audit.Sealed();

        return asked.Id;
    }

    private Task<Page<RecordedFact>> Trail() => audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}?pageSize=200");

    private async Task<LedgerReport> Verify() =>
        (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>();

    private Task<byte[]> Evidence() => audit.As(Roles.Auditor).GetByteArrayAsync($"/api/audit/use-cases/{id}/evidence");

    private async Task ShouldBeFound(string code)
    {
        (await Verify()).Findings.Select(finding => finding.Code).ShouldContain(code);
        Package(await Evidence(), code, "");
    }

    private static void Package(byte[] zip, string code, string because)
    {
        string verdict;

        try
        {
            EvidenceCheck.Verify(new MemoryStream(zip), []);
            verdict = "ok";
        }
        catch (LedgerException e)
        {
            verdict = e.Code;
        }

        verdict.ShouldBe(code, because);
        SecondVerifier.Judge([zip])[0].ShouldStartWith(code is "ok" ? "ok" : $"refused {code}:", customMessage: because);
    }

    /// <summary>As somebody would who can publish for Audit: a fact of an erasure of the title, sealed like any other.</summary>
    private async Task Forge(Guid useCase, Guid victim, bool asked, string approver = "accomplice")
    {
        var erasure = Guid.CreateVersion7();
        var stream = Guid.CreateVersion7();

        if (asked)
        {
            await Say(new ErasureRequested(erasure, ErasureSubject.UseCase, useCase, null, ErasureGround.Objection, "mallory", 1, "x"), "mallory");
            await Say(new ErasureApproved(erasure, approver), approver);
        }

        await Say(
            new PersonalDataErased(
                useCase, 1, erasure, ErasureGround.Objection, "mallory", [approver], audit.Clock.GetUtcNow(), Everything: false, [new(1, ["/title"])], [new(victim, ["/facts/title"])]),
            "service:audit");
        await audit.Sealed();

        async Task Say(IGovernanceEvent fact, string by)
        {
            var envelope = Wire.Envelope(fact, new("audit", 1, Actor: by, ActorRole: "service"));
            envelope["headers"]!["gov-stream"] = (fact is PersonalDataErased ? stream : Guid.CreateVersion7()).ToString();
            (await audit.Send(envelope.ToJsonString())).Fault.ShouldBeNull();
        }
    }
}
