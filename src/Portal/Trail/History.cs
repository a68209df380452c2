using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Portal.Services;

namespace Governance.Portal.Trail;

/// <summary>A case as its facts up to one moment tell it.</summary>
internal sealed record CaseThen(string? Number, int Revision, string Stage, JsonObject Facts, JsonObject? Assessment, JsonObject? Forecast, JsonObject? Review, IReadOnlyList<string> SignOffs)
{
    private static readonly CaseThen Nothing = new(null, 0, "", [], null, null, null, []);

    public static CaseThen After(IEnumerable<FactView> facts) => facts.Aggregate(Nothing, (then, fact) => then.With(fact));

    /// <summary>What was known of it as one document, so that two moments can be compared.</summary>
    public JsonObject AsDocument() => new()
    {
        ["stage"] = Stage,
        ["revision"] = Revision,
        ["facts"] = Facts.DeepClone(),
        ["recommendation"] = Assessment?["recommendation"]?.DeepClone(),
        ["confidence"] = Assessment?["confidence"]?.DeepClone(),
        ["riskTier"] = Review?["tier"]?.DeepClone(),
        ["signOffs"] = new JsonArray([.. SignOffs.Select(queue => (JsonNode)JsonValue.Create(queue))]),
        ["cost"] = new JsonObject(from variant in (Forecast?["strategies"] as JsonArray ?? []).OfType<JsonObject>()
                                  group variant by variant["strategy"]?.GetValue<string>() ?? "" into strategy
                                  select KeyValuePair.Create(strategy.Key, strategy.First()["total"]?.DeepClone())),
    };

    /// <summary>A later revision takes the results of the earlier one away; a sign-off stays until a review of other facts is opened.</summary>
    private CaseThen With(FactView fact)
    {
        var data = JsonObject.Create(fact.Data.Clone())!;

        if (fact.Revision < Revision)
        {
            return this;
        }

        return fact.Name switch
        {
            "use-case-submitted" or "use-case-revised" => this with
            {
                Number = data["number"]?.GetValue<string>(),
                Revision = fact.Revision ?? Revision,
                Stage = "submitted",
                Facts = data["facts"] as JsonObject ?? [],
                Assessment = null,
                Forecast = null,
            },
            "data-readiness-assessed" => this with { Stage = Stage is "submitted" ? "assessing" : Stage },
            "cost-forecast" => this with { Forecast = data },
            "strategy-recommended" => this with { Assessment = data["assessment"] as JsonObject },
            "review-opened" => this with
            {
                Stage = "in-review",
                SignOffs = Hash(data) == Hash(Review) ? SignOffs : [],
                Review = data,
            },
            "sign-off-recorded" => this with { SignOffs = [.. SignOffs, data["queue"]?.GetValue<string>() ?? ""] },
            "changes-requested" => this with { Stage = "changes-requested" },
            "use-case-approved" => this with { Stage = "approved" },
            "use-case-rejected" => this with { Stage = "rejected" },
            "use-case-withdrawn" => this with { Stage = "withdrawn" },
            _ => this,
        };
    }

    private static string? Hash(JsonObject? review) => review?["factsHash"]?.GetValue<string>();
}
