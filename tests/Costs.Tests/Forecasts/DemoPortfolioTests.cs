using System.Reflection;
using System.Text.Json;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.Forecasts;

public sealed class DemoPortfolioTests
{
    private static readonly Assembly Here = typeof(DemoPortfolioTests).Assembly;

    public static TheoryData<string> Names =>
        [.. Here.GetManifestResourceNames().Where(n => n.StartsWith("demo/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_demo_use_case_names_a_priced_model_and_states_its_benefit(string name)
    {
        var facts = Read(name);
        var forecast = Forecast(facts, Newest);

        Newest.Content.Find(facts.Model!.Base).ShouldNotBeNull();
        forecast.Strategies.ShouldAllBe(s => s.RoiPercent != null);
        forecast.Currency.ShouldBe(facts.Budget!.Currency);
    }

    /// <summary>The rulebook wants these tuned, and the others prompted: the money must not contradict it.</summary>
    [Theory]
    [InlineData("g01-compliance-document-analysis", true)]
    [InlineData("g04-transaction-labelling", true)]
    [InlineData("g08-construction-takeoff", true)]
    [InlineData("g18-device-event-coding", true)]
    [InlineData("g25-dispute-letter-routing", true)]
    [InlineData("g02-product-copy-and-support", false)]
    [InlineData("g05-support-intents-and-replies", false)]
    [InlineData("g06-crm-copilot", false)]
    [InlineData("g09-call-scorecards", false)]
    [InlineData("g22-market-intelligence-brief", false)]
    [InlineData("g23-depot-incident-notes", false)]
    public void Tuning_pays_in_the_demo_cases_that_call_for_it(string name, bool pays) =>
        Forecast(Read($"demo/{name}.json"), Newest).BreakEven.WithinHorizon.ShouldBe(pays);

    [Fact]
    public void The_call_scorecards_carry_a_claim_that_contradicts_itself() =>
        Forecast(Read("demo/g09-call-scorecards.json")).Claims.Count(c => !c.Consistent).ShouldBe(1);

    private static UseCaseFacts Read(string name) =>
        JsonSerializer.Deserialize<UseCaseFacts>(Here.GetManifestResourceStream(name)!, Json.Options)!;
}
