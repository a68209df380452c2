using System.Text.Json.Nodes;
using Governance.Portal.Cases;

namespace Governance.Portal.Tests;

public sealed class DraftTests
{
    private static readonly string Example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "example.json"));

    [Fact]
    public void A_whole_body_has_nothing_to_object_to() => Loaded(Example).Check().ShouldBeEmpty();

    [Fact]
    public void Every_member_of_a_body_belongs_to_a_question()
    {
        var unasked = Difference.Between(new JsonObject(), Loaded(Example).Body).Select(answer => answer.Path).Where(path => Fields.At(path) is null);

        unasked.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_draft_names_every_question_that_must_be_answered()
    {
        var draft = new Draft();

        draft.Check().Keys.Order().ShouldBe(
        [
            "benefit.basis", "businessUnit", "compliance.jurisdictions", "compliance.regulatedSectors", "data.labelledExamples", "domain",
            "objective.statement", "summary", "title", "volume.outputTokensPerRequest", "volume.promptTokensPerRequest", "volume.requestsPerMonth",
        ]);
        draft.ForEstimate("Retail Banking").ShouldBeNull();
    }

    [Fact]
    public void An_estimate_does_not_wait_for_words_that_no_rule_reads()
    {
        var draft = Loaded(Example);
        draft.Set("title", null);
        draft.Set("objective.statement", null);

        draft.ForEstimate("Retail Banking").ShouldNotBeNull()["title"]!.GetValue<string>().ShouldBe("-");
        draft.Body.ContainsKey("title").ShouldBeFalse();
    }

    [Fact]
    public void An_answer_taken_back_is_unknown_again_and_leaves_no_empty_shell()
    {
        var draft = new Draft();
        draft.Set("team.mlEngineers", JsonValue.Create(3));
        draft.Set("team.mlEngineers", null);

        draft.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void The_objections_are_those_of_the_API_at_the_paths_of_the_API()
    {
        var draft = Loaded(Example);
        draft.Set("volume.requestsPerMonth", JsonValue.Create(-1));
        draft.Set("benefit.monthlyValue.amount", JsonValue.Create(1));
        draft.Set("benefit.monthlyValue.currency", JsonValue.Create("EUR"));

        draft.Check().Keys.Order().ShouldBe(["benefit.monthlyValue", "volume.requestsPerMonth"]);
    }

    [Fact]
    public void A_fraction_where_a_whole_number_belongs_is_named()
    {
        var draft = Loaded(Example);
        draft.Set("data.labelledExamples", JsonValue.Create(1.5m));

        draft.Check().Keys.ShouldHaveSingleItem().ShouldBe("data.labelledExamples");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"title":"a","title":"b"}""")]
    public void What_is_no_body_is_refused_and_changes_nothing(string text)
    {
        var draft = Loaded(Example);

        draft.Load(text).ShouldNotBeNull();
        draft.Check().ShouldBeEmpty();
    }

    [Fact]
    public void A_list_grows_and_shrinks_by_its_items()
    {
        var draft = new Draft();
        draft.Add("benefit.claims");
        draft.Set("benefit.claims[0].measure", JsonValue.Create("minutes"));
        draft.Add("benefit.claims");
        draft.RemoveAt("benefit.claims", 1);

        draft.Count("benefit.claims").ShouldBe(1);
        draft.Text("benefit.claims[0].measure").ShouldBe("minutes");
        draft.RemoveAt("benefit.claims", 0);
        draft.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_difference_is_one_answer_and_not_the_way_it_is_written()
    {
        var before = JsonNode.Parse("""{"a":1.0,"b":["x","y"],"c":{"d":true},"l":[{"n":"one"}]}""");
        var after = JsonNode.Parse("""{"a":1,"b":["x"],"e":"new","l":[{"n":"two"}]}""");

        Difference.Between(before, after).ShouldBe([new("b", "x, y", "x"), new("c.d", "true", null), new("l[0].n", "one", "two"), new("e", null, "new")], ignoreOrder: true);
    }

    private static Draft Loaded(string json)
    {
        var draft = new Draft();
        draft.Load(json).ShouldBeNull();

        return draft;
    }
}
