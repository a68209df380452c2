using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>What the tokens of one request cost, month by month: announced prices count from their day on.</summary>
internal sealed class TokenCosts(UseCaseFacts facts, CostPolicy policy, Notes notes, DateOnly start, int months)
{
    private readonly PromptingCosts costs = policy.Prompting;

    /// <summary>The same for every month where no change of price is announced.</summary>
    public decimal[] PerRequest(ModelPrice model, decimal promptTokens) => InMonths(model, promptTokens, rates => Request(rates, promptTokens));

    /// <summary>Retrieved passages differ from request to request, so no cache holds them.</summary>
    public decimal[] PerRequestWithPassages(ModelPrice model, decimal promptTokens, decimal passages) =>
        InMonths(model, promptTokens + passages, rates => Request(rates, promptTokens) + Fresh(rates, passages));

    public decimal Request(TokenRates rates, decimal promptTokens)
    {
        var output = facts.Volume.OutputTokensPerRequest;
        var online = (promptTokens * PromptPrice(rates)) + (output * rates.Output);

        if (rates is { BatchInput: { } input, BatchOutput: { } batchOutput } && MayWait)
        {
            var share = notes.Use(costs.BatchShare);
            online = ((1 - share) * online) + (share * ((promptTokens * input) + (output * batchOutput)));
        }

        return online / 1_000_000;
    }

    public decimal Fresh(TokenRates rates, decimal tokens)
    {
        var share = rates.BatchInput is not null && MayWait ? notes.Use(costs.BatchShare) : 0;

        return tokens * (((1 - share) * rates.Input) + (share * (rates.BatchInput ?? 0))) / 1_000_000;
    }

    private bool MayWait =>
        facts.LatencyP95Milliseconds is { } latency && latency >= notes.Use(costs.BatchFromLatencyMilliseconds);

    private decimal PromptPrice(TokenRates rates)
    {
        var cached = rates.CachedInput is null ? 0 : notes.Use(costs.CachedShare);
        var written = rates.CacheWrite is null ? 0 : notes.Use(costs.CacheWriteShare);

        return ((1 - cached - written) * rates.Input) + (cached * (rates.CachedInput ?? 0)) + (written * (rates.CacheWrite ?? 0));
    }

    private decimal[] InMonths(ModelPrice model, decimal promptTokens, Func<TokenRates, decimal> cost)
    {
        var amounts = new decimal[months];

        if (model.Changes is null)
        {
            Array.Fill(amounts, cost(model.RatesOn(start, promptTokens)));

            return amounts;
        }

        for (var month = 0; month < months; month++)
        {
            amounts[month] = cost(model.RatesOn(start.AddMonths(month), promptTokens));
        }

        return amounts;
    }
}
