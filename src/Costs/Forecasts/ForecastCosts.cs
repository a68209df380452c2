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

        var forecast = Forecast();
        var basis = Basis.Of(Policy, ForecastEngine.EngineVersion, Facts, forecast);

        return [new CostsForecast(Revision, Facts, forecast, Prices.Version, Prices.Hash, basis)];
    }

    /// <summary>A currency without a rate must not hold a case up: its amounts are left out, and the forecast says so.</summary>
    private Forecast Forecast()
    {
        try
        {
            return ForecastEngine.Forecast(Facts, Prices, Policy);
        }
        catch (MissingExchangeRateException missing)
        {
            var withoutMoney = Facts with
            {
                Budget = null,
                Benefit = Facts.Benefit with { HoursPerMonth = null, HourlyRate = null, MonthlyValue = null },
            };
            var forecast = ForecastEngine.Forecast(withoutMoney, Prices, Policy);

            return forecast with
            {
                Warnings = [.. forecast.Warnings, new("currency", $"{missing.Message} Until then budget and benefit are left out.")],
            };
        }
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

    private Task Forecast<T>(ConsumeContext<T> context, UseCaseFacts facts) where T : class, IUseCaseEvent
    {
        var recordedAt = FactOrigin.ReadFrom(context).RecordedAt;
        var command = new ForecastCosts(
            context.Message.Revision, facts, priceBooks.InForce(recordedAt), policies.InForce(recordedAt));

        return decisions.Consume<ForecastFile, T>(context, context.Message.UseCaseId, command.Decide);
    }
}
