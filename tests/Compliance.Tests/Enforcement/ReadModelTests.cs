using System.Net;
using Governance.Compliance.Reviews;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Enforcement;

/// <summary>What queues and gateways are told comes from tables beside the events; whoever changes these alone is found.</summary>
public sealed class ReadModelTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    [Fact]
    public async Task What_is_told_is_what_the_events_say()
    {
        var (approved, rejected, revised) = (await compliance.Open(), await compliance.Open(), await compliance.Open());
        (await compliance.Act(Rita, approved, "claim")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rita, approved, "approve", new ReviewInput(Conditions: ["Log all output."]))).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, approved, "approve")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rita, rejected, "reject", new ReviewInput(Reason: "Too risky."))).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rolf, revised, "claim")).Expect(HttpStatusCode.OK);
        await compliance.Recommend(revised, 2, RiskAndLegal with { Title = "Revised" });
        (await compliance.Publish(Messages.Withdrawn(revised, 3))).Fault.ShouldBeNull();
        (await compliance.Publish(Messages.Withdrawn(Guid.CreateVersion7()))).Fault.ShouldBeNull();

        (await compliance.ReadModelDifferences()).Where(found => found.Stream == approved || found.Stream == rejected || found.Stream == revised).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("update permission set state = 'approved' where use_case_id = $1", "permission")]
    [InlineData("delete from permission where use_case_id = $1", "permission")]
    [InlineData("update review_task set priority = 0, due_at = due_at + interval '1 year' where review_id = $1 and queue = 'risk'", "review_task")]
    [InlineData("delete from review_task where review_id = $1 and queue = 'legal'", "review_task")]
    [InlineData("update review_deadline set at = at + interval '1 year' where review_id = $1", "review_deadline")]
    [InlineData("update mt_doc_review set data = jsonb_set(data, '{tier}', '\"minimal\"') where id = $1", "mt_doc_review", "review_task")]
    [InlineData("update mt_doc_review set data = jsonb_set(data, '{editors}', '[]') where id = $1", "mt_doc_review")]
    public async Task What_was_changed_in_the_database_alone_is_named(string attack, params string[] tables)
    {
        var id = await compliance.Open("mona", "igor");
        await using (var command = compliance.Database.CreateCommand(attack))
        {
            command.Parameters.AddWithValue(id);
            (await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
        }

        (await compliance.ReadModelDifferences()).Where(found => found.Stream == id).Select(found => found.Table).ShouldBe(tables, ignoreOrder: true);
    }
}
