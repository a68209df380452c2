using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Portal.Shell;
using Governance.ServiceDefaults;
using Microsoft.Extensions.Localization;

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

    /// <summary>What people compare two moments by, in their words; what was declared keeps the names of the submission.</summary>
    public JsonObject AsDocument(IStringLocalizer<Texts> texts)
    {
        var document = new JsonObject
        {
            [texts["Stage"]] = texts.Of("Stage", Stage),
            [texts["Revision"]] = Revision,
            [texts["Recommendation"]] = Strategy is { } strategy ? texts.Of("StrategyKind", strategy) : null,
            [texts["Confidence"]] = Amount(Recommendation?["assessment"]?["confidence"]) is { } confidence ? Show.Percent(confidence * 100) : null,
            [texts["Risk"]] = Tier is { } tier ? texts.Of("RiskTier", tier) : null,
            [texts["Sign-offs"]] = Queues.Any() ? string.Join(", ", Queues.Select(queue => texts.Of("ReviewQueue", queue))) : null,
        };

        foreach (var variant in (Forecast?["strategies"] as JsonArray ?? []).OfType<JsonObject>())
        {
            document.TryAdd(
                $"{texts["Cost"]}: {texts.Of("StrategyKind", variant["strategy"]?.GetValue<string>() ?? "")}",
                Show.Money(Amount(variant["total"]), Forecast?["currency"]?.GetValue<string>() ?? ""));
        }

        foreach (var (name, answer) in Declared ?? [])
        {
            document.TryAdd(name, answer?.DeepClone());
        }

        return document;
    }

    private static decimal? Amount(JsonNode? value) =>
        decimal.TryParse(value?.ToString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What comes of making recorded decisions again, line by line as the audit service answers.</summary>
internal sealed class ReRun
{
    public long Cases { get; private set; }

    public long OfCases { get; private set; }

    public long Decisions { get; private set; }

    public List<ReRunMistake> Mistakes { get; } = [];

    /// <summary>Decisions that came out the same although texts of what they were made on have been erased.</summary>
    public long WithoutTexts { get; private set; }

    /// <summary>Decisions that depended on an erased text, and so are not made again.</summary>
    public long InputErased { get; private set; }

    public long Made => Decisions - InputErased;

    /// <summary>Automated decisions that are not made again, by contract.</summary>
    public IReadOnlyDictionary<string, long> NotCovered { get; private set; } = new Dictionary<string, long>();

    public bool IsComplete { get; private set; }

    public void Take(string line)
    {
        using var said = JsonDocument.Parse(line);

        foreach (var part in said.RootElement.EnumerateObject())
        {
            switch (part.Name)
            {
                case "progress":
                    (Cases, OfCases, Decisions) = (Number(part.Value, "cases"), Number(part.Value, "ofCases"), Number(part.Value, "decisions"));
                    break;
                case "finding":
                    Take(part.Value.Deserialize<ReRunMistake>(Json.Tolerant)!);
                    break;
                case "summary":
                    (Cases, OfCases, Decisions) = (Number(part.Value, "cases"), Number(part.Value, "cases"), Number(part.Value, "decisions"));
                    NotCovered = part.Value.GetProperty("notCovered").EnumerateObject().ToDictionary(contract => contract.Name, contract => contract.Value.GetInt64());
                    IsComplete = true;
                    break;
            }
        }
    }

    private void Take(ReRunMistake finding)
    {
        switch (finding.Outcome)
        {
            case "same-without-texts":
                WithoutTexts++;
                break;
            case "input-erased":
                InputErased++;
                break;
            default:
                Mistakes.Add(finding);
                break;
        }
    }

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();
}

/// <summary>A decision that did not come out as recorded.</summary>
internal sealed record ReRunMistake(Guid UseCaseId, string Contract, int Revision, string Outcome, JsonElement? Detail = null);

/// <summary>How the ledger is, as the audit service says.</summary>
internal sealed record LedgerView(
    string Origin, long Size, long Pending, decimal LagSeconds, string? Refusal, bool IsVerifying, LedgerReport? LastVerification, IReadOnlyList<AnchorView>? Anchors = null);

internal sealed record LedgerReport(
    DateTimeOffset EndedAt, long Leaves, long Checkpoints, string Root, IReadOnlyList<LedgerFinding> Findings, ClockReport? Clocks = null);

/// <summary>Where the clocks of services, databases and Audit contradict one another.</summary>
internal sealed record ClockReport(long Number, IReadOnlyList<ClockWarning> First);

internal sealed record ClockWarning(string Code, long Position, string Message);

internal sealed record LedgerFinding(string Code, long? Position, string Message);

/// <summary>Where checkpoints are kept out of reach of the database's owner.</summary>
internal sealed record AnchorView(string Anchor, long Size, DateTimeOffset? At, string? Problem);

/// <summary>How far a service has compared what it shows with its events, and what differs.</summary>
internal sealed record ReadModelReport(string Service, long Streams, IReadOnlyList<ReadModelDifference> Differing, bool IsDone, string? Problem);

internal sealed record ReadModelDifference(string Table, Guid Stream, string Message);

/// <summary>What one service says it published against what the ledger holds.</summary>
internal sealed record OriginView(
    string Service, long Streams, long Published, long Recorded, IReadOnlyList<IncompleteView> Missing, IReadOnlyList<IncompleteView> Surplus, string? Problem);

internal sealed record IncompleteView(string Message);

/// <summary>The certificate of the separation of duties over a period.</summary>
internal sealed record CertificateView(
    DateTimeOffset From, DateTimeOffset To, DateTimeOffset IssuedAt, int Cases, int Rulings, IReadOnlyList<RulingView> Breaches, string RulingsHash);

internal sealed record RulingView(Guid UseCaseId, string Kind, string Queue, string By, string? OnBehalfOf, string? Role, DateTimeOffset At, string? Breach);
