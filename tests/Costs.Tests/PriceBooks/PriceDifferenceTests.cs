using CsCheck;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.Costs.Tests.Forecasts;
using Governance.ServiceDefaults;

namespace Governance.Costs.Tests.PriceBooks;

public sealed class PriceDifferenceTests
{
    private static readonly PriceBook Book = Forecasts.Given.Newest.Content;

    [Fact]
    public void A_forecast_the_difference_does_not_concern_comes_out_the_same_under_both_books() =>
        (from changed in Gen.Int[0, Book.Models.Count - 1].List[1, 6]
         from change in Gen.Int[0, 4]
         from named in Gen.Int[-1, Book.Models.Count - 1]
         from domain in Gen.Enum<Domain>()
         from goLive in Gen.Bool
         from mayLeave in Gen.Bool.Nullable()
         select (changed, change, Facts: Forecasts.Given.UseCase with
         {
             Domain = domain,
             TargetGoLive = goLive ? new DateOnly(2027, 3, 1) : null,
             Model = named < 0 ? null : new() { Base = Book.Models[named].Id },
             Data = Forecasts.Given.UseCase.Data with { ThirdPartyTrainingAllowed = mayLeave },
         })).Sample(x =>
        {
            var other = Book with
            {
                EffectiveFrom = Book.EffectiveFrom.AddMonths(5),
                Models = [.. Book.Models.Select((m, i) => x.changed.Contains(i) ? Changed(m, x.change) : m)],
            };

            if (!new PriceDifference(Book, other).Concerns(x.Facts, Forecasts.Given.Policy.Content))
            {
                Figures(x.Facts, other).ShouldBe(Figures(x.Facts, Book));
            }
        }, iter: 300);

    [Fact]
    public void A_new_price_of_the_named_model_concerns_its_forecast_and_one_of_another_does_not()
    {
        var facts = Forecasts.Given.UseCase with { TargetGoLive = new(2027, 3, 1) };
        var rare = Book.Models.First(m => m.Id != facts.Model!.Base && m.Tuning is null && !m.OpenWeights);

        Concerns(facts, facts.Model!.Base!).ShouldBeTrue();
        Concerns(facts, rare.Id).ShouldBeFalse();
        Concerns(facts with { Model = new() { Base = rare.Id } }, rare.Id).ShouldBeTrue();
    }

    [Fact]
    public void Another_publication_of_the_same_prices_concerns_nothing() =>
        new PriceDifference(Book, Book with { Models = [.. Book.Models.Select(m => m with { Source = "another" })] })
            .Concerns(Forecasts.Given.UseCase with { TargetGoLive = new(2027, 3, 1) }, Forecasts.Given.Policy.Content).ShouldBeFalse();

    private static bool Concerns(UseCaseFacts facts, string model) =>
        new PriceDifference(Book, Book with { Models = [.. Book.Models.Select(m => m.Id == model ? Changed(m, 0) : m)] })
            .Concerns(facts, Forecasts.Given.Policy.Content);

    private static ModelPrice Changed(ModelPrice model, int change) => change switch
    {
        0 => model with { Output = 2 * model.Output },
        1 => model with { Changes = [new(new DateOnly(2027, 8, 1), model.Source, 3 * model.Input, model.Output)] },
        2 => model with { Tuning = model.Tuning is { } tuning ? tuning with { Training = 2 * tuning.Training } : null },
        3 => model with { LongPrompt = new(500, 4 * model.Input, model.Output) },
        _ => model with { Source = "another" },
    };

    private static string Figures(UseCaseFacts facts, PriceBook book) =>
        Canonical.Hash(ForecastEngine.Forecast(facts, new Versioned<PriceBook>(book, ""), Forecasts.Given.Policy).Figures());
}
