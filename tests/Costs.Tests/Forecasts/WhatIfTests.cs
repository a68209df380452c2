using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Costs.Tests.Forecasts;

public sealed class WhatIfTests(CostsService service) : IClassFixture<CostsService>
{
    private const string Path = "/api/forecasts/what-if";

    [Fact]
    public async Task The_answer_is_that_of_a_submission_and_nothing_is_recorded()
    {
        var id = Guid.CreateVersion7();
        await service.Publish(Messages.Submitted(id), new(RecordedAt: service.Clock.GetUtcNow()));
        var recorded = (await Manager.Get($"/api/use-cases/{id}/forecast")).Expect(HttpStatusCode.OK).Read<ForecastView>();
        var events = await Events();

        var asked = (await Manager.Post(Path, new WhatIf(Testing.Facts.Example))).Expect(HttpStatusCode.OK).Read<ForecastView>();

        Canonical.Hash(asked with { UseCaseId = id, Revision = 1 }).ShouldBe(Canonical.Hash(recorded));
        (await Events()).ShouldBe(events);
    }

    /// <summary>Strategy reads the answer as it reads the announced figures.</summary>
    [Fact]
    public async Task Every_announced_figure_stands_in_the_answer_under_its_name()
    {
        var answer = (await Manager.Post(Path, new WhatIf(Given.UseCase, "2026-11"))).Expect(HttpStatusCode.OK).Json;

        answer["strategies"].Deserialize<IReadOnlyList<StrategyCost>>(Json.Tolerant).ShouldBe(Given.Forecast(Given.UseCase).Figures().Strategies);
    }

    [Fact]
    public async Task Any_price_book_can_be_asked_about()
    {
        var asked = (await Manager.Post(Path, new WhatIf(Given.UseCase, "2026-11"))).Expect(HttpStatusCode.OK).Read<ForecastView>();

        (asked.PriceBookVersion, asked.PriceBookHash).ShouldBe(("2026-11", Given.Prices.Hash));
        (await Manager.Post(Path, new WhatIf(Given.UseCase, "1999"))).Expect(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("volume.promptTokensPerRequest", "1000000000000", "facts.volume.promptTokensPerRequest")]
    [InlineData("volume.promptTokensPerRequest", "10000001", "facts.volume.promptTokensPerRequest")]
    [InlineData("volume.requestsPerMonth", "-1", "facts.volume.requestsPerMonth")]
    [InlineData("volume.requestsPerMonth", "100000000000.1", "facts.volume.requestsPerMonth")]
    [InlineData("volume.monthlyGrowthPercent", "1000.1", "facts.volume.monthlyGrowthPercent")]
    [InlineData("model", "{ \"base\": \"gpt-99\" }", "facts.model.base")]
    [InlineData("budget", "{ \"amount\": 1, \"currency\": \"XPF\" }", "facts.budget.currency")]
    [InlineData("budget", "{ \"amount\": -1, \"currency\": \"EUR\" }", "facts.budget.amount")]
    [InlineData("targetGoLive", "\"9999-12-31\"", "facts.targetGoLive")]
    [InlineData("task", "{ \"components\": [{ \"name\": \"a\", \"requestShare\": 79228162514264337593543950335 }] }", "facts.task.components[0].requestShare")]
    [InlineData("colour", "1", "facts.colour")]
    public async Task What_no_forecast_can_be_made_from_is_refused_with_its_path(string member, string value, string path)
    {
        var facts = JsonSerializer.SerializeToNode(Given.UseCase, Json.Options)!;
        var steps = member.Split('.');
        (steps.Length > 1 ? facts[steps[0]]! : facts)[steps[^1]] = JsonNode.Parse(value);

        (await Manager.Post(Path, new JsonObject { ["facts"] = facts }.ToJsonString()))
            .Expect(HttpStatusCode.BadRequest).Body.ShouldContain($"\"{path}\"");
    }

    [Theory]
    [InlineData("volume.promptTokensPerRequest", "10000000")]
    [InlineData("volume.requestsPerMonth", "100000000000")]
    [InlineData("volume.monthlyGrowthPercent", "1000")]
    [InlineData("targetGoLive", "\"2100-12-31\"")]
    public async Task What_just_keeps_within_the_limits_is_forecast(string member, string value)
    {
        var facts = JsonSerializer.SerializeToNode(Given.UseCase, Json.Options)!;
        var steps = member.Split('.');
        (steps.Length > 1 ? facts[steps[0]]! : facts)[steps[^1]] = JsonNode.Parse(value);

        (await Manager.Post(Path, new JsonObject { ["facts"] = facts }.ToJsonString())).Expect(HttpStatusCode.OK);
    }

    private HttpClient Manager => service.As(Roles.PortfolioManager, "Retail Banking");

    private async Task<long> Events()
    {
        await using var command = service.Database.CreateCommand("select count(*) from mt_events");

        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
