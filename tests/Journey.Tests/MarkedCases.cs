using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Local;
using Governance.Platform;

namespace Governance.Journey.Tests;

/// <summary>Cases whose personal texts all hold one marker, which can be looked for once they are erased.</summary>
internal sealed class MarkedCases(RunningPlatform platform, string marker)
{
    public const string Failed = "data-readiness_error";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private JsonObject Facts
    {
        get
        {
            var facts = JsonNode.Parse(RunningPlatform.ExampleUseCase)!.AsObject();
            facts["title"] = $"{marker} title";
            facts["summary"] = $"{marker} summary";
            facts["sponsor"] = $"{marker} sponsor";
            facts["objective"]!["statement"] = $"{marker} answers 30 percent more letters";
            facts["task"]!["components"] = new JsonArray(
                new JsonObject { ["name"] = $"{marker} one", ["requestShare"] = 0.5 }, new JsonObject { ["name"] = $"{marker} two", ["requestShare"] = 0.5 });
            facts["benefit"]!["owner"] = $"{marker} owner";
            facts["benefit"]!["evidence"] = $"{marker} evidence";
            facts["benefit"]!["claims"] = new JsonArray(new JsonObject { ["measure"] = $"{marker} measure", ["before"] = 22, ["after"] = 3 });

            return facts;
        }
    }

    public async Task<Guid> SubmitAsync(CancellationToken ct) =>
        (await Insist("portfolio.manager", "/api/use-cases", Facts.ToJsonString(), $"submit-{Guid.CreateVersion7()}", ct)).GetProperty("id").GetGuid();

    /// <summary>Signed off by every queue, on a condition that holds the marker too.</summary>
    public async Task ApproveAsync(Guid id, CancellationToken ct)
    {
        var review = (await RunningPlatform.UntilAsync(
            "the review", async deadline => await platform.As("portfolio.manager").GetAsync($"/api/reviews/{id}", deadline) is { Succeeded: true } found ? found : null, Patience, ct)).Body;

        foreach (var queue in review.GetProperty("signOffs").EnumerateArray().Select(signOff => signOff.GetProperty("queue").GetString()!))
        {
            await Insist($"{queue}.reviewer", $"/api/reviews/{id}/approve", $$"""{"conditions":["{{marker}} must report."]}""", $"{id}{queue}", ct);
        }

        await RunningPlatform.UntilAsync(
            "the approval in the ledger",
            async deadline => await platform.As("auditor").GetAsync($"/api/audit/use-cases/{id}?pageSize=200", deadline) is { Succeeded: true } trail
                && trail.Body.GetProperty("items").EnumerateArray().Any(fact => fact.GetProperty("contract").GetString() == "governance.use-case-approved.v1") ? "there" : null,
            Patience,
            ct);
    }

    /// <summary>One message of the case waits among the failed ones.</summary>
    public async Task<Guid> FailAsync(Guid id, CancellationToken ct)
    {
        await using var wire = await Wire.ConnectAsync(platform, ct);

        if (!(await platform.QueueLengthsAsync(ct)).ContainsKey(Failed))
        {
            await wire.SendAsync("data-readiness", """{"messageType":["governance:use-case-submitted:v1"],"message":{}}""", [], ct);
            await RunningPlatform.UntilAsync(
                "the error queue", async deadline => (await platform.QueueLengthsAsync(deadline)).GetValueOrDefault(Failed) > 0 ? "there" : null, Patience, ct);
            await wire.PurgeAsync(Failed, ct);
        }

        return await wire.SendFaultedAsync(
            Failed, "governance:use-case-submitted:v1", new JsonObject { ["useCaseId"] = id, ["revision"] = 1, ["number"] = "UC-2026-9999", ["facts"] = Facts }, id, ct);
    }

    /// <summary>Asked for by one and approved by another.</summary>
    /// <returns>The erasure's id.</returns>
    public Task<Guid> EraseAsync(Guid id, CancellationToken ct) => EraseAsync("use-case", "useCaseId", $"{id}", ct);

    public Task<Guid> EraseAccountAsync(string account, CancellationToken ct) => EraseAsync("account", "account", account, ct);

    /// <summary>The erasure once every service has reported.</summary>
    public async Task<JsonElement> ErasedAsync(Guid erasure, CancellationToken ct) => (await RunningPlatform.UntilAsync(
        "every service to have erased",
        async deadline => await StateAsync(erasure, deadline) switch
        {
            { } found when found.Body.GetProperty("state").GetString() is "erased" => found,
            { } other => throw new ProblemException($"The erasure stands at {other.Body}; queues hold {string.Join(", ", await platform.QueueLengthsAsync(deadline))}.", ""),
            null => null,
        },
        Patience,
        ct)).Body;

    /// <summary>Null while nobody answers.</summary>
    public async Task<Api.Answer?> StateAsync(Guid erasure, CancellationToken ct) =>
        await platform.As("auditor").GetAsync($"/api/audit/erasures/{erasure}", ct) is { Succeeded: true } found ? found : null;

    /// <summary>Empties the queues of what failed.</summary>
    /// <returns>How many messages were there.</returns>
    public async Task<int> NoFailedMessageShouldHoldItAsync(CancellationToken ct)
    {
        await using var wire = await Wire.ConnectAsync(platform, ct);
        var messages = 0;

        foreach (var queue in (await platform.QueueLengthsAsync(ct)).Keys.Where(HoldsFailures))
        {
            for (; await wire.TakeAsync(queue, ct) is { } message; messages++)
            {
                message.ShouldNotContain(marker, Case.Sensitive, queue);
            }
        }

        return messages;
    }

    private static bool HoldsFailures(string queue) =>
        queue is "governance.dead-letter" || queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal);

    private async Task<Guid> EraseAsync(string subject, string member, string id, CancellationToken ct)
    {
        var asked = await Insist(
            "privacy.reviewer", "/api/audit/erasures", $$"""{"subject":"{{subject}}","{{member}}":"{{id}}","ground":"no-longer-needed","reason":"A test."}""", $"ask-{id}", ct);
        var erasure = asked.GetProperty("id").GetGuid();
        await Insist("administrator", $"/api/audit/erasures/{erasure}/approval", "{}", $"approve-{id}", ct);

        return erasure;
    }

    private async Task<JsonElement> Insist(string account, string path, string body, string key, CancellationToken ct) =>
        (await platform.InsistAsync(account, path, body, key, Patience, ct)).Require();
}
