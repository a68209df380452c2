using Governance.Contracts;
using Governance.Costs.PriceBooks;

namespace Governance.Costs.Forecasts;

/// <summary>
/// What retrieval adds to a strategy: building and keeping an index and searching it, which is the same for all, and carrying what
/// it finds, which depends on the models.
/// </summary>
internal sealed class RetrievalLines
{
    private readonly UseCaseFacts facts;
    private readonly RetrievalCosts costs;
    private readonly Notes notes;
    private readonly LineWriter write;
    private readonly TokenCosts tokens;
    private readonly TuningLines tuning;
    private readonly decimal[] volume;
    private readonly decimal[] promptedPassagesInMonth;
    private readonly CostLine[] shared;

    public RetrievalLines(
        UseCaseFacts facts,
        CostPolicy policy,
        Notes notes,
        LineWriter write,
        TokenCosts tokens,
        TuningLines tuning,
        ModelPrice prompted,
        decimal[] volume)
    {
        (this.facts, this.notes, this.write, this.tokens, this.tuning, this.volume) = (facts, notes, write, tokens, tuning, volume);
        costs = policy.Retrieval;

        var prompt = facts.Volume.PromptTokensPerRequest;
        var plain = tokens.PerRequest(prompted, prompt);
        var longer = tokens.PerRequestWithPassages(prompted, prompt, notes.Use(costs.ContextTokens));
        promptedPassagesInMonth = new decimal[volume.Length];

        for (var month = 0; month < volume.Length; month++)
        {
            promptedPassagesInMonth[month] = volume[month] * (longer[month] - plain[month]);
        }

        shared = Index(policy.Prompting);
    }

    public IEnumerable<CostLine> Lines(TunedModelPrice? model, decimal tuned) => [.. shared, Context(model, tuned)];

    private CostLine[] Index(PromptingCosts labour)
    {
        var hour = notes.Use(labour.HourlyRate);
        var embedding = notes.Use(costs.EmbeddingPerMillionTokens) / 1_000_000;
        var corpus = notes.Use(costs.CorpusTokens) * embedding;
        var build = notes.Use(costs.BuildDays) * notes.Use(labour.HoursPerDay) * hour;
        var refresh = RefreshesPerMonth() * notes.Use(costs.RefreshedShare) * corpus;
        var query = (notes.Use(costs.PerThousandQueries) / 1_000) + (notes.Use(costs.QueryTokens) * embedding);

        return
        [
            write.Upfront("retrieval-build", "Building the index and evaluating what it finds", build + corpus),
            write.Steady("retrieval-index", "Hosting the index", notes.Use(costs.IndexPerMonth)),
            write.Steady("retrieval-refresh", "Keeping the index current", refresh),
            write.Share("retrieval-queries", "Searching the index", volume, query),
            write.Steady("retrieval-upkeep", "Keeping sources and relevance in order", notes.Use(costs.UpkeepHoursPerMonth) * hour),
        ];
    }

    private decimal RefreshesPerMonth() => notes.Use(
        facts.KnowledgeFreshness is { } freshness && costs.RefreshesPerMonth.TryGetValue(freshness, out var refreshes)
            ? refreshes
            : costs.DefaultRefreshesPerMonth);

    /// <summary>Tokens where they are charged, further replicas where the model is hosted.</summary>
    private CostLine Context(TunedModelPrice? model, decimal tuned)
    {
        const string id = "retrieval-context";
        const string name = "Retrieved passages in every request";

        if (model is null)
        {
            return write.Share(id, name, promptedPassagesInMonth, 1);
        }

        var passages = notes.Use(costs.ContextTokens);

        if (model.Hosting is { } hosting)
        {
            var request = tuning.PromptTokens + facts.Volume.OutputTokensPerRequest;

            return write.Monthly(id, name, month => ((1 - tuned) * promptedPassagesInMonth[month])
                + tuning.Hosting(hosting, tuned * volume[month], request + passages)
                - tuning.Hosting(hosting, tuned * volume[month], request));
        }

        var ofTuned = tuned * tokens.Fresh(model.Price.Tuning!.Rates, passages);

        return write.Monthly(id, name, month => ((1 - tuned) * promptedPassagesInMonth[month]) + (volume[month] * ofTuned));
    }
}
