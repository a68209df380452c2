using Governance.Contracts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Costs.Forecasts;

public sealed record ForecastCosts(int Revision, UseCaseFacts Facts, Versioned<PriceBook> Prices, Versioned<CostPolicy> Policy)
{
    /// <summary>Facts older than the latest known revision are out of date and change nothing.</summary>
    public IEnumerable<object> Decide(ForecastFile file)
    {
        if (Revision <= file.Revision)
        {
            return [];
        }

        var forecast = ForecastEngine.Forecast(Facts, Prices, Policy);
        var basis = Basis.Of(Policy, ForecastEngine.EngineVersion, Facts, forecast);

        return [new CostsForecast(Revision, Facts, forecast, Prices.Version, Prices.Hash, basis)];
    }
}

/// <summary>Forecasts as soon as facts are submitted, with the prices in force when they were recorded.</summary>
public sealed class ForecastCostsConsumer(
    Decisions decisions, VersionedData<PriceBook> priceBooks, VersionedData<CostPolicy> policies) :
    IConsumer<UseCaseSubmitted>,
    IConsumer<UseCaseRevised>
{
    public Task Consume(ConsumeContext<UseCaseSubmitted> context) => Forecast(context, context.Message.Facts);

    public Task Consume(ConsumeContext<UseCaseRevised> context) => Forecast(context, context.Message.Facts);

    private Task Forecast<T>(ConsumeContext<T> context, UseCaseFacts facts) where T : class, IGovernanceEvent
    {
        var recordedAt = FactOrigin.ReadFrom(context).RecordedAt;
        var command = new ForecastCosts(
            context.Message.Revision, facts, priceBooks.InForce(recordedAt), policies.InForce(recordedAt));

        return decisions.Consume<ForecastFile, T>(context, context.Message.UseCaseId, command.Decide);
    }
}
