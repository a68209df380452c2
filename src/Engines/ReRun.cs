using System.Text.Json;
using System.Text.Json.Serialization;
using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;

namespace Governance.Engines;

/// <summary>
/// Makes recorded decisions again from what was recorded, as JSON, and from nothing else: no service, clock or database. A basis that
/// equals the recorded one proves the decision; where it differs, the member that differs names what was changed.
/// </summary>
/// <exception cref="UnknownEngineException">This build does not have the engine.</exception>
/// <exception cref="JsonException">The input or the policy is not what the engine decides on.</exception>
public static class ReRun
{
    /// <summary>What was recorded may have come over the bus, which writes numbers with fractions as strings.</summary>
    private static readonly JsonSerializerOptions Recorded = new(Json.Tolerant)
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    /// <param name="engineVersion">That of the recorded basis.</param>
    /// <param name="facts">The <see cref="UseCaseFacts"/> as submitted.</param>
    /// <param name="policy">The <see cref="ReadinessPolicy"/> of the recorded version.</param>
    public static MadeAgain Readiness(string engineVersion, string facts, string policy)
    {
        var decide = ReadinessEngine.Versions.Of(engineVersion);
        var (input, versioned) = (Read<UseCaseFacts>(facts), VersionedData.Parse<ReadinessPolicy>(policy));

        return MadeAgain.Of(versioned, engineVersion, input, decide(input, versioned));
    }

    /// <param name="engineVersion">That of the recorded basis.</param>
    /// <param name="facts">The <see cref="UseCaseFacts"/> as submitted.</param>
    /// <param name="priceBook">The <see cref="PriceBook"/> of the recorded version.</param>
    /// <param name="policy">The <see cref="CostPolicy"/> of the recorded version.</param>
    /// <param name="inputHash">The recorded one, where texts of the facts are gone: what is drawn is drawn from it.</param>
    public static MadeAgain Forecast(string engineVersion, string facts, string priceBook, string policy, string? inputHash = null)
    {
        var decide = ForecastEngine.Versions.Of(engineVersion);
        var (input, versioned) = (Read<UseCaseFacts>(facts), VersionedData.Parse<CostPolicy>(policy));
        var prices = VersionedData.Parse<PriceBook>(priceBook);
        var figures = decide(input, inputHash ?? Canonical.Hash(input), prices, versioned).Figures();

        return MadeAgain.Of(versioned, engineVersion, input, figures) with { PriceBookHash = prices.Hash };
    }

    /// <param name="engineVersion">That of the recorded basis.</param>
    /// <param name="input">The <see cref="AssessmentInput"/>: facts, readiness and costs of one revision.</param>
    /// <param name="policy">The <see cref="StrategyPolicy"/> of the recorded version.</param>
    public static MadeAgain Strategy(string engineVersion, string input, string policy)
    {
        var decide = StrategyEngine.Versions.Of(engineVersion);
        var (read, versioned) = (Read<AssessmentInput>(input), VersionedData.Parse<StrategyPolicy>(policy));

        return MadeAgain.Of(versioned, engineVersion, read, decide(read, versioned, null));
    }

    /// <param name="engineVersion">That of the recorded basis.</param>
    /// <param name="input">The <see cref="ReviewedFacts"/>: facts and recommendation of one revision.</param>
    /// <param name="pack">The <see cref="PolicyPack"/> of the recorded version.</param>
    public static MadeAgain Classification(string engineVersion, string input, string pack)
    {
        var decide = Governance.Compliance.Reviews.Classification.Versions.Of(engineVersion);
        var (read, versioned) = (Read<ReviewedFacts>(input), VersionedData.Parse<PolicyPack>(pack));

        return MadeAgain.Of(versioned, engineVersion, read, decide(read.Facts, read.Assessment, versioned)) with
        {
            MaterialHash = MaterialFacts.Hash(read.Facts, read.Assessment, versioned),
        };
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Recorded) ?? throw new JsonException("There is nothing to decide on.");
}

/// <summary>The result in canonical JSON with what it rests on.</summary>
/// <param name="PriceBookHash">Of a forecast.</param>
/// <param name="MaterialHash">Of the facts that every sign-off of a review is given on.</param>
public sealed record MadeAgain(string Result, DecisionBasis Basis, string? PriceBookHash = null, string? MaterialHash = null)
{
    internal static MadeAgain Of<TPolicy, TInput, TResult>(Versioned<TPolicy> policy, string engineVersion, TInput input, TResult result)
        where TPolicy : IVersionedData =>
        new(
            Canonical.Write(JsonSerializer.SerializeToNode(result, Json.Options)),
            ServiceDefaults.Basis.Of(policy, engineVersion, input, result));
}
