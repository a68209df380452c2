using System.Net;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class ReadModelTests(IntakeService intake) : IClassFixture<IntakeService>
{
    [Fact]
    public async Task What_is_shown_is_what_the_events_say()
    {
        var id = (await intake.Submit()).Id;
        (await intake.Manager.Put($"/api/use-cases/{id}", Facts.Example with { Title = "Revised" }, ifMatch: await ETag(id))).Expect(HttpStatusCode.OK);
        (await intake.Manager.Post($"/api/use-cases/{id}/withdrawal", new Withdrawal("The budget is gone."), ifMatch: await ETag(id))).Expect(HttpStatusCode.OK);

        (await intake.ReadModelDifferences()).Where(found => found.Stream == id).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("update mt_doc_usecase set data = jsonb_set(data, '{facts,summary}', '\"Harmless.\"') where id = $1", "mt_doc_usecase", "use_case_words")]
    [InlineData("update mt_doc_usecase set data = jsonb_set(data, '{facts,businessUnit}', '\"Insurance\"') where id = $1", "mt_doc_usecase", "use_case_list")]
    [InlineData("update use_case_list set business_unit = 'Insurance' where id = $1", "use_case_list")]
    [InlineData("delete from use_case_list where id = $1", "use_case_list")]
    [InlineData("update use_case_words set words = 'nothing' where id = $1", "use_case_words")]
    public async Task A_case_that_was_changed_or_hidden_in_the_database_alone_is_named(string attack, params string[] tables)
    {
        var id = (await intake.Submit()).Id;
        await using (var command = intake.Database.CreateCommand(attack))
        {
            command.Parameters.AddWithValue(id);
            (await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
        }

        (await intake.ReadModelDifferences()).Where(found => found.Stream == id).Select(found => found.Table).ShouldBe(tables, ignoreOrder: true);
    }

    private async Task<string> ETag(Guid id) => (await intake.Manager.Get($"/api/use-cases/{id}")).ETag!;
}
