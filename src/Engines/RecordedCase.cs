using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;

namespace Governance.Engines;

/// <summary>A published fact as it was recorded.</summary>
/// <param name="IsErased">
/// Whether a personal value of it is gone, and something else stands in its place: then what was decided on it has another input hash.
/// </param>
public sealed record RecordedDecision(Guid EventId, string Contract, int Revision, JsonElement Data, bool IsErased)
{
    /// <summary>What stands in the place of an erased value wherever a decision is made again, since a strategy may read it.</summary>
    public const string InsteadOfErased = "erased";
}

public enum ReRunOutcome
{
    /// <summary>The same policy, input and result, byte for byte.</summary>
    Same,

    /// <summary>Something differs from what was recorded.</summary>
    Differs,

    /// <summary>The same policy and result, byte for byte, though texts of the input were erased, so that its hash cannot be made again.</summary>
    SameWithoutTexts,

    /// <summary>A text it was decided on was erased, and without it the decision cannot be made again.</summary>
    InputErased,

    /// <summary>A fact it was decided on is not there.</summary>
    InputMissing,

    /// <summary>A policy, price book, policy pack or calendar of the recorded hash is not there.</summary>
    PolicyMissing,

    /// <summary>This build does not have the engine.</summary>
    EngineMissing,
}

public sealed record ReRunResult(Guid EventId, string Contract, int Revision, ReRunOutcome Outcome, string? Detail);

/// <summary>Makes all automated decisions of one case again from the facts alone, as they stand in the ledger.</summary>
public static class RecordedCase
{
    private const string SubmittedFact = "governance.use-case-submitted.v1";
    private const string RevisedFact = "governance.use-case-revised.v1";
    private const string ReadinessFact = "governance.data-readiness-assessed.v1";
    private const string ForecastFact = "governance.cost-forecast.v1";
    private const string RecommendedFact = "governance.strategy-recommended.v1";
    private const string OpenedFact = "governance.review-opened.v1";

    /// <summary>The contracts that are automated decisions this library can make again.</summary>
    public static readonly IReadOnlyList<string> Decisions = [ReadinessFact, ForecastFact, RecommendedFact, OpenedFact];

    private static readonly JsonSerializerOptions Recorded = new(Json.Tolerant) { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    /// <param name="facts">The facts of the case in any order.</param>
    /// <param name="contents">The policy or price book with a content hash, as JSON, or null.</param>
    public static IEnumerable<ReRunResult> MakeAgain(IReadOnlyList<RecordedDecision> facts, Func<string, string?> contents)
    {
        foreach (var decision in facts.Where(fact => Decisions.Contains(fact.Contract)))
        {
            var (outcome, detail) = Outcome(decision, facts, contents);

            yield return new(decision.EventId, decision.Contract, decision.Revision, outcome, detail);
        }
    }

    private static (ReRunOutcome Outcome, string? Detail) Outcome(
        RecordedDecision decision, IReadOnlyList<RecordedDecision> facts, Func<string, string?> contents)
    {
        try
        {
            var basis = Member<DecisionBasis>(decision.Data, "basis");
            var policy = contents(basis.PolicyHash);
            var declared = facts.FirstOrDefault(fact => fact.Contract is SubmittedFact or RevisedFact && fact.Revision == decision.Revision);

            if (policy is null)
            {
                return (ReRunOutcome.PolicyMissing, $"{basis.PolicyVersion} with hash {basis.PolicyHash}");
            }

            if (declared is null)
            {
                return (ReRunOutcome.InputMissing, $"the submission of revision {decision.Revision}");
            }

            var input = declared.Data.GetProperty("facts").GetRawText();
            var isErased = declared.IsErased || decision.IsErased;
            var (outcome, detail) = decision.Contract switch
            {
                ReadinessFact => Compare(basis, ReRun.Readiness(basis.EngineVersion, input, policy), ResultHash<Readiness>(decision, "readiness"), isErased),
                ForecastFact => AgainForecast(decision, basis, input, policy, contents, isErased),
                RecommendedFact => AgainStrategy(decision, basis, facts, policy, isErased),
                _ => AgainClassification(decision, basis, facts, policy, contents, isErased),
            };

            // The strategy depends on words of the texts, and a pack may; readiness and forecast depend on none.
            return isErased && decision.Contract is (RecommendedFact or OpenedFact) && outcome is ReRunOutcome.Differs ? (ReRunOutcome.InputErased, null) : (outcome, detail);
        }
        catch (UnknownEngineException e)
        {
            return (ReRunOutcome.EngineMissing, e.Message);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException or NotReproducibleException)
        {
            return (ReRunOutcome.Differs, e.Message);
        }
    }

    private static (ReRunOutcome Outcome, string? Detail) AgainForecast(
        RecordedDecision decision, DecisionBasis basis, string input, string policy, Func<string, string?> contents, bool isErased)
    {
        var hash = decision.Data.GetProperty("priceBookHash").GetString()!;

        return contents(hash) is { } prices
            ? Compare(basis, ReRun.Forecast(basis.EngineVersion, input, prices, policy, isErased ? basis.InputHash : null), recordedResult: null, isErased)
            : (ReRunOutcome.PolicyMissing, $"price book {decision.Data.GetProperty("priceBookVersion").GetString()} with hash {hash}");
    }

    private static (ReRunOutcome Outcome, string? Detail) AgainStrategy(
        RecordedDecision decision, DecisionBasis basis, IReadOnlyList<RecordedDecision> facts, string policy, bool isErased)
    {
        var readiness = facts.FirstOrDefault(fact => fact.Contract is ReadinessFact && fact.Revision == decision.Revision);
        var forecast = facts.FirstOrDefault(fact => fact.Contract is ForecastFact && fact.Revision == decision.Revision);

        if (readiness is null || forecast is null)
        {
            return (ReRunOutcome.InputMissing, readiness is null ? "the readiness" : "the forecast");
        }

        var input = new AssessmentInput(
            Member<UseCaseFacts>(decision.Data, "facts"),
            Member<Readiness>(readiness.Data, "readiness"),
            CostOutlook.From(forecast.Data.Deserialize<CostForecast>(Recorded)!));

        return Compare(
            basis,
            ReRun.Strategy(basis.EngineVersion, JsonSerializer.Serialize(input, Json.Options), policy),
            isErased ? null : ResultHash<StrategyAssessment>(decision, "assessment"),
            isErased);
    }

    /// <summary>A renewal is classified on the facts and the recommendation of the revision it renews.</summary>
    private static (ReRunOutcome Outcome, string? Detail) AgainClassification(
        RecordedDecision decision, DecisionBasis basis, IReadOnlyList<RecordedDecision> facts, string pack, Func<string, string?> contents,
        bool isErased)
    {
        var recommended = facts.FirstOrDefault(fact => fact.Contract is RecommendedFact && fact.Revision == decision.Revision);

        if (recommended is null)
        {
            return (ReRunOutcome.InputMissing, "the recommendation");
        }

        var input = new ReviewedFacts(
            Member<UseCaseFacts>(recommended.Data, "facts"), RecommendedStrategy.Of(Member<StrategyAssessment>(recommended.Data, "assessment")));
        var again = ReRun.Classification(basis.EngineVersion, JsonSerializer.Serialize(input, Json.Options), pack);
        var opened = decision.Data.Deserialize<ReviewOpened>(Recorded)!;

        if (opened.CalendarHash is { } calendar && contents(calendar) is null)
        {
            return (ReRunOutcome.PolicyMissing, $"calendar {opened.CalendarId} with hash {calendar}");
        }

        var compared = Compare(basis, again, recordedResult: null, isErased || recommended.IsErased);

        return compared.Outcome is (ReRunOutcome.Same or ReRunOutcome.SameWithoutTexts) && (Published(opened) != Published(again) || opened.FactsHash != again.MaterialHash)
            ? (ReRunOutcome.Differs, "the published result")
            : compared;
    }

    /// <summary>As much of a classification as a review is opened with in public.</summary>
    private static string Published(ReviewOpened opened) => Canonical.Hash(new
    {
        tier = opened.Tier,
        obligations = opened.Obligations,
        signOffs = opened.RequiredSignOffs.Select(r => new { id = r.Id, anyOf = r.AnyOf, quorum = r.Quorum, stage = r.Stage, reason = r.Reason }),
    });

    private static string Published(MadeAgain classified)
    {
        var result = JsonSerializer.Deserialize<JsonNode>(classified.Result)!;

        return Canonical.Hash(new JsonObject
        {
            ["tier"] = result["tier"]!.DeepClone(),
            ["obligations"] = result["obligations"]!.DeepClone(),
            ["signOffs"] = new JsonArray(
            [
                .. result["signOffs"]!.AsArray().Select(r => new JsonObject(
                    r!.AsObject().Where(member => member.Key is not "dueHours").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())))),
            ]),
        });
    }

    /// <param name="recordedResult">The hash of the result that was published, where it was published in full.</param>
    private static (ReRunOutcome Outcome, string? Detail) Compare(DecisionBasis recorded, MadeAgain again, string? recordedResult, bool isErased) => (recorded, again.Basis) switch
    {
        var (r, a) when r.PolicyHash != a.PolicyHash => (ReRunOutcome.Differs, "the policy"),
        var (r, a) when !isErased && r.InputHash != a.InputHash => (ReRunOutcome.Differs, "the input"),
        var (r, a) when r.ResultHash != a.ResultHash => (ReRunOutcome.Differs, "the result"),
        _ when recordedResult is not null && recordedResult != recorded.ResultHash => (ReRunOutcome.Differs, "the published result"),
        _ => (isErased ? ReRunOutcome.SameWithoutTexts : ReRunOutcome.Same, null),
    };

    private static string ResultHash<T>(RecordedDecision decision, string member) => Canonical.Hash(Member<T>(decision.Data, member));

    private static T Member<T>(JsonElement data, string name) =>
        data.GetProperty(name).Deserialize<T>(Recorded) ?? throw new JsonException($"{name} is missing.");
}
