using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Portal.Trail;

/// <summary>A case as it was known at one moment; what was not known yet is null.</summary>
internal sealed record CaseThen(
    string? Number,
    int Revision,
    string Stage,
    JsonObject? Declared,
    JsonObject? Forecast,
    JsonObject? Recommendation,
    JsonObject? Review,
    IReadOnlyList<JsonObject> SignOffs)
{
    public string? Strategy => Recommendation?["assessment"]?["recommendation"]?.GetValue<string>();

    public string? Tier => Review?["tier"]?.GetValue<string>();

    public IEnumerable<string> Queues => SignOffs.Select(given => given["queue"]?.GetValue<string>() ?? "");

    /// <summary>What people compare two moments by.</summary>
    public JsonObject AsDocument() => new()
    {
        ["stage"] = Stage,
        ["revision"] = Revision,
        ["declared"] = Declared?.DeepClone(),
        ["recommendation"] = Strategy,
        ["confidence"] = Recommendation?["assessment"]?["confidence"]?.DeepClone(),
        ["riskTier"] = Tier,
        ["signOffs"] = new JsonArray([.. Queues.Select(queue => (JsonNode)JsonValue.Create(queue))]),
        ["cost"] = new JsonObject(from variant in (Forecast?["strategies"] as JsonArray ?? []).OfType<JsonObject>()
                                  group variant by variant["strategy"]?.GetValue<string>() ?? "" into strategy
                                  select KeyValuePair.Create(strategy.Key, strategy.First()["total"]?.DeepClone())),
    };
}

/// <summary>What came of making recorded decisions again, from the lines the audit service answers with.</summary>
internal sealed record ReRun(long Decisions, IReadOnlyList<string> Findings)
{
    public static ReRun Read(string lines)
    {
        var decisions = 0L;
        List<string> findings = [];

        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            using var said = JsonDocument.Parse(line);

            if (said.RootElement.TryGetProperty("finding", out var finding))
            {
                findings.Add($"{finding.GetProperty("contract").GetString()}, revision {finding.GetProperty("revision").GetInt32()}: {finding.GetProperty("outcome").GetString()}. {(finding.TryGetProperty("detail", out var detail) ? detail.ToString() : "")}");
            }
            else if (said.RootElement.TryGetProperty("summary", out var summary))
            {
                decisions = summary.GetProperty("decisions").GetInt64();
            }
        }

        return new(decisions, findings);
    }
}

/// <summary>How the ledger is, as the audit service says.</summary>
internal sealed record LedgerView(string Origin, long Size, long Pending, decimal LagSeconds, string? Refusal, bool IsVerifying, LedgerReport? LastVerification);

internal sealed record LedgerReport(DateTimeOffset EndedAt, long Leaves, long Checkpoints, string Root, IReadOnlyList<JsonElement> Findings);
