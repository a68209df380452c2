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
        var figures = Forecast(inputHash).Figures();
        var basis = new DecisionBasis(
            Policy.Version, Policy.Hash, ForecastEngine.EngineVersion, inputHash, Canonical.Hash(figures));

        return [new CostsForecast(Revision, Number, Facts, figures, Prices.Version, Prices.Hash, basis)];
    }

    /// <summary>A currency without a rate must not hold a case up: its amounts are left out, and the forecast says so.</summary>
    /// <param name="inputHash">The hash of the facts.</param>
    public Forecast Forecast(string inputHash)
    {
        try
        {
            return ForecastEngine.Forecast(Facts, inputHash, Prices, Policy);
        }
        catch (MissingExchangeRateException missing)
        {
            var withoutMoney = Facts with
            {
                Budget = null,
                Benefit = Facts.Benefit with { HoursPerMonth = null, HourlyRate = null, MonthlyValue = null },
            };
            var forecast = ForecastEngine.Forecast(withoutMoney, inputHash, Prices, Policy);

            return forecast with
            {
                Warnings = [.. forecast.Warnings, new("currency", $"{missing.Message} Until then budget and benefit are left out.")],
            };
        }
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
