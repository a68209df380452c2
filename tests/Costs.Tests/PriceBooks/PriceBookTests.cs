using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.PriceBooks;

public sealed class PriceBookTests
{
    private static readonly PriceBook Book = Newest.Content;

    [Fact]
    public void Every_book_that_ships_fulfils_the_rules() =>
        new[] { Prices.Content, Book }.SelectMany(PriceBookRules.Check).ShouldBeEmpty();

    [Fact]
    public void No_two_books_take_effect_at_the_same_moment() =>
        new[] { Prices.Content, Book }.Select(b => b.EffectiveFrom).ShouldBeUnique();

    [Fact]
    public void There_are_forty_models_of_six_providers_at_least()
    {
        Book.Models.Count.ShouldBeGreaterThanOrEqualTo(40);
        Book.Models.Select(m => m.Provider).Distinct().Count().ShouldBeGreaterThanOrEqualTo(6);
    }

    [Fact]
    public void Every_policy_finds_what_it_falls_back_on_in_every_book() =>
        new[] { Prices.Content, Book }.SelectMany(book => PolicyFit.Check(book, [Policy.Content])).ShouldBeEmpty();

    [Fact]
    public void A_book_that_lacks_what_a_policy_falls_back_on_is_refused()
    {
        var poor = Book with { Models = [.. Book.Models.Where(m => m.Id != "gpt-4.1-mini")] };

        PolicyFit.Check(poor, [Policy.Content]).ShouldContain(e => e.Field == "models" && e.Message.Contains("gpt-4.1-mini"));
    }

    [Fact]
    public void Open_weights_too_large_for_any_hosting_are_refused()
    {
        var huge = Book with { Models = [.. Book.Models, Model with { Id = "huge", OpenWeights = true, BillionParameters = 1_001 }] };

        PolicyFit.Check(huge, [Policy.Content]).ShouldContain(e => e.Field == $"models[{Book.Models.Count}].billionParameters");
    }

    [Fact]
    public void A_price_of_zero_or_below_is_refused_with_its_path()
    {
        Mistakes(Model with { Input = 0, CachedInput = null }).ShouldBe(["models[0].input"]);
        Mistakes(Model with { Output = -1 }).ShouldBe(["models[0].output"]);
        Mistakes(Model with { CachedInput = 0 }).ShouldBe(["models[0].cachedInput"]);
        Mistakes(Model with { Tuning = new("page", 0, 1, 1) }).ShouldBe(["models[0].tuning.training"]);
        Mistakes(Model with { Input = 0.0001m, CachedInput = null }).ShouldBeEmpty();
    }

    [Fact]
    public void A_discount_is_no_surcharge()
    {
        Mistakes(Model with { CachedInput = 2.01m }).ShouldBe(["models[0].cachedInput"]);
        Mistakes(Model with { CachedInput = 2m }).ShouldBeEmpty();
        Mistakes(Model with { BatchInput = 1, BatchOutput = 8.01m }).ShouldBe(["models[0].batchOutput"]);
        Mistakes(Model with { BatchInput = 1 }).ShouldBe(["models[0].batchInput"]);
    }

    [Fact]
    public void Overlapping_effective_dates_of_one_price_are_refused()
    {
        var day = new DateOnly(2027, 1, 1);
        var change = new PriceChange(day, "page", 1, 4);

        Mistakes(Model with { Changes = [change, change with { Input = 2 }] }).ShouldBe(["models[0].changes[1].from"]);
        Mistakes(Model with { Changes = [change, change with { From = day.AddDays(1) }] }).ShouldBeEmpty();
    }

    [Fact]
    public void A_price_without_a_dated_source_is_refused()
    {
        Mistakes(Model with { Source = "hearsay" }).ShouldBe(["models[0].source"]);
        Mistakes(Model with { Tuning = new("hearsay", 1, 1, 1) }).ShouldBe(["models[0].tuning.source"]);
    }

    [Theory]
    [InlineData("../2027-01")]
    [InlineData("")]
    [InlineData("2027-01\n")]
    [InlineData("12345678901234567890123456789012345678901")]
    public void A_version_that_is_no_part_of_a_path_is_refused(string version) =>
        PriceBookRules.Check(Of(Model) with { Version = version }).Select(e => e.Field).ShouldBe(["version"]);

    [Fact]
    public void A_model_listed_twice_is_refused() =>
        PriceBookRules.Check(Of(Model, Model)).Select(e => e.Field).ShouldBe(["models[1].id"]);

    [Fact]
    public void Open_weights_state_their_size_and_nothing_else_does()
    {
        Mistakes(Model with { OpenWeights = true }).ShouldBe(["models[0].billionParameters"]);
        Mistakes(Model with { BillionParameters = 8 }).ShouldBe(["models[0].billionParameters"]);
    }

    [Fact]
    public void A_price_announced_for_later_holds_from_its_day_on()
    {
        var day = new DateOnly(2027, 1, 1);
        var model = Model with { Changes = [new(day, "page", 1, 4), new(day.AddYears(1), "page", 0.5m, 2)] };

        model.RatesOn(day.AddDays(-1), 100).Input.ShouldBe(2);
        model.RatesOn(day, 100).Input.ShouldBe(1);
        model.RatesOn(day.AddYears(2), 100).Input.ShouldBe(0.5m);
    }

    [Fact]
    public void A_long_prompt_has_a_price_of_its_own()
    {
        var model = Model with { LongPrompt = new(1_000, 4, 12) };

        model.RatesOn(default, 1_000).Input.ShouldBe(2);
        model.RatesOn(default, 1_001).Input.ShouldBe(4);
    }

    private static ModelPrice Model { get; } = new("m", "Provider", "page", 2, 8, 100_000, 0.5m);

    private static IEnumerable<string> Mistakes(ModelPrice model) => PriceBookRules.Check(Of(model)).Select(e => e.Field);

    private static PriceBook Of(params ModelPrice[] models) =>
        new("test", DateTimeOffset.UnixEpoch, [new("page", "A pricing page", new(2026, 11, 1))], models);
}
