using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Governance.Compliance.Reviews;
using Governance.Compliance.Tests.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using Governance.Testing.BadInput;

namespace Governance.Compliance.Tests.BadInput;

/// <summary>What reviewers send, spoilt in every way, and every way around the separation of duties.</summary>
public sealed partial class ActionTests(ComplianceService compliance) : IClassFixture<ComplianceService>, IAsyncLifetime
{
    private static readonly Corpus Actions = Corpus.In(typeof(ActionTests).Assembly, "actions.json");
    private static readonly JsonObject Valid = (JsonObject)JsonSerializer.SerializeToNode(Facts.Example, Json.Options)!;

    private static readonly object WithCondition = new { conditions = (string[])["Cap the spend."] };

    private readonly Guid id = Guid.CreateVersion7();
    private readonly HttpClient rita = compliance.As(new Person("rita", [Roles.RiskReviewer], []));

    public static TheoryData<string> AllActions => Actions.Where(_ => true);

    public async ValueTask InitializeAsync()
    {
        await Recommend();
        await compliance.Heard();
    }

    public ValueTask DisposeAsync()
    {
        rita.Dispose();

        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(AllActions))]
    public async Task What_is_wrong_is_named_and_nothing_is_decided(string row)
    {
        var bad = Actions[row];
        var before = await compliance.Stored();
        var path = bad.Path is ['/', ..] ? Filled(bad.Path) : $"/api/reviews/{id}/{bad.Path ?? "approve"}";
        var body = bad.Method is "GET" ? null : bad.Text is not null ? Encoding.UTF8.GetBytes(Filled(bad.Text)) : bad.Body(Valid);

        using var request = Refused.Request(bad with { Path = path }, path, body);
        using var response = await rita.SendAsync(request);

        await response.ShouldBeRefused(bad.Status, bad.Fields, bad.Secret);
        (await compliance.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task Nobody_approves_what_they_submitted_or_edited_with_whatever_other_role()
    {
        using var submitter = compliance.As(new Person("mona", [Roles.PortfolioManager, .. Access.Reviewers], ["Retail Banking"]));
        await Recommend(revision: 2, editors: [new Person("first", [], []).Subject, new Person("mona", [], []).Subject]);
        await compliance.Heard();
        var before = await compliance.Stored();

        foreach (var queue in (string[])["risk", "legal", "privacy", "security"])
        {
            (await submitter.Post($"/api/reviews/{id}/approve", new { queue }))
                .ExpectProblem(HttpStatusCode.Forbidden, "somebody else must review");
        }

        (await compliance.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task Nobody_approves_for_two_queues()
    {
        using var both = compliance.As(new Person("bo", [Roles.RiskReviewer, Roles.LegalReviewer], []));

        (await both.Post($"/api/reviews/{id}/approve", new { queue = "risk" })).Expect(HttpStatusCode.OK);
        (await both.Post($"/api/reviews/{id}/approve", new { queue = "legal" }))
            .ExpectProblem(HttpStatusCode.Forbidden, "another person");
        (await both.Post($"/api/reviews/{id}/approve")).ExpectProblem(HttpStatusCode.BadRequest, "name one of", "queue");
    }

    [Fact]
    public async Task A_replayed_approval_gets_the_same_answer_and_with_another_body_a_refusal()
    {
        var key = Guid.NewGuid().ToString();
        var first = (await rita.Post($"/api/reviews/{id}/approve", WithCondition, key: key)).Expect(HttpStatusCode.OK);
        await compliance.Heard();
        var before = await compliance.Stored();

        var second = (await rita.Post($"/api/reviews/{id}/approve", WithCondition, key: key)).Expect(HttpStatusCode.OK);
        JsonNode.DeepEquals(second.Json, first.Json).ShouldBeTrue();

        (await rita.Post($"/api/reviews/{id}/approve", new { conditions = Array.Empty<string>() }, key: key))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "another request", "Idempotency-Key");
        (await rita.Post($"/api/reviews/{id}/approve", new { conditions = Array.Empty<string>() }))
            .ExpectProblem(HttpStatusCode.Conflict, "other conditions");
        (await compliance.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task A_superseded_revision_cannot_be_approved()
    {
        var read = (await rita.Get($"/api/reviews/{id}")).Expect(HttpStatusCode.OK);
        await Recommend(revision: 2, facts: Facts.Example with { Model = new() { Base = "gpt-4.1" } });
        await compliance.Heard();
        var before = await compliance.Stored();

        (await rita.Post($"/api/reviews/{id}/approve", new { }, ifMatch: read.ETag)).ExpectProblem(HttpStatusCode.PreconditionFailed, "has changed");
        (await compliance.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task A_manager_of_another_unit_finds_no_review_and_counts_none()
    {
        using var stranger = compliance.As(new Person("otto", [Roles.PortfolioManager], ["Insurance"]));

        (await stranger.Get($"/api/reviews/{id}")).ExpectProblem(HttpStatusCode.NotFound, "no such use case");
        (await stranger.Get("/api/reviews?pageSize=200")).Expect(HttpStatusCode.OK).Json["total"]!.GetValue<long>().ShouldBe(0);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("changes-requested")]
    [InlineData("approved")]
    [InlineData("rejected")]
    [InlineData("withdrawn")]
    public async Task Every_state_can_be_asked_for_as_it_is_spelt(string state) =>
        (await rita.Get($"/api/reviews?state={state}&queue=security")).Expect(HttpStatusCode.OK);

    private async Task Recommend(int revision = 1, UseCaseFacts? facts = null, params string[] editors) =>
        (await compliance.Publish(Known.Recommended(facts, revision, editors: editors) with { UseCaseId = id })).Fault.ShouldBeNull();

    private string Filled(string text) => Count().Replace(
        text.Replace("{id}", $"{id}", StringComparison.Ordinal)
            .Replace("{51 items}", string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"{i}\"")), StringComparison.Ordinal),
        match => new string('x', int.Parse(match.Groups[1].Value, null)));

    [GeneratedRegex(@"\{(\d+)\}")]
    private static partial Regex Count();
}
