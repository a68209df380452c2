using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Portal.Cases;
using Governance.Portal.Editions;

namespace Governance.Portal.Tests;

public sealed class EditionTests
{
    private const string Draft = """
        {
          "titel": "Größe",
          "rules": [
            { "id": "R01", "when": "a" },
            { "id": "R02", "when": "b \" c" }
          ],
          "weights": [1, 2.5]
        }
        """;

    [Theory]
    [InlineData("titel", 2, "\"Größe\"")]
    [InlineData("$.titel", 2, "\"Größe\"")]
    [InlineData("rules[0].when", 4, "\"a\"")]
    [InlineData("rules[1].when", 5, "\"b \\\" c\"")]
    [InlineData("weights[1]", 7, "2.5")]
    [InlineData("rules[1].missing", 5, "{")]
    [InlineData("nowhere", 1, "{")]
    public void A_mistake_is_found_at_its_path_or_in_the_nearest_parent(string path, int line, string marked)
    {
        var place = JsonPlaces.Of(Draft, path)!.Value;

        place.Line.ShouldBe(line);
        Draft.Substring(place.Start, place.Length).ShouldBe(marked);
    }

    [Theory]
    [InlineData("{ \"a\": 1,\n  \"b\": ] }", 2)]
    [InlineData("{ \"a\": 1, \"a\": 2 }", 1)]
    [InlineData("[]", 1)]
    [InlineData("", 1)]
    public void What_is_no_object_of_JSON_is_said_to_be_none_with_its_line(string text, int line) =>
        EditionText.Mistake(text)!.Value.Place.Line.ShouldBe(line);

    [Fact]
    public void An_object_of_JSON_has_no_mistake() => EditionText.Mistake(Draft).ShouldBeNull();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task A_long_answer_is_handed_on_piece_by_piece_however_it_is_cut(int cut)
    {
        const string Answer = """{"version":"v","flipped":[{"n":1,"list":[1,2]},{"n":2}],"units":[],"totals":{"decisions":3}}""";
        var taken = new List<string>();

        await JsonFeed.Read(new Slow(Encoding.UTF8.GetBytes(Answer), cut), (name, value) => taken.Add($"{name}={value.GetRawText()}"), _ => Task.CompletedTask, TestContext.Current.CancellationToken);

        taken.ShouldBe(["version=\"v\"", "flipped={\"n\":1,\"list\":[1,2]}", "flipped={\"n\":2}", "totals={\"decisions\":3}"]);
    }

    [Fact]
    public async Task How_far_a_simulation_has_come_is_told_by_the_lines_of_its_answer()
    {
        var (portfolio, done) = (new SimulatedPortfolio { Recorded = 1_200, PerLine = 500 }, new List<long>());
        Task Draw(long lines)
        {
            portfolio.Lines(lines);
            done.Add(portfolio.Done);

            return Task.CompletedTask;
        }

        await JsonFeed.Read(new Slow("{\"flipped\":[\n{\"n\":1}\n\n]}"u8.ToArray(), 1), (_, _) => { }, Draw, TestContext.Current.CancellationToken);

        done.Distinct().ShouldBe([0, 500, 1_000, 1_200]);
    }

    [Theory]
    [InlineData("""{"flipped":[{"n":1},""")]
    [InlineData("[1]")]
    [InlineData("")]
    public async Task An_answer_that_breaks_off_is_no_complete_one(string answer) =>
        await Should.ThrowAsync<JsonException>(() =>
            JsonFeed.Read(new MemoryStream(Encoding.UTF8.GetBytes(answer)), (_, _) => { }, _ => Task.CompletedTask, TestContext.Current.CancellationToken));

    [Fact]
    public void A_rule_put_in_between_leaves_the_others_as_they_are()
    {
        var before = JsonNode.Parse("""{"rules":[{"id":"A","when":"x"},{"id":"B","when":"y"}]}""");
        var after = JsonNode.Parse("""{"rules":[{"id":"A","when":"x"},{"id":"N","when":"z"},{"id":"B","when":"yy"}]}""");

        Difference.Between(before, after).ShouldBe(
            [new("rules[B].when", "y", "yy"), new("rules[N].id", null, "N"), new("rules[N].when", null, "z")], ignoreOrder: true);
    }

    [Fact]
    public void The_version_in_force_is_the_latest_that_has_begun_and_is_no_draft()
    {
        var now = new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);
        EditionView Of(string version, string state, int days) => new(version, state, now.AddDays(days), "", []);

        EditionView.InForce([Of("old", "built-in", -30), Of("now", "published", -1), Of("next", "published", 1), Of("idea", "draft", -1)], now)!.Version.ShouldBe("now");
        EditionView.InForce([Of("next", "published", 1)], now).ShouldBeNull();
    }

    /// <summary>Gives no more than so many bytes at a time.</summary>
    private sealed class Slow(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
