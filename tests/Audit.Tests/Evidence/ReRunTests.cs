using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Evidence;

public sealed class ReRunTests(AuditService audit) : IClassFixture<AuditService>
{
    [Fact]
    public async Task Every_recorded_decision_comes_out_again_byte_for_byte()
    {
        var id = Guid.CreateVersion7();
        await RealCase.Publish(audit, id);

        var lines = await ReRun(new { useCaseId = id });

        lines.ShouldHaveSingleItem()["summary"]!.ToJsonString().ShouldBe("""{"cases":1,"decisions":4,"outcomes":{"same":4},"notCovered":{}}""");
    }

    [Theory]
    [InlineData("governance.data-readiness-assessed.v1", "\"score\":[0-9]+", "\"score\":1")]
    [InlineData("governance.review-opened.v1", "\"tier\":\"[a-z]+\"", "\"tier\":\"low\"")]
    [InlineData("governance.review-opened.v1", "\"obligations\":\\[[^]]*\\]", "\"obligations\":[]")]
    [InlineData("governance.review-opened.v1", "\"quorum\":[0-9]+", "\"quorum\":7")]
    [InlineData("governance.review-opened.v1", "\"factsHash\":\"[0-9a-f]+\"", "\"factsHash\":\"0\"")]
    public async Task A_decision_that_was_not_made_by_its_policy_is_named(string contract, string written, string forged)
    {
        var id = Guid.CreateVersion7();
        await RealCase.Publish(audit, id, Facts.Example);
        await using (var forge = audit.Database.CreateCommand("update fact set data = regexp_replace(data, $2, $3) where use_case_id = $1 and contract = $4"))
        {
            forge.Parameters.AddWithValue(id);
            forge.Parameters.AddWithValue(written);
            forge.Parameters.AddWithValue(forged);
            forge.Parameters.AddWithValue(contract);
            await forge.ExecuteNonQueryAsync();
        }

        var lines = await ReRun(new { useCaseId = id });

        lines.Select(line => line["finding"]).Where(finding => finding is not null)
            .ShouldContain(finding => finding!["outcome"]!.GetValue<string>() == "differs" && finding["contract"]!.GetValue<string>() == contract);
    }

    [Fact]
    public async Task A_decision_on_what_is_no_longer_there_is_said_to_be_so()
    {
        var id = Guid.CreateVersion7();
        await RealCase.Publish(audit, id);
        await using (var erase = audit.Database.CreateCommand("delete from personal p using fact f where f.event_id = p.event_id and f.use_case_id = $1"))
        {
            erase.Parameters.AddWithValue(id);
            await erase.ExecuteNonQueryAsync();
        }

        var lines = await ReRun(new { useCaseId = id });

        // Readiness and forecast read no text; strategy and classification may.
        var outcomes = lines[^1]["summary"]!["outcomes"]!.AsObject();
        outcomes.Select(outcome => outcome.Key).ShouldBe(["same-without-texts", "input-erased"], ignoreOrder: true);
        outcomes["same-without-texts"]!.GetValue<long>().ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_decision_under_a_policy_nobody_has_is_said_to_be_so()
    {
        var id = Guid.CreateVersion7();
        await audit.Publish(Messages.Submitted(id));
        await audit.Publish(Messages.Readiness(id));

        (await ReRun(new { useCaseId = id }))[^1]["summary"]!["outcomes"]!.ToJsonString().ShouldBe("""{"policy-missing":1}""");
    }

    [Fact]
    public async Task A_review_by_a_calendar_nobody_has_is_said_to_be_so_until_it_is_on_the_record()
    {
        const string Calendar = """{"id":"house","workingDays":["sunday"]}""";
        var (id, hash) = (Guid.CreateVersion7(), Governance.Ledger.Evidence.ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(Calendar)));
        await RealCase.Publish(audit, id, calendar: hash);

        (await ReRun(new { useCaseId = id })).Select(line => line["finding"]?["detail"]?.GetValue<string>()).ShouldContain($"calendar default with hash {hash}");

        await audit.Publish(new Contracts.BusinessCalendarAdopted("house", hash, Calendar), new(Version: 1));
        (await ReRun(new { useCaseId = id }))[^1]["summary"]!["outcomes"]!.ToJsonString().ShouldBe("""{"same":4}""");
    }

    [Fact]
    public async Task A_draft_of_a_policy_can_be_decided_under_later()
    {
        var hash = Governance.Ledger.Evidence.ContentHash.Of("{\"a\":0.50}"u8.ToArray());
        await audit.Publish(new Contracts.PolicyDrafted("2027-09", Origin.Moment, hash, "ada", "{\"a\":0.50}"), new(Version: 1));

        var archive = new Audit.Evidence.PolicyArchive(audit.Database);

        (await archive.Find(hash, CancellationToken.None)).ShouldBe("{\"a\":0.50}");
        (await archive.Find(new('0', 64), CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_period_leaves_out_what_was_decided_before()
    {
        await RealCase.Publish(audit, Guid.CreateVersion7());

        (await ReRun(new { from = Origin.Moment.AddDays(1) }))[^1]["summary"]!["decisions"]!.GetValue<long>().ShouldBe(0);
        (await audit.As(Roles.Auditor).Post("/api/audit/re-run", new { useCaseId = Guid.CreateVersion7() })).Expect(HttpStatusCode.NotFound);
    }

    private async Task<JsonNode[]> ReRun(object which)
    {
        using var answer = await audit.As(Roles.Auditor).PostAsync("/api/audit/re-run", JsonContent.Create(which, options: Json.Options));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);

        return [.. (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
