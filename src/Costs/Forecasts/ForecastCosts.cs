using Governance.Contracts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Costs.Forecasts;

public sealed record ForecastCosts(
    int Revision, string Number, UseCaseFacts Facts, Versioned<PriceBook> Prices, Versioned<CostPolicy> Policy)
{
    /// <summary>Facts older than the latest known revision are out of date and change nothing.</summary>
    public IEnumerable<object> Decide(ForecastFile file)
    {
        if (Revision <= file.Revision)
        {
            return [];
        }

        var inputHash = Canonical.Hash(Facts);
        var figures = ForecastEngine.ForecastSubmitted(Facts, inputHash, Prices, Policy).Figures();
        var basis = new DecisionBasis(
            Policy.Version, Policy.Hash, ForecastEngine.EngineVersion, inputHash, Canonical.Hash(figures));

        return [new CostsForecast(Revision, Number, Facts, figures, Prices.Version, Prices.Hash, basis)];
    }
}

/// <summary>Forecasts as soon as facts are submitted, with the prices in force when they were recorded.</summary>
public sealed class ForecastCostsConsumer(
    Decisions decisions, Editions<PriceBook> priceBooks, VersionedData<CostPolicy> policies) :
    IConsumer<UseCaseSubmitted>,
    IConsumer<UseCaseRevised>
{
    public Task Consume(ConsumeContext<UseCaseSubmitted> context) =>
        Forecast(context, context.Message.Number, context.Message.Facts);

    public Task Consume(ConsumeContext<UseCaseRevised> context) =>
        Forecast(context, context.Message.Number, context.Message.Facts);

    private async Task Forecast<T>(ConsumeContext<T> context, string number, UseCaseFacts facts) where T : class, IUseCaseEvent
    {
        var recordedAt = FactOrigin.ReadFrom(context).RecordedAt;
        var prices = (await priceBooks.Current(context.CancellationToken)).InForce(recordedAt);
        var command = new ForecastCosts(context.Message.Revision, number, facts, prices, policies.InForce(recordedAt));

        await decisions.Consume<ForecastFile, T>(context, context.Message.UseCaseId, command.Decide);
    }
}
