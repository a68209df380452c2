using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;
using Governance.Testing.BadInput;

namespace Governance.Intake.Tests.BadInput;

/// <summary>Every kind of body in the corpus, first at the parser and then through the door of the running service.</summary>
public sealed class BodyTests(IntakeService intake) : IClassFixture<IntakeService>
{
    private static readonly Corpus Bodies = Corpus.In(typeof(BodyTests).Assembly, "bodies.json");
    private static readonly Corpus Texts = Corpus.In(typeof(BodyTests).Assembly, "texts.json");

    private static readonly JsonObject Valid = (JsonObject)JsonSerializer.SerializeToNode(Facts.Example, Json.Options)!;

    public static TheoryData<string> AllBodies => Bodies.Where(_ => true);

    public static TheoryData<string> ParsedBodies => Bodies.Where(row => !row.OnlyHttp);

    public static TheoryData<string> AllTexts => Texts.Where(_ => true);

    [Fact]
    public void The_body_all_changes_start_from_is_accepted() => FactRules.Require(Parse(JsonSerializer.SerializeToUtf8Bytes(Valid)));

    [Theory]
    [MemberData(nameof(ParsedBodies))]
    public void The_parser_names_what_is_wrong(string id)
    {
        var row = Bodies[id];

        var refusal = Should.Throw<InvalidRequestException>(() => FactRules.Require(Parse(row.Body(Valid))));

        refusal.Status.ShouldBe(row.Status);
        refusal.Errors.Count.ShouldBeLessThanOrEqualTo(RequestBody.MostErrors + 1);

        if (row.Fields is not null)
        {
            refusal.Errors.Select(error => error.Field).Distinct().ShouldBe(row.Fields, ignoreOrder: true, refusal.Message);
        }
    }

    [Theory]
    [MemberData(nameof(AllTexts))]
    public void The_parser_takes_strange_text_for_text(string id)
    {
        var row = Texts[id];

        Value(JsonSerializer.SerializeToNode(Parse(row.Body(Valid)), Json.Options)!, row).ShouldBe(Expected(row));
    }

    [Theory]
    [MemberData(nameof(AllBodies))]
    public async Task The_service_answers_with_the_members_that_are_wrong_and_stores_nothing(string id)
    {
        var row = Bodies[id];
        var before = await intake.Stored();

        using var manager = intake.As(Roles.PortfolioManager, "Retail Banking");
        using var request = Refused.Request(row, "/api/use-cases", row.Body(Valid));
        request.Headers.Add("Idempotency-Key", id);
        using var response = await manager.SendAsync(request);

        await response.ShouldBeRefused(row.Status, row.Fields, row.Secret);
        (await intake.Stored()).ShouldBe(before);
    }

    [Theory]
    [InlineData("A02")]
    [InlineData("A10")]
    [InlineData("A14b")]
    [InlineData("A22")]
    [InlineData("D93")]
    [InlineData("E127")]
    public async Task A_revision_is_read_as_strictly_as_a_submission(string id)
    {
        var row = Bodies[id];
        using var manager = intake.As(Roles.PortfolioManager, "Retail Banking");
        var location = await Submit(manager, Facts.Example);
        await intake.Settled();
        var before = await intake.Stored();

        using var request = Refused.Request(row with { Method = "PUT" }, location, row.Body(Valid));
        request.Headers.Add("If-Match", "\"r1\"");
        using var response = await manager.SendAsync(request);

        await response.ShouldBeRefused(row.Status, row.Fields, row.Secret);
        (await intake.Stored()).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(AllTexts))]
    public async Task Strange_text_is_accepted_and_given_back_as_it_came(string id)
    {
        var row = Texts[id];
        using var manager = intake.As(Roles.PortfolioManager, "Retail Banking");

        using var request = Refused.Request(row, "/api/use-cases", row.Body(Valid));
        using var response = await manager.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(row.Status, await response.Content.ReadAsStringAsync());

        var stored = await manager.GetFromJsonAsync<JsonObject>(response.Headers.Location);
        Value(stored!["facts"]!, row).ShouldBe(Expected(row));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml")]
    [InlineData("image/png;q=0.1")]
    [InlineData("nonsense")]
    public async Task A_refusal_is_problem_details_whatever_the_caller_would_rather_have(string accept)
    {
        using var manager = intake.As(Roles.PortfolioManager, "Retail Banking");
        using var request = Refused.Request(Bodies["A02"], "/api/use-cases", Bodies["A02"].Body(Valid));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await manager.SendAsync(request);

        await response.ShouldBeRefused(400, ["$"]);
    }

    internal static async Task<string> Submit(HttpClient manager, UseCaseFacts facts)
    {
        using var response = await manager.PostAsJsonAsync("/api/use-cases", facts, Json.Options);
        response.EnsureSuccessStatusCode();

        return response.Headers.Location!.ToString();
    }

    private static UseCaseFacts Parse(byte[] body) => RequestBody.Parse<UseCaseFacts>(body);

    private static string Value(JsonNode facts, BadRequest row)
    {
        var value = row.Member!.Split('.').Aggregate(facts, (node, step) => node[step]!);

        return value.GetValueKind() is JsonValueKind.Number ? $"{value.GetValue<decimal>():0.##########}" : value.GetValue<string>();
    }

    private static string Expected(BadRequest row)
    {
        var value = JsonNode.Parse(row.Returns ?? row.Json!)!;

        return value.GetValueKind() is JsonValueKind.Number ? $"{value.GetValue<decimal>():0.##########}" : value.GetValue<string>();
    }
}
