using Governance.Contracts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Costs.Forecasts;

/// <summary>The forecast of a profile nobody has submitted, under the price book in force or any other, drafts included.</summary>
public sealed record WhatIf(UseCaseFacts Facts, string? PriceBook = null)
{
    /// <summary>Nothing is recorded. What a submission gets by with, an unknown model or currency, is refused: there is somebody to ask.</summary>
    public static async Task<Ok<ForecastView>> Handle(
        HttpRequest request, Editions<PriceBook> priceBooks, VersionedData<CostPolicy> policies, TimeProvider clock, CancellationToken ct)
    {
        var question = await request.Read<WhatIf>();
        FactRules.Require(question.Facts, below: "facts");

        var now = clock.GetUtcNow();
        var prices = question.PriceBook is { } version ? await priceBooks.Find(version, ct) : (await priceBooks.Current(ct)).InForce(now);
        var policy = policies.InForce(now);
        var inputHash = Canonical.Hash(question.Facts);
        var forecast = question.Forecast(inputHash, prices, policy);
        var basis = new DecisionBasis(
            policy.Version, policy.Hash, ForecastEngine.EngineVersion, inputHash, Canonical.Hash(forecast.Figures()));

        return TypedResults.Ok(ForecastView.Of(forecast, question.Facts.Benefit, prices.Version, prices.Hash, basis));
    }

    /// <exception cref="InvalidRequestException">The facts name what no forecast can be made from.</exception>
    private Forecast Forecast(string inputHash, Versioned<PriceBook> prices, Versioned<CostPolicy> policy)
    {
        if (Facts.Model?.Base is { } model && prices.Content.Find(model) is null)
        {
            throw new InvalidRequestException("facts.model.base", $"is not in price book {prices.Version}; name one of its models, or none.");
        }

        try
        {
            return ForecastEngine.Forecast(Facts, inputHash, prices, policy);
        }
        catch (ForecastRefusedException refused)
        {
            throw new InvalidRequestException($"facts.{refused.Field}", refused.Reason);
        }
    }
}
