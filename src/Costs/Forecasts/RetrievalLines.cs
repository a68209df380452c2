using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>What retrieval adds to a strategy: building and keeping an index, searching it, and carrying what it finds.</summary>
internal sealed class RetrievalLines(
    UseCaseFacts facts,
    CostPolicy policy,
    Notes notes,
    LineWriter write,
    TokenCosts tokens,
    TuningLines tuning,
    ModelPrice prompted,
    decimal[] volume)
{
    private readonly RetrievalCosts costs = policy.Retrieval;

    public IEnumerable<CostLine> Lines(TunedModelPrice? model, decimal tuned)
    {
        var hour = notes.Use(policy.Prompting.HourlyRate);
        var embedding = notes.Use(costs.EmbeddingPerMillionTokens) / 1_000_000;
        var corpus = notes.Use(costs.CorpusTokens) * embedding;
        var build = notes.Use(costs.BuildDays) * notes.Use(policy.Prompting.HoursPerDay) * hour;
        yield return write.Upfront("retrieval-build", "Building the index and evaluating what it finds", build + corpus);

        var index = notes.Use(costs.IndexPerMonth);
        yield return write.Steady("retrieval-index", "Hosting the index", index);

        var refresh = RefreshesPerMonth() * notes.Use(costs.RefreshedShare) * corpus;
        yield return write.Steady("retrieval-refresh", "Keeping the index current", refresh);

        var query = (notes.Use(costs.PerThousandQueries) / 1_000) + (notes.Use(costs.QueryTokens) * embedding);
        yield return write.Monthly("retrieval-queries", "Searching the index", month => volume[month] * query);

        var carried = Context(model, tuned);
        yield return write.Monthly("retrieval-context", "Retrieved passages in every request", month => carried(month));

        var upkeep = notes.Use(costs.UpkeepHoursPerMonth) * hour;
        yield return write.Steady("retrieval-upkeep", "Keeping sources and relevance in order", upkeep);
    }

    private decimal RefreshesPerMonth() => notes.Use(
        facts.KnowledgeFreshness is { } freshness && costs.RefreshesPerMonth.TryGetValue(freshness, out var refreshes)
            ? refreshes
            : costs.DefaultRefreshesPerMonth);

    /// <summary>Tokens where they are charged, further replicas where the model is hosted.</summary>
    private Func<int, decimal> Context(TunedModelPrice? model, decimal tuned)
    {
        var passages = notes.Use(costs.ContextTokens);
        var prompt = facts.Volume.PromptTokensPerRequest;
        var plain = tokens.PerRequest(prompted, prompt);
        var longer = tokens.PerRequestWithPassages(prompted, prompt, passages);
        decimal OfPrompted(int month) => (1 - tuned) * volume[month] * (longer[month] - plain[month]);

        if (model is null)
        {
            return OfPrompted;
        }

        if (model.Hosting is { } hosting)
        {
            var request = tuning.PromptTokens + facts.Volume.OutputTokensPerRequest;

            return month => OfPrompted(month)
                + tuning.Hosting(hosting, tuned * volume[month], request + passages)
                - tuning.Hosting(hosting, tuned * volume[month], request);
        }

        var ofTuned = tokens.Fresh(model.Price.Tuning!.Rates, passages);

        return month => OfPrompted(month) + (tuned * volume[month] * ofTuned);
    }
}
