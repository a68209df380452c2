using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Audit.Erasures;
using Governance.Audit.Holds;
using Governance.Audit.Replay;
using Governance.Audit.Retention;
using Governance.Audit.Sealing;
using Governance.Audit.Tests.Evidence;
using Governance.Audit.Trail;
using Governance.Contracts;
using Governance.Ledger.Evidence;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Erasures;

/// <summary>Erasure, hold and retention through the doors of Audit, on a ledger that is sealed and verified.</summary>
public sealed class ErasureTests(AuditService audit) : IClassFixture<AuditService>
{
    private static readonly Person Pia = new("Pia Privacy", [Roles.PrivacyReviewer], []);
    private static readonly Person Adam = new("Adam Admin", [Roles.Administrator], []);
    private static readonly Person Eva = new("Eva Admin", [Roles.Administrator], []);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task What_is_erased_is_gone_is_shown_as_erased_and_everything_still_verifies()
    {
        await RealCase.Publish(audit, id, Facts.Example with { Title = "Zanzibar letters", Sponsor = "Zanzibar Zoe" });
        await audit.Sealed();
        var before = (await Trail()).Items.ToDictionary(fact => fact.EventId, fact => fact.LeafHash);
        var preview = (await audit.As(Pia).Post("/api/audit/erasures?dryRun=true", Ask())).Expect(HttpStatusCode.OK).Read<ErasurePreview>();

        var erasure = await Erase();

        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}'")).ShouldBe(0);
        var trail = (await Trail()).Items;
        trail.Where(fact => fact.LeafHash is not null && before.ContainsKey(fact.EventId)).ShouldAllBe(fact => fact.LeafHash == before[fact.EventId]);
        trail.Sum(fact => fact.Erased.Count).ShouldBe(preview.Values);
        preview.UseCases.ShouldHaveSingleItem().Facts.Count.ShouldBe(3);
        var submitted = trail.Single(fact => fact.Contract == "governance.use-case-submitted.v1");
        submitted.Erasures.ShouldHaveSingleItem().ErasureId.ShouldBe(erasure);
        submitted.Data.GetProperty("facts").GetProperty("title").GetString()!.ShouldEndWith($"erasure {erasure}");
        trail.Select(fact => fact.Contract).ShouldContain("governance.personal-data-erased.v1");

        var report = await Verify();
        report.Findings.ShouldBeEmpty();
        report.Erased.ShouldBeGreaterThanOrEqualTo(preview.Values);
        (await audit.Read<CaseReplay>($"/api/audit/use-cases/{id}/replay")).Declared!.Value.GetProperty("sponsor").GetString()!.ShouldContain("erased on");

        var zip = await audit.As(Roles.Auditor).GetByteArrayAsync($"/api/audit/use-cases/{id}/evidence");
        var evidence = EvidenceCheck.Verify(new MemoryStream(zip), []);
        evidence.Erased.ShouldBe(preview.Values);
        SecondVerifier.Judge([zip])[0].ShouldContain($"{preview.Values} erased");
        Encoding.Latin1.GetString(Read(zip)["report.pdf"]).ShouldContain($"erasure {erasure}");
        Read(zip).Values.ShouldAllBe(file => !Encoding.UTF8.GetString(file).Contains("Zanzibar", StringComparison.Ordinal));

        var lines = (await audit.As(Roles.Auditor).Post("/api/audit/re-run", new { useCaseId = id })).Expect(HttpStatusCode.OK).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var outcomes = JsonNode.Parse(lines[^1])!["summary"]!["outcomes"]!.AsObject();
        outcomes.Select(outcome => outcome.Key).ShouldBeSubsetOf(["same-without-texts", "input-erased"]);
        outcomes["same-without-texts"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(2, "readiness and forecast read no text");
    }

    [Fact]
    public async Task The_evidence_of_a_period_brings_an_erasure_after_it_along()
    {
        var at = Origin.Moment.AddMinutes(1);
        await RealCase.Publish(audit, id, at: at);
        await Erase();
        var (from, to) = (Uri.EscapeDataString(at.ToString("O")), Uri.EscapeDataString(at.AddTicks(10).ToString("O")));

        var zip = await audit.As(Roles.Auditor).GetByteArrayAsync($"/api/audit/evidence?from={from}&to={to}");

        Read(zip).ShouldContainKey("erasures.jsonl");
        EvidenceCheck.Verify(new MemoryStream(zip), []).Erased.ShouldBeGreaterThan(5);
        SecondVerifier.Judge([zip])[0].ShouldStartWith("ok");
    }

    [Fact]
    public async Task A_fact_that_comes_late_about_an_erased_revision_keeps_no_text()
    {
        await audit.Publish(Messages.Submitted(id));
        await Erase();

        await audit.Publish(Messages.Recommended(id));
        await audit.Publish(Messages.Revised(id, 2));

        await Eventually.Until(
            () => audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}' and f.contract = 'governance.strategy-recommended.v1'"),
            left => left == 0,
            Patience,
            "the late fact to lose its texts");
        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}' and f.revision = 2")).ShouldBeGreaterThan(0, "a later revision is new data");
        await audit.Sealed();
        (await Verify()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_ledger_that_has_become_shorter_by_a_restored_backup_tells_its_own_size()
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Sealed();
        var size = await audit.Count("leaf");
        var tables = new ErasureTables(audit.Database);

        (await tables.RecordedSince(size + 100, CancellationToken.None)).Size.ShouldBe(size);
        var last = await tables.RecordedSince(null, CancellationToken.None);
        (last.Size, last.MayBeAbout(id)).ShouldBe((size, true));
        (await tables.RecordedSince(size - 1, CancellationToken.None)).MayBeAbout(Guid.CreateVersion7()).ShouldBeFalse();
    }

    [Fact]
    public async Task Only_the_texts_of_an_account_or_a_named_person_go_where_these_are_asked_for()
    {
        await audit.Publish(Messages.Submitted(id, Facts.Example with { Sponsor = "Ursula Unseen" }), new(Actor: "mona-the-manager"));
        await audit.Publish(Messages.ChangesRequested(id) with { Reason = "Ask Ursula Unseen about the data." }, new(Actor: "rita-the-reviewer"));
        await audit.Sealed();

        await Erase(new { subject = "named-person", name = "ursula unseen", ground = "objection", reason = "Ticket 17." });

        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}' and p.value ilike '%ursula%'")).ShouldBe(0);
        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}' and p.path = '/facts/title'")).ShouldBe(1);

        await Erase(new { subject = "account", account = "mona-the-manager", ground = "consent-withdrawn", reason = "Ticket 18." });

        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}'")).ShouldBe(0);
        (await Verify()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_account_is_erased_once_nothing_is_kept_about_its_person_even_if_it_wrote_nothing()
    {
        var account = $"account-{id}";
        var erasure = await Erase(new { subject = "account", account, ground = "objection", reason = "Ticket 20." });
        var told = (await audit.Announced<AccountErased>()).Single(announced => announced.Fact.ErasureId == erasure);
        told.Fact.Account.ShouldBe(account);
        var waiting = await View();
        waiting.State.ShouldBe(ErasureState.Erasing);
        waiting.ForgottenBy.ShouldBe([new("compliance", Done: false, At: null)]);

        var report = Wire.Envelope(
            new AccountForgotten(erasure, account), new("compliance", 1, Causation: told.MessageId, Actor: "service:compliance", ActorRole: "service"));
        report["headers"]!["gov-stream"] = erasure.ToString();
        (await audit.Send(report.ToJsonString())).Fault.ShouldBeNull();

        var done = await View();
        done.State.ShouldBe(ErasureState.Erased);
        done.ForgottenBy.ShouldHaveSingleItem().At.ShouldNotBeNull();
        await audit.Sealed();
        (await Verify()).Findings.ShouldBeEmpty();

        async Task<ErasureView> View() => (await audit.As(Adam).Get($"/api/audit/erasures/{erasure}")).Expect(HttpStatusCode.OK).Read<ErasureView>();
    }

    [Fact]
    public async Task A_name_is_kept_until_the_erasure_is_decided_and_not_in_any_fact()
    {
        await audit.Publish(Messages.Submitted(id, Facts.Example with { Sponsor = "Walter Wanted" }));
        var asked = (await audit.As(Pia).Post("/api/audit/erasures", new { subject = "named-person", name = "Walter Wanted", ground = "objection", reason = "Ticket 19." }))
            .Expect(HttpStatusCode.Created).Read<ErasureView>();
        (await audit.As(Adam).Get($"/api/audit/erasures/{asked.Id}")).Expect(HttpStatusCode.OK).Read<ErasureView>().Preview!.Values.ShouldBeGreaterThan(0);
        (await audit.Count($"erasure_name where erasure_id = '{asked.Id}'")).ShouldBe(1);

        (await audit.As(Adam).Post($"/api/audit/erasures/{asked.Id}/refusal", new { reason = "Not the person meant." })).Expect(HttpStatusCode.OK).Read<ErasureView>()
            .State.ShouldBe(ErasureState.Refused);

        (await audit.Count($"mt_events where data::text ilike '%walter wanted%'")).ShouldBe(0);
        (await audit.Count($"fact where data ilike '%walter wanted%'")).ShouldBe(0);
    }

    [Fact]
    public async Task It_takes_two_people_and_delegation_does_not_make_one_of_them_another()
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Publish(
            new DelegationGiven(Guid.CreateVersion7(), Pia.Subject, Eva.Subject, Pia.Subject, [ReviewQueue.Privacy], [], null, Origin.Moment.AddDays(-1), Origin.Moment.AddDays(60), "Leave."),
            new(Version: Random.Shared.Next(1, int.MaxValue), Previous: 0));
        var asked = (await audit.As(Pia).Post("/api/audit/erasures", Ask())).Expect(HttpStatusCode.Created).Read<ErasureView>();

        (await audit.As(Pia).Post($"/api/audit/erasures/{asked.Id}/approval")).ExpectProblem(HttpStatusCode.Forbidden, "You asked");
        (await audit.As(Eva).Post($"/api/audit/erasures/{asked.Id}/approval")).ExpectProblem(HttpStatusCode.Forbidden, "delegation");
        (await audit.As(Pia).Post("/api/audit/erasures", Ask())).ExpectProblem(HttpStatusCode.Conflict, asked.Id.ToString());
        (await audit.As(Adam).Post($"/api/audit/erasures/{asked.Id}/refusal", new { reason = "Needed in court." })).Expect(HttpStatusCode.OK);
        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}'")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_hold_on_the_business_unit_forbids_erasure_until_two_administrators_release_it()
    {
        await audit.Publish(Messages.Submitted(id, Facts.Example with { BusinessUnit = $"Unit {id}" }));
        var hold = (await audit.As(Adam).Post("/api/audit/legal-holds", new { businessUnit = $"Unit {id}", reason = "A lawsuit." })).Expect(HttpStatusCode.Created).Read<HoldView>();

        (await audit.As(Pia).Post("/api/audit/erasures", Ask())).ExpectProblem(HttpStatusCode.Conflict, hold.Id.ToString());
        (await audit.As(Pia).Post("/api/audit/erasures?dryRun=true", Ask())).Expect(HttpStatusCode.OK).Read<ErasurePreview>().UseCases[0].Holds.ShouldBe([hold.Id]);
        (await audit.As(Adam).Post($"/api/audit/legal-holds/{hold.Id}/release", new { reason = "Settled." })).Expect(HttpStatusCode.OK).Read<HoldView>().State.ShouldBe(HoldState.ReleaseRequested);
        (await audit.As(Adam).Post($"/api/audit/legal-holds/{hold.Id}/release", new { reason = "Settled." })).ExpectProblem(HttpStatusCode.Forbidden, "another administrator");
        (await audit.As(Pia).Post("/api/audit/erasures", Ask())).ExpectProblem(HttpStatusCode.Conflict, hold.Id.ToString());
        (await audit.As(Eva).Post($"/api/audit/legal-holds/{hold.Id}/release", new { reason = "Agreed." })).Expect(HttpStatusCode.OK).Read<HoldView>().State.ShouldBe(HoldState.Released);

        await Erase();
    }

    [Fact]
    public async Task What_was_kept_long_enough_is_listed_and_proposed_once_and_needs_two_approvals()
    {
        var held = Guid.CreateVersion7();
        var closed = audit.Clock.GetUtcNow().AddDays(-400);

        foreach (var useCase in (Guid[])[id, held])
        {
            await audit.Publish(Messages.Submitted(useCase), new(RecordedAt: closed.AddDays(-1)));
            await audit.Publish(Messages.Rejected(useCase), new(RecordedAt: closed));
        }

        var hold = (await audit.As(Adam).Post("/api/audit/legal-holds", new { useCaseId = held, reason = "A lawsuit." })).Expect(HttpStatusCode.Created).Read<HoldView>();
        var view = (await audit.As(Roles.Auditor).Get("/api/audit/retention")).Expect(HttpStatusCode.OK).Read<RetentionView>();
        view.Due.Single(due => due.UseCaseId == id).Class.ShouldBe("rejected");
        view.Held.Single(due => due.UseCaseId == held).Holds.ShouldBe([hold.Id]);
        (view.DueTotal, view.HeldTotal).ShouldBe((view.Due.Count, view.Held.Count));

        audit.Clock.Advance(TimeSpan.FromDays(1));
        var proposed = await Eventually.Until(
            async () => (await audit.As(Pia).Get("/api/audit/erasures?state=requested&pageSize=200")).Expect(HttpStatusCode.OK).Read<Page<ErasureView>>().Items.Where(e => e.UseCaseId == id).ToList(),
            found => found.Count == 1,
            Patience,
            "the watch to propose an erasure");
        proposed[0].ApprovalsNeeded.ShouldBe(2);
        (await audit.As(Pia).Post($"/api/audit/erasures/{proposed[0].Id}/approval")).Expect(HttpStatusCode.OK).Read<ErasureView>().State.ShouldBe(ErasureState.Requested);
        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}'")).ShouldBeGreaterThan(0);

        (await audit.As(Adam).Post($"/api/audit/erasures/{proposed[0].Id}/approval")).Expect(HttpStatusCode.OK);
        await Gone();
        (await audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{held}'")).ShouldBeGreaterThan(0, "it is held");
        await audit.Sealed();
        (await Verify()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_service_that_has_reported_is_done()
    {
        await audit.Publish(Messages.Submitted(id));
        var erasure = await Erase();
        var fact = (await Trail()).Items.Single(f => f.Contract == "governance.personal-data-erased.v1");
        var message = Guid.CreateVersion7();

        await audit.Publish(
            new PersonalDataErasedFrom(id, 1, erasure, "costs", 3, [message]), new("costs", 1, Causation: fact.EventId, Actor: "service:costs", ActorRole: "service"));

        var view = (await audit.As(Adam).Get($"/api/audit/erasures/{erasure}")).Expect(HttpStatusCode.OK).Read<ErasureView>();
        view.State.ShouldBe(ErasureState.Erasing, "four services have not answered");
        var services = view.UseCases.ShouldHaveSingleItem().Services;
        services.Where(service => service.Done).ShouldHaveSingleItem().FailedMessages.ShouldBe([message]);
        services.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("""{"subject":"use-case","ground":"objection","reason":"x"}""", "useCaseId")]
    [InlineData("""{"subject":"account","ground":"objection","reason":"x"}""", "account")]
    [InlineData("""{"subject":"account","ground":"objection","reason":"x","account":"a","name":"Abc"}""", "name")]
    [InlineData("""{"subject":"named-person","ground":"objection","reason":"x","name":"Al"}""", "name")]
    [InlineData("""{"subject":"named-person","ground":"objection","reason":"Alan asked.","name":"alan"}""", "reason")]
    [InlineData("""{"subject":"account","ground":"objection","reason":" ","account":"a"}""", "reason")]
    [InlineData("""{"subject":"account","ground":"because","reason":"x","account":"a"}""", "ground")]
    public async Task Bad_input_is_refused_by_member(string body, string member) =>
        (await audit.As(Pia).Post("/api/audit/erasures", body)).ExpectProblem(HttpStatusCode.BadRequest, member, member);

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

    private async Task Gone() => await Eventually.Until(
        () => audit.Count($"personal p join fact f using (event_id) where f.use_case_id = '{id}'"), left => left == 0, Patience, "the texts to be gone");

    private Task<Page<RecordedFact>> Trail() => audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}?pageSize=200");

    private async Task<LedgerReport> Verify() =>
        (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>();

    private static Dictionary<string, byte[]> Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));

        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);

            return content.ToArray();
        });
    }
}
