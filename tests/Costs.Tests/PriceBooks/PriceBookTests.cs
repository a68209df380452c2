using Governance.Contracts;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.PriceBooks;

public sealed class PriceBookTests
{
    [Fact]
    public void Every_price_names_a_dated_source() =>
        Prices.Content.Models.SelectMany(m => new[] { m.Source, m.Tuning?.Source ?? m.Source })
            .ShouldAllBe(id => Prices.Content.Sources.Count(s => s.Id == id) == 1);

    [Fact]
    public void No_model_is_listed_twice() => Prices.Content.Models.Select(m => m.Id).ShouldBeUnique();

    [Fact]
    public void There_are_twenty_models_of_four_providers_at_least()
    {
        Prices.Content.Models.Count.ShouldBeGreaterThanOrEqualTo(20);
        Prices.Content.Models.Select(m => m.Provider).Distinct().Count().ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public void Cached_tokens_cost_less_than_fresh_ones_and_no_price_is_negative() =>
        Prices.Content.Models.ShouldAllBe(m => m.Input > 0 && m.Output > 0 && (m.CachedInput ?? 0) < m.Input);

    [Fact]
    public void Open_weights_state_their_size() =>
        Prices.Content.Models.ShouldAllBe(m => m.OpenWeights == (m.BillionParameters != null));

    [Fact]
    public void The_models_the_policy_falls_back_on_are_in_the_book()
    {
        var defaults = Policy.Content.DefaultModels;

        Enum.GetValues<Domain>().Select(defaults.For).ShouldAllBe(id => Prices.Content.Find(id) != null);
        Prices.Content.Find(defaults.Tunable)!.Tuning.ShouldNotBeNull();
        Prices.Content.Find(defaults.SelfHosted)!.OpenWeights.ShouldBeTrue();
    }

    [Fact]
    public void Every_model_with_open_weights_has_a_hosting_tier() =>
        Prices.Content.Models.Where(m => m.OpenWeights)
            .ShouldAllBe(m => Policy.Content.Tuning.Hosting.Any(t => t.UpToBillionParameters >= m.BillionParameters));
}
