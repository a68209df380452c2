using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Local;
using Governance.Platform;

namespace Governance.Journey.Tests;

public sealed class DecisionPathTests(PlatformFixture fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly RunningPlatform platform = fixture.Platform;
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submission_is_judged_forecast_assessed_reviewed_and_approved_and_every_fact_is_in_the_trail()
    {
        var id = await SubmitAsync();
        var review = await ReviewAsync(id);
        var seals = new List<(Guid EventId, long Position)>();

        foreach (var queue in review.GetProperty("signOffs").EnumerateArray().Select(s => s.GetProperty("queue").GetString()!))
        {
            var answer = await platform.As($"{queue}.reviewer").PostAsync($"/api/reviews/{id}/approve", """{"conditions":["Report drift monthly."]}""", $"{id}{queue}", ct);
            seals.Add(await SealAsync(id, answer));
        }

        await StatusAsync(id, "approved");
        var readiness = (await platform.As("portfolio.manager").GetAsync($"/api/use-cases/{id}/readiness", ct)).Require();
        readiness.GetProperty("checks").GetArrayLength().ShouldBe(15);
        var forecast = (await platform.As("portfolio.manager").GetAsync($"/api/use-cases/{id}/forecast", ct)).Require();
        forecast.GetProperty("strategies").GetArrayLength().ShouldBe(8);
        var assessment = (await platform.As("portfolio.manager").GetAsync($"/api/use-cases/{id}/assessment", ct)).Require();
        assessment.GetProperty("recommendation").GetString().ShouldBe("fine-tuning", "golden case G25");
        assessment.GetProperty("tuning").GetString().ShouldBe("parameter-efficient", "R10: parameter-efficient before full tuning");

        var expected = 5 + review.GetProperty("signOffs").GetArrayLength() + 1;
        var trail = await TrailAsync(id, expected);
        var facts = trail.GetProperty("items").EnumerateArray().ToList();
        var first = facts[0];
        Contract(first).ShouldBe("governance.use-case-submitted.v1");
        first.GetProperty("actorRole").GetString().ShouldBe("portfolio-manager");
        Contract(facts[^1]).ShouldBe("governance.use-case-approved.v1");

        var positions = facts.Where(f => f.GetProperty("position").ValueKind is JsonValueKind.Number)
            .ToDictionary(f => f.GetProperty("eventId").GetGuid(), f => f.GetProperty("position").GetInt64());
        seals.ShouldAllBe(seal => positions[seal.EventId] == seal.Position);

        var ids = facts.Select(f => f.GetProperty("eventId").GetGuid()).ToHashSet();
        foreach (var fact in facts.Where(f => f.GetProperty("actorRole").GetString() == "service"))
        {
            ids.ShouldContain(fact.GetProperty("causationId").GetGuid(), "each automatic fact names the fact that caused it");
            fact.GetProperty("correlationId").GetGuid().ShouldBe(first.GetProperty("correlationId").GetGuid());
        }
    }

    [Fact]
    public async Task One_trace_spans_the_request_the_broker_and_all_consumers()
    {
        var id = await SubmitAsync();
        await ReviewAsync(id);
        var traces = new List<string>();

        foreach (var store in (string[])["intake", "data-readiness", "costs", "strategy", "compliance"])
        {
            traces.AddRange(await platform.QueryAsync(
                store, $"select headers ->> 'traceparent' from mt_events where stream_id = '{id}'", row => row.GetString(0).Split('-')[1], ct));
        }

        traces.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_revision_travels_the_path_again_and_an_immaterial_one_keeps_its_sign_offs()
    {
        var id = await SubmitAsync();
        await ReviewAsync(id);
        (await platform.As("risk.reviewer").PostAsync($"/api/reviews/{id}/approve", "{}", $"{id}first", ct)).Succeeded.ShouldBeTrue();

        var body = JsonNode.Parse(RunningPlatform.ExampleUseCase)!;
        body["summary"] = "The same letters, told in other words.";
        (await platform.As("portfolio.manager").PutAsync($"/api/use-cases/{id}", body.ToJsonString(), "\"r1\"", ct)).Status.ShouldBe(200);
        var second = await ReviewAsync(id, revision: 2);
        SignedOff(second, "risk").ShouldNotBeNull("no material fact changed");

        body["volume"]!["requestsPerMonth"] = 20;
        (await platform.As("portfolio.manager").PutAsync($"/api/use-cases/{id}", body.ToJsonString(), "\"r2\"", ct)).Status.ShouldBe(200);
        var third = await ReviewAsync(id, revision: 3);
        SignedOff(third, "risk").ShouldBeNull("the volume is material");
    }

    [Fact]
    public async Task Another_units_case_is_not_there_a_wrong_role_is_refused_and_nobody_gets_in_without_a_token()
    {
        var id = await SubmitAsync();
        await ReviewAsync(id);

        foreach (var path in (string[])[$"/api/use-cases/{id}", $"/api/use-cases/{id}/readiness", $"/api/use-cases/{id}/forecast", $"/api/use-cases/{id}/assessment", $"/api/reviews/{id}"])
        {
            (await platform.As("portfolio.manager.insurance").GetAsync(path, ct)).Status.ShouldBe(404, path);
            (await platform.As("executive").GetAsync(path, ct)).Status.ShouldBe(403, path);
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            using var anonymous = await http.GetAsync(new Uri(platform.Layout.Portal, path), ct);
            ((int)anonymous.StatusCode).ShouldBe(401, path);
        }
    }

    [Fact]
    public async Task A_poison_message_waits_in_the_error_queue_with_its_reason_and_a_cured_one_is_requeued_and_applied()
    {
        var useCase = Guid.CreateVersion7();
        await using var wire = await Wire.ConnectAsync(platform, ct);

        await RunningPlatform.UntilAsync(
            "the queue", async deadline => (await platform.QueueLengthsAsync(deadline)).ContainsKey("data-readiness") ? "there" : null, Soon, ct);
        await wire.SendAsync("data-readiness", """{"messageType":["governance:use-case-submitted:v1"],"message":{}}""", [], ct);
        var reason = await RunningPlatform.UntilAsync(
            "the poison in the error queue", async deadline =>
                (await platform.QueueLengthsAsync(deadline)).GetValueOrDefault("data-readiness_error") > 0 ? await wire.PeekFaultAsync("data-readiness_error", deadline) : null, Soon, ct);
        reason.ShouldContain("required", Case.Insensitive);
        await wire.PurgeAsync("data-readiness_error", ct);

        var facts = JsonNode.Parse(RunningPlatform.ExampleUseCase)!;
        var message = new JsonObject
        {
            ["useCaseId"] = useCase, ["revision"] = 1, ["number"] = "UC-2026-9999", ["facts"] = facts,
        };
        await wire.SendFaultedAsync("data-readiness_error", "governance:use-case-submitted:v1", message, useCase, ct);

        (await Requeue.RunAsync(platform.Layout, "data-readiness", ct)).ShouldBe(0);

        await RunningPlatform.UntilAsync("the requeued message to be applied", async deadline =>
            (await platform.QueryAsync("data-readiness", $"select 1 from mt_events where stream_id = '{useCase}'", _ => "applied", deadline)).SingleOrDefault(), Soon, ct);
        await RunningPlatform.UntilAsync("the error queue to be empty", async deadline =>
            (await platform.QueueLengthsAsync(deadline))["data-readiness_error"] == 0 ? "empty" : null, Soon, ct);
    }

    private async Task<Guid> SubmitAsync()
    {
        var answer = await platform.As("portfolio.manager").PostAsync("/api/use-cases", RunningPlatform.ExampleUseCase, $"journey-{Guid.CreateVersion7()}", ct);

        return answer.Require().GetProperty("id").GetGuid();
    }

    private async Task<JsonElement> ReviewAsync(Guid id, int revision = 1) => (await RunningPlatform.UntilAsync(
        $"revision {revision} of {id} in review",
        async deadline => await platform.As("portfolio.manager").GetAsync($"/api/reviews/{id}", deadline) is { Succeeded: true } found
            && found.Body.GetProperty("revision").GetInt32() == revision ? found : null,
        Soon,
        ct)).Body;

    /// <summary>The seal of a ruling: in its answer, or, where the ledger took longer than a moment, where the answer says.</summary>
    private async Task<(Guid EventId, long Position)> SealAsync(Guid id, Api.Answer answer)
    {
        answer.Status.ShouldBeOneOf(200, 202);
        var seal = answer.Status is 200
            ? answer.Body.GetProperty("seal")
            : (await RunningPlatform.UntilAsync(
                $"the seal of {answer.Location}",
                async deadline => await platform.As("auditor").GetAsync(answer.Location!, deadline) is { Succeeded: true } found ? found : null,
                Soon,
                ct)).Body;
        seal.GetProperty("checkpoint").GetString()!.Split('\n')[1].ShouldBe($"{seal.GetProperty("size").GetInt64()}");

        return (seal.GetProperty("eventId").GetGuid(), seal.GetProperty("position").GetInt64());
    }

    private async Task StatusAsync(Guid id, string status) => await RunningPlatform.UntilAsync(
        $"{id} {status}",
        async deadline => (await platform.As("portfolio.manager").GetAsync($"/api/use-cases/{id}", deadline)).Require().GetProperty("status").GetString() == status ? status : null,
        Soon,
        ct);

    private async Task<JsonElement> TrailAsync(Guid id, int facts) => (await RunningPlatform.UntilAsync(
        $"{facts} facts about {id} in the trail",
        async deadline => await platform.As("auditor").GetAsync($"/api/audit/use-cases/{id}", deadline) is { Succeeded: true } found
            && found.Body.GetProperty("total").GetInt64() == facts ? found : null,
        Soon,
        ct)).Body;

    private static string Contract(JsonElement fact) => fact.GetProperty("contract").GetString()!;

    private static string? SignedOff(JsonElement review, string queue) => review.GetProperty("signOffs").EnumerateArray()
        .Single(s => s.GetProperty("queue").GetString() == queue).GetProperty("signedOffBy").GetString();
}
