using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Strategy.Tests.Policies;

public sealed class PublishingTests(StrategyService service) : IClassFixture<StrategyService>
{
    private static readonly Person Ada = new("Ada Admin", [Roles.Administrator], []);
    private static readonly Person Grace = new("Grace Admin", [Roles.Administrator], []);

    private readonly string version = $"2027-{Guid.CreateVersion7():n}"[..30];

    [Fact]
    public async Task A_second_administrator_publishes_what_a_first_has_drafted_and_the_trail_hears_of_both()
    {
        var draft = (await service.As(Ada).Post("/api/policies", Policy())).Expect(HttpStatusCode.Created);

        draft.Location.ShouldBe($"/api/policies/{version}");
        (await service.As(Ada).Post(Publication, ifMatch: draft.ETag)).ExpectProblem(HttpStatusCode.Forbidden, "another administrator");
        var published = (await service.As(Grace).Post(Publication, ifMatch: draft.ETag)).Expect(HttpStatusCode.OK).Read<EditionView>();

        (published.State, published.PublishedBy).ShouldBe((EditionState.Published, Grace.Subject));
        published.Authors.ShouldBe([Ada.Subject]);
        (await service.Announced<PolicyDrafted>()).ShouldContain(a => a.Fact.Version == version && a.Fact.DraftedBy == Ada.Subject && a.Origin.Context.ActorRole == Roles.Administrator);
        (await service.Announced<PolicyPublished>()).ShouldContain(a => a.Fact.Version == version && a.Fact.PublishedBy == Grace.Subject && a.Fact.Hash == published.Hash);
        await service.LiveFoldShouldBePlain<Catalogue>(Catalogue.IdOf("strategy-policy"));
    }

    [Fact]
    public async Task A_draft_is_discarded_and_the_trail_hears_of_it()
    {
        var draft = (await service.As(Ada).Post("/api/policies", Policy())).Expect(HttpStatusCode.Created);

        (await service.As(Grace).Delete($"/api/policies/{version}")).Expect(HttpStatusCode.PreconditionRequired);
        (await service.As(Grace).Delete($"/api/policies/{version}", ifMatch: draft.ETag)).Expect(HttpStatusCode.NoContent);

        (await service.As(Ada).Get($"/api/policies/{version}")).Expect(HttpStatusCode.NotFound);
        (await service.As(Ada).Post(Publication, ifMatch: draft.ETag)).Expect(HttpStatusCode.NotFound);
        (await service.As(Grace).Delete("/api/policies/2026-11", ifMatch: draft.ETag)).Expect(HttpStatusCode.NotFound);
        (await service.Announced<PolicyDraftDiscarded>()).ShouldContain(a => a.Fact.Version == version && a.Fact.DiscardedBy == Grace.Subject);
    }

    [Fact]
    public async Task A_published_policy_decides_on_facts_from_its_effective_date_on_and_on_none_before()
    {
        var takesEffect = service.Clock.GetUtcNow().AddMinutes(1);
        await Publish(Policy(takesEffect, p => p["decision"]!["pointsForTuning"] = 1_000));
        service.Clock.Advance(TimeSpan.FromSeconds(30));

        (await Assess(takesEffect.AddSeconds(-1))).Basis.PolicyVersion.ShouldNotBe(version);
        var after = await Assess(takesEffect);

        after.Basis.PolicyVersion.ShouldBe(version);
        after.Assessment.Recommendation.ShouldBe(StrategyKind.PromptEngineering);
    }

    [Fact]
    public async Task A_version_is_read_with_its_content_and_listed_with_those_that_are_built_in()
    {
        (await service.As(Ada).Post("/api/policies", Policy())).Expect(HttpStatusCode.Created);

        var drafted = (await service.As(Roles.Auditor).Get($"/api/policies/{version}")).Expect(HttpStatusCode.OK);
        var builtIn = (await service.As(Ada).Get("/api/policies/2026-11")).Expect(HttpStatusCode.OK).Read<EditionView>();
        var all = (await service.As(Roles.Auditor).Get("/api/policies?pageSize=200")).Expect(HttpStatusCode.OK).Read<Page<EditionView>>();

        drafted.ETag.ShouldBe($"\"{drafted.Read<EditionView>().Hash}\"");
        drafted.Read<EditionView>().Content!.Value.GetProperty("version").GetString().ShouldBe(version);
        (builtIn.State, builtIn.Hash).ShouldBe((EditionState.BuiltIn, Engine.Policy.Hash));
        all.Items.ShouldContain(e => e.Version == version && e.State == EditionState.Draft && e.Content == null);
        all.Items.ShouldContain(e => e.Version == "2026-11");
        all.Total.ShouldBe(all.Items.Count);
        (await service.As(Ada).Get("/api/policies/1999")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_draft_is_changed_under_its_etag_and_whoever_changes_it_becomes_an_author()
    {
        var draft = (await service.As(Ada).Post("/api/policies", Policy())).Expect(HttpStatusCode.Created);
        var other = Policy(change: p => p["decision"]!["pointsForTuning"] = 5);

        (await service.As(Grace).Put($"/api/policies/{version}", other)).Expect(HttpStatusCode.PreconditionRequired);
        (await service.As(Grace).Put($"/api/policies/{version}", other, "\"else\"")).Expect(HttpStatusCode.PreconditionFailed);
        var changed = (await service.As(Grace).Put($"/api/policies/{version}", other, draft.ETag)).Expect(HttpStatusCode.OK);

        changed.Read<EditionView>().Authors.ShouldBe([Ada.Subject, Grace.Subject]);
        (await service.As(Grace).Post(Publication, ifMatch: changed.ETag)).Expect(HttpStatusCode.Forbidden);
        (await service.As(Ada).Put("/api/policies/another", other, changed.ETag)).ExpectProblem(HttpStatusCode.BadRequest, "path", "version");
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_drafts_once()
    {
        var policy = Policy();
        var first = (await service.As(Ada).Post("/api/policies", policy, key: version)).Expect(HttpStatusCode.Created);
        var second = (await service.As(Ada).Post("/api/policies", policy, key: version)).Expect(HttpStatusCode.Created);

        Fold.Canonical(second.Read<EditionView>()).ShouldBe(Fold.Canonical(first.Read<EditionView>()));
    }

    private string Publication => $"/api/policies/{version}/publication";

    /// <summary>The shipped policy under another name.</summary>
    private string Policy(DateTimeOffset? effectiveFrom = null, Action<JsonNode>? change = null)
    {
        var policy = JsonSerializer.SerializeToNode(Engine.Policy.Content, Json.Options)!;
        policy["version"] = version;
        policy["effectiveFrom"] = JsonSerializer.SerializeToNode(effectiveFrom ?? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(Random.Shared.Next(100_000_000)));
        change?.Invoke(policy);

        return policy.ToJsonString();
    }

    private async Task Publish(string policy)
    {
        var draft = (await service.As(Ada).Post("/api/policies", policy)).Expect(HttpStatusCode.Created);
        (await service.As(Grace).Post(Publication, ifMatch: draft.ETag)).Expect(HttpStatusCode.OK);
    }

    private async Task<StrategyRecommended> Assess(DateTimeOffset recordedAt)
    {
        var id = Guid.CreateVersion7();

        foreach (var part in (IUseCaseEvent[])[Messages.Submitted(id), Messages.Readiness(id), Messages.Forecast(id)])
        {
            (await service.Publish(part, new(RecordedAt: recordedAt))).Fault.ShouldBeNull();
        }

        return (await service.Announced<StrategyRecommended>(id)).ShouldHaveSingleItem().Fact;
    }
}
