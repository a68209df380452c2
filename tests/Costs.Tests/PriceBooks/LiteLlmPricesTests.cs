using System.Text.Json;
using Governance.Costs.PriceBooks;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.PriceBooks;

public sealed class LiteLlmPricesTests
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    [Fact]
    public void A_row_is_read_in_prices_per_million_tokens() =>
        Read("""
            "m": { "mode": "chat", "litellm_provider": "acme", "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05,
                   "cache_read_input_token_cost": 1.25e-07, "cache_creation_input_token_cost": 1.5625e-06,
                   "input_cost_per_token_batches": 6.25e-07, "output_cost_per_token_batches": 5e-06, "max_input_tokens": 1048576,
                   "input_cost_per_token_above_200k_tokens": 2.5e-06, "output_cost_per_token_above_200k_tokens": 1.5e-05,
                   "cache_read_input_token_cost_above_200k_tokens": 2.5e-07, "supports_vision": true }
            """).Models.ShouldHaveSingleItem().ShouldBe(new ModelPrice(
            "m", "acme", "litellm", 1.25m, 10m, 1_048_576, 0.125m, 1.5625m, 0.625m, 5m, new(200_000, 2.5m, 15m, 0.25m)));

    [Fact]
    public void The_sample_and_what_is_no_text_model_are_passed_over()
    {
        var list = Read("""
            "sample_spec": { "mode": "one of: chat, embedding", "input_cost_per_token": 0.0 },
            "pictures": { "mode": "image_generation", "litellm_provider": "acme", "output_cost_per_image": 0.06 },
            "vectors": { "mode": "embedding", "litellm_provider": "acme", "input_cost_per_token": 1e-07 },
            "old": { "mode": "chat", "litellm_provider": "acme", "deprecation_date": "2026-11-20" },
            "other": { "mode": "chat", "litellm_provider": "other" }
            """, "acme");

        list.Models.ShouldBeEmpty();
        list.Errors.ShouldBeEmpty();
        list.Skipped.ShouldBe(new Dictionary<string, int> { ["another provider"] = 1, ["not a text model"] = 2, ["withdrawn"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public void A_model_is_withdrawn_from_its_day_on() =>
        Read("""
            "soon": { "mode": "chat", "litellm_provider": "acme", "deprecation_date": "2026-11-21", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 }
            """).Models.Select(m => m.Id).ShouldBe(["soon"]);

    [Theory]
    [InlineData("0", "input_cost_per_token")]
    [InlineData("-1e-06", "input_cost_per_token")]
    [InlineData("\"1e-06\"", "input_cost_per_token")]
    [InlineData("0.2", "input_cost_per_token")]
    [InlineData("1e-99", "input_cost_per_token")]
    [InlineData("1e99", "input_cost_per_token")]
    public void A_price_that_is_none_is_named_by_row_and_member(string price, string member)
    {
        var list = Read($$"""
            "bad": { "mode": "chat", "litellm_provider": "acme", "input_cost_per_token": {{price}}, "output_cost_per_token": 1e-06 },
            "good": { "mode": "chat", "litellm_provider": "acme", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06 }
            """);

        list.Errors.Select(e => (e.Row, e.Field)).ShouldBe([("bad", member)]);
        list.Models.Select(m => m.Id).ShouldBe(["good"]);
    }

    [Theory]
    [InlineData("\"a\": 5", "")]
    [InlineData("\"a\": { \"mode\": \"chat\", \"litellm_provider\": \"acme\", \"input_cost_per_token\": 1e-06 }", "output_cost_per_token")]
    [InlineData("\"a\": { \"mode\": \"chat\", \"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 1e-06 }", "litellm_provider")]
    [InlineData(
        "\"a\": { \"mode\": \"chat\", \"litellm_provider\": \"acme\", \"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 1e-06, \"max_input_tokens\": \"many\" }",
        "max_input_tokens")]
    public void Every_other_mistake_is_named_by_row_and_member(string row, string member) =>
        Read(row).Errors.Select(e => (e.Row, e.Field)).ShouldBe([("a", member)]);

    [Fact]
    public void An_import_replaces_prices_and_keeps_what_the_list_does_not_know()
    {
        var list = Read("""
            "gpt-4.1-mini": { "mode": "chat", "litellm_provider": "openai", "input_cost_per_token": 3e-07, "output_cost_per_token": 1.2e-06 },
            "mistral-nemo": { "mode": "chat", "litellm_provider": "mistral", "input_cost_per_token": 1.5e-07, "output_cost_per_token": 1.5e-07, "max_input_tokens": 131072 },
            "brand-new": { "mode": "chat", "litellm_provider": "acme", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06 }
            """);
        var report = new ImportPrices(Newest.Content, list, "2026-12", Newest.Content.EffectiveFrom.AddDays(30), Day).Report(dryRun: true);
        var mini = report.Draft.Find("gpt-4.1-mini")!;

        report.Added.ShouldBe(["brand-new"]);
        var changed = report.Changed.ShouldHaveSingleItem();
        (changed with { Members = [] }).ShouldBe(new("gpt-4.1-mini", 0.4m, 0.3m, 1.6m, 1.2m, []));
        changed.Members.ShouldBe(["input", "output", "cachedInput", "batchInput", "batchOutput"]);
        report.Unchanged.ShouldBe(1);
        (mini.Tuning, mini.Source, mini.Provider, mini.ContextWindow)
            .ShouldBe((Newest.Content.Find("gpt-4.1-mini")!.Tuning, "litellm-2026-11-20", "OpenAI", 1_047_576));
        report.Draft.Find("mistral-nemo")!.BillionParameters.ShouldBe(12);
        report.Draft.Models.Count.ShouldBe(Newest.Content.Models.Count + 1);
        report.Draft.Sources.ShouldContain(s => s.Id == "litellm-2026-11-20" && s.AsOf == Day);
        PriceBookRules.Check(report.Draft).ShouldBeEmpty();
    }

    private static PriceList Read(string rows, params string[] providers)
    {
        using var list = JsonDocument.Parse($"{{{rows}}}");

        return LiteLlmPrices.Read(list.RootElement, providers, Day);
    }
}
