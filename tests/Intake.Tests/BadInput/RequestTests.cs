using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Governance.ServiceDefaults;
using Governance.Testing;
using Governance.Testing.BadInput;

namespace Governance.Intake.Tests.BadInput;

/// <summary>Everything but the body: addresses, queries, preconditions, keys, and whose case it is.</summary>
public sealed partial class RequestTests(IntakeService intake) : IClassFixture<IntakeService>, IAsyncLifetime
{
    private static readonly Corpus Requests = Corpus.In(typeof(RequestTests).Assembly, "requests.json");
    private static readonly JsonObject Valid = (JsonObject)JsonSerializer.SerializeToNode(Facts.Example, Json.Options)!;

    private readonly HttpClient manager = intake.As(Roles.PortfolioManager, "Retail Banking");
    private readonly HttpClient otherManager = intake.As(new Person("otto", [Roles.PortfolioManager], ["Insurance"]));

    private string own = "";
    private string other = "";

    public static TheoryData<string> AllRequests => Requests.Where(_ => true);

    public async ValueTask InitializeAsync()
    {
        own = Id(await BodyTests.Submit(manager, Facts.Example));
        other = Id(await BodyTests.Submit(otherManager, Facts.Example with { BusinessUnit = "Insurance" }));
        await intake.Settled();
    }

    public ValueTask DisposeAsync()
    {
        manager.Dispose();
        otherManager.Dispose();

        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(AllRequests))]
    public async Task What_is_wrong_is_named_and_nothing_is_stored(string id)
    {
        var row = Requests[id];
        var before = await intake.Stored();
        var headers = row.Headers?.ToDictionary(header => header.Key, header => Filled(header.Value));
        var body = row is { Text: null, Member: null } ? null
            : row.Text is not null ? Encoding.UTF8.GetBytes(Filled(row.Text)) : row.Body(Valid);

        using var request = Refused.Request(row with { Path = Filled(row.Path!), Headers = headers }, row.Path!, body);
        using var response = await manager.SendAsync(request);

        await response.ShouldBeRefused(row.Status, row.Fields, row.Secret);
        (await intake.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task Another_units_case_and_one_that_never_was_look_the_same()
    {
        var foreign = await manager.GetStringAsync404($"/api/use-cases/{other}");
        var nobodys = await manager.GetStringAsync404($"/api/use-cases/{Guid.NewGuid()}");

        WithoutTrace(foreign).ShouldBe(WithoutTrace(nobodys));
    }

    [Fact]
    public async Task A_list_shows_and_counts_no_case_of_another_unit_whatever_the_filter()
    {
        foreach (var query in (string[])["", "?businessUnit=Insurance", "?q=dispute&pageSize=200", $"?q=%25", "?sort=title&status=submitted"])
        {
            var page = (await manager.GetFromJsonAsync<JsonObject>($"/api/use-cases{query}"))!;
            var items = page["items"]!.AsArray();

            items.ShouldAllBe(item => item!["facts"]!["businessUnit"]!.GetValue<string>() == "Retail Banking");
            page["total"]!.GetValue<long>().ShouldBe(await intake.Count(
                query.Contains("Insurance", StringComparison.Ordinal) || query.Contains("%25", StringComparison.Ordinal)
                    ? "mt_streams where false"
                    : "mt_doc_usecase where data -> 'facts' ->> 'businessUnit' = 'Retail Banking'"), query);
        }
    }

    [Theory]
    [InlineData("submitted")]
    [InlineData("assessing")]
    [InlineData("in-review")]
    [InlineData("changes-requested")]
    [InlineData("approved")]
    [InlineData("rejected")]
    [InlineData("expired")]
    [InlineData("withdrawn")]
    public async Task Every_documented_status_can_be_asked_for(string status)
    {
        using var response = await manager.GetAsync($"/api/use-cases?status={status}");

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_key_that_was_used_for_another_request_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        (await Post("/api/use-cases", Facts.Example, key)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await intake.Settled();
        var before = await intake.Stored();

        await (await Post("/api/use-cases", Facts.Example with { PromptCount = 15 }, key)).ShouldBeRefused(422, ["Idempotency-Key"]);
        await (await Post($"/api/use-cases/{own}/withdrawal", new { }, key)).ShouldBeRefused(422, ["Idempotency-Key"]);

        (await intake.Stored()).ShouldBe(before);
    }

    [Fact]
    public async Task A_key_belongs_to_one_caller()
    {
        var key = Guid.NewGuid().ToString();
        using var mine = await Post("/api/use-cases", Facts.Example, key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/use-cases")
        {
            Content = JsonContent.Create(Facts.Example with { BusinessUnit = "Insurance" }, options: Json.Options),
            Headers = { { "Idempotency-Key", key } },
        };
        using var theirs = await otherManager.SendAsync(request);

        theirs.StatusCode.ShouldBe(HttpStatusCode.Created);
        theirs.Headers.Location.ShouldNotBe(mine.Headers.Location);
    }

    [Fact]
    public async Task Another_case_of_letters_leads_to_the_same_door_with_the_same_lock()
    {
        using var anonymous = await intake.Anonymous.GetAsync("/API/Use-Cases");
        await anonymous.ShouldBeRefused(401);

        using var executive = intake.As(Roles.Executive);
        using var wrongRole = await executive.GetAsync("/aPi/uSe-cAses");
        await wrongRole.ShouldBeRefused(403);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/api/use-cases/x/y/z")]
    public async Task Anonymous_callers_learn_nothing_about_which_addresses_exist(string path)
    {
        using var response = await intake.Anonymous.GetAsync(path);

        await response.ShouldBeRefused(401);
    }

    private async Task<HttpResponseMessage> Post<T>(string path, T body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(body, options: Json.Options),
            Headers = { { "Idempotency-Key", key }, { "If-Match", "\"r1\"" } },
        };

        return await manager.SendAsync(request);
    }

    /// <summary>Fills in ids, and a number in braces with as many letters.</summary>
    private string Filled(string text) => Count().Replace(
        text.Replace("{id}", own, StringComparison.Ordinal).Replace("{other}", other, StringComparison.Ordinal)
            .Replace("{address}", $"{intake.Address}", StringComparison.Ordinal),
        match => new string('x', int.Parse(match.Groups[1].Value, null)));

    private static string Id(string location) => location[(location.LastIndexOf('/') + 1)..];

    private static string WithoutTrace(string problem)
    {
        var node = JsonNode.Parse(problem)!.AsObject();
        node.Remove("traceId");

        return node.ToJsonString();
    }

    [GeneratedRegex(@"\{(\d+)\}")]
    private static partial Regex Count();
}

file static class HttpExtensions
{
    public static async Task<string> GetStringAsync404(this HttpClient http, string path)
    {
        using var response = await http.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        return await response.Content.ReadAsStringAsync();
    }
}
