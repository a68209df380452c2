using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Compliance.Packs;
using Governance.Compliance.Tests.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Packs;

public sealed class PublishingTests(ComplianceService service) : IClassFixture<ComplianceService>
{
    private static readonly Person Ada = new("Ada Admin", [Roles.Administrator], []);
    private static readonly Person Grace = new("Grace Admin", [Roles.Administrator], []);

    private readonly string version = $"2027-{Guid.CreateVersion7():n}"[..30];

    [Fact]
    public async Task A_second_administrator_publishes_what_a_first_has_drafted_and_the_trail_hears_of_both()
    {
        var draft = (await service.As(Ada).Post("/api/policy-packs", Pack())).Expect(HttpStatusCode.Created);

        (await service.As(Ada).Post(Publication, ifMatch: draft.ETag)).ExpectProblem(HttpStatusCode.Forbidden, "another administrator");
        (await service.As(Grace).Post(Publication, ifMatch: draft.ETag)).Expect(HttpStatusCode.OK);

        (await service.Announced<PolicyPackDrafted>()).ShouldContain(a => a.Fact.Version == version && a.Fact.DraftedBy == Ada.Subject);
        (await service.Announced<PolicyPackPublished>()).ShouldContain(a => a.Fact.Version == version && a.Fact.PublishedBy == Grace.Subject);
    }

    [Fact]
    public async Task Two_packs_never_take_effect_at_one_moment()
    {
        var moment = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var draft = (await service.As(Ada).Post("/api/policy-packs", Pack(moment))).Expect(HttpStatusCode.Created);
        (await service.As(Grace).Post(Publication, ifMatch: draft.ETag)).Expect(HttpStatusCode.OK);

        (await service.As(Ada).Post("/api/policy-packs", Pack(moment, name: $"{version}-b")))
            .ExpectProblem(HttpStatusCode.BadRequest, version, "effectiveFrom");
    }

    [Fact]
    public async Task A_published_pack_classifies_facts_from_its_effective_date_on_and_none_before()
    {
        var takesEffect = service.Clock.GetUtcNow().AddMinutes(1);
        var draft = (await service.As(Ada).Post("/api/policy-packs", Pack(takesEffect, EverythingNeedsPrivacyTwice))).Expect(HttpStatusCode.Created);
        (await service.As(Grace).Post(Publication, ifMatch: draft.ETag)).Expect(HttpStatusCode.OK);
        service.Clock.Advance(TimeSpan.FromSeconds(30));

        (await Open(takesEffect.AddSeconds(-1))).RequiredSignOffs.Select(s => s.Id).ShouldNotContain("privacy");
        var after = await Open(takesEffect);

        after.Basis.PolicyVersion.ShouldBe(version);
        after.RequiredSignOffs.Single(s => s.Id == "privacy").Quorum.ShouldBe(2);
    }

    [Fact]
    public async Task A_simulation_names_the_reviews_a_draft_would_change_and_records_nothing()
    {
        var review = await service.Open("mona");
        (await service.As(Ada).Post("/api/policy-packs", Pack(change: EverythingNeedsPrivacyTwice))).Expect(HttpStatusCode.Created);
        var before = await service.Footprint();

        var answer = (await service.As(Roles.Auditor).Post($"/api/policy-packs/{version}/simulation")).Expect(HttpStatusCode.OK);
        var changed = answer.Json["changed"].Deserialize<List<SimulatedReview>>(Json.Options)!.Single(c => c.UseCaseId == review);
        var totals = answer.Json["totals"].Deserialize<PackSimulationTotals>(Json.Options)!;

        changed.State.ShouldBe("open");
        changed.BusinessUnit.ShouldBe(ComplianceService.RiskAndLegal.BusinessUnit);
        changed.SignOffsBefore.Select(s => s.Id).ShouldBe(["legal", "risk"]);
        changed.SignOffsAfter.Single(s => s.Id == "privacy").ShouldBe(new("privacy", 2, 1));
        (changed.TierBefore, changed.TierAfter).ShouldBe((RiskTier.Medium, RiskTier.High));
        totals.Changed.ShouldBeLessThanOrEqualTo(totals.Reviews);
        answer.Json["recorded"]!.GetValue<long>().ShouldBe(totals.Reviews, "how many there are is told first");
        totals.TierChanges["medium to high"].ShouldBeGreaterThanOrEqualTo(1);
        (await service.Footprint()).ShouldBe(before);
    }

    [Fact]
    public async Task A_simulation_of_the_pack_in_force_changes_nothing()
    {
        var review = await service.Open("mona");
        var answer = (await service.As(Ada).Post("/api/policy-packs/2026-11/simulation")).Expect(HttpStatusCode.OK);

        answer.Json["changed"].Deserialize<List<SimulatedReview>>(Json.Options)!.ShouldNotContain(c => c.UseCaseId == review);
        answer.Json["totals"].Deserialize<PackSimulationTotals>(Json.Options)!.Reviews.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_review_tells_the_rules_obligations_and_evidence_it_was_classified_by()
    {
        var review = await service.Open("mona");
        var answer = (await service.As(ComplianceService.Rita).Get($"/api/reviews/{review}/classification")).Expect(HttpStatusCode.OK).Read<ClassificationView>();

        (answer.Tier, answer.Basis.PolicyVersion).ShouldBe((RiskTier.Medium, "2026-11"));
        answer.Rules.Select(r => r.Id).ShouldContain("C05-insurance");
        answer.Obligations.ShouldContain(o => o.Reference == "NIST AI RMF MAP 1.1" && o.RuleId == "baseline");
        answer.Evidence.ShouldContain(e => e.By == EvidenceBy.Legal && e.Citation == "C05");
        answer.SignOffs.Select(s => s.Id).ShouldBe(["risk", "legal"]);
    }

    [Fact]
    public void What_was_classified_under_other_rules_is_not_shown_as_if_it_had_been_said_then()
    {
        var opened = Known.Opened;

        ReadClassification.Again(Guid.Empty, opened, [Known.Pack]).Tier.ShouldBe(opened.Tier);
        Should.Throw<RuleViolationException>(() => ReadClassification.Again(Guid.Empty, opened with { Basis = opened.Basis with { PolicyHash = "else" } }, [Known.Pack]))
            .Message.ShouldContain("other content");
        Should.Throw<RuleViolationException>(() => ReadClassification.Again(Guid.Empty, opened with { Basis = opened.Basis with { ResultHash = "else" } }, [Known.Pack]))
            .Message.ShouldContain("comes out differently");
    }

    private static void EverythingNeedsPrivacyTwice(JsonNode pack) => pack["rules"]!.AsArray().Add(JsonSerializer.SerializeToNode(
        new PackRule("house", "Everything is looked at twice.", ["derived"], Tier: RiskTier.High, SignOffs: [new([ReviewQueue.Privacy], Quorum: 2)]), Json.Options));

    private string Publication => $"/api/policy-packs/{version}/publication";

    /// <summary>The shipped pack under another name.</summary>
    private string Pack(DateTimeOffset? effectiveFrom = null, Action<JsonNode>? change = null, string? name = null)
    {
        var pack = JsonSerializer.SerializeToNode(Known.Pack.Content, Json.Options)!;
        pack["version"] = name ?? version;
        pack["effectiveFrom"] = JsonSerializer.SerializeToNode(effectiveFrom ?? new DateTimeOffset(2032, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(Random.Shared.Next(100_000_000)));
        change?.Invoke(pack);

        return pack.ToJsonString();
    }

    private async Task<ReviewOpened> Open(DateTimeOffset recordedAt)
    {
        var id = Guid.CreateVersion7();
        (await service.Publish(Messages.Recommended(id, 1, ComplianceService.RiskAndLegal, ComplianceService.Prompting), new(RecordedAt: recordedAt)))
            .Fault.ShouldBeNull();

        return (await service.Announced<ReviewOpened>(id)).ShouldHaveSingleItem().Fact;
    }
}
