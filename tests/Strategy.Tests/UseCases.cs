using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Testing;

namespace Governance.Strategy.Tests;

/// <summary>Use cases of every kind for properties that hold for all of them.</summary>
internal static class UseCases
{
    private static readonly Gen<bool?> Flag = Gen.Int[0, 4].Select(n => n is 0 ? (bool?)null : n % 2 is 0);

    public static Gen<CostOutlook> Costs { get; } = Gen.Int[0, 60].Select(month =>
        month is 0
            ? Engine.NeverPays
            : Engine.PaysBack with { BreakEven = new(month * 1_000, month, month <= 36, "") });

    public static Gen<UseCaseFacts> Any { get; } =
        from risk in Gen.Select(Some<Level>(), Flag, Flag, Some<HumanReview>(), Some<ChangeRate>())
        from stage in Gen.Select(Some<Lifecycle>(), Some<PrimaryOutcome>(), Flag, Flag, Flag)
        from task in Gen.Select(Some<TaskShape>(), Some<TaskKind>(), Gen.Int[0, 8], Flag, Flag)
        from volume in Gen.Select(Gen.Int[0, 5_000_000], Gen.Int[0, 1], Gen.Int[0, 25_000], Gen.Int[0, 5_000])
        from data in Gen.Select(Flag, Flag, Flag, Flag, Flag)
        from place in Gen.Select(Flag, Flag, Some<DataCategory>(), Some<KnowledgeFreshness>(), Some<MlOpsMaturity>())
        from parts in Gen.Select(Gen.Int[0, 3], Flag, Flag, Some<TaskShape>())
        from domain in Gen.Enum<Domain>()
        select Facts.Bare with
        {
            Domain = domain,
            InconsistencyRisk = risk.Item1,
            RepeatableBehaviourRequired = risk.Item2,
            TimeToMarketFirst = risk.Item3,
            HumanReview = risk.Item4,
            RequirementsChange = risk.Item5,
            Lifecycle = stage.Item1,
            SpecialisedKnowledge = stage.Item3,
            PromptMaintenanceIsBottleneck = stage.Item5,
            Objective = Facts.Bare.Objective with
            {
                Statement = volume.Item2 is 0 && volume.Item3 < 3_000 ? "Use AI" : Facts.Bare.Objective.Statement,
                PrimaryOutcome = stage.Item2,
                MissionCritical = stage.Item4,
            },
            Task = task.Item3 is 0 ? null : new()
            {
                Shape = task.Item1, Kinds = task.Item2 is { } kind ? [kind] : null, DistinctTasks = task.Item3,
                StrictOutputFormat = task.Item4, ConsumedBySystems = task.Item5,
                Components = parts.Item1 is not 1 ? null :
                [
                    new() { Name = "Core", RequestShare = 0.25m, SpecialisedKnowledge = parts.Item2, Sensitive = parts.Item3, Shape = parts.Item4 },
                    new() { Name = "Rest", RequestShare = 0.75m, SpecialisedKnowledge = parts.Item3 },
                ],
            },
            Volume = new() { RequestsPerMonth = volume.Item1, PromptTokensPerRequest = 1_500, OutputTokensPerRequest = 100 },
            LatencyP95Milliseconds = volume.Item4 is 0 ? null : volume.Item4,
            KnowledgeFreshness = place.Item4,
            Data = Facts.Example.Data with
            {
                LabelledExamples = volume.Item3,
                Clean = data.Item1 ?? true,
                EvaluationSet = data.Item2,
                CanKeepFresh = data.Item3 ?? true,
                BiasReviewed = data.Item4 is null ? null : true,
                Proprietary = data.Item5 is null ? null : true,
                ThirdPartyTrainingAllowed = place.Item1,
                SelfHostingAvailable = place.Item2,
                Categories = place.Item3 is { } category ? [category] : null,
            },
            Team = new() { MlOpsMaturity = place.Item5 },
        };

    /// <summary>The members of a submission that may be left out, by path.</summary>
    public static IReadOnlyList<string> Optional { get; } =
    [
        .. Engine.Policy.Content.Confidence.Facts.Keys.Except(
            ["domain", "volume.requestsPerMonth", "data.labelledExamples", "compliance.regulatedSectors"]),
    ];

    /// <summary>The same use case with one member changed as it would be in a submission; null leaves it out.</summary>
    public static UseCaseFacts With(this UseCaseFacts facts, string path, JsonNode? value)
    {
        var root = JsonSerializer.SerializeToNode(facts, Json.Options)!.AsObject();
        var names = path.Split('.');
        var parent = root;

        foreach (var name in names[..^1])
        {
            parent = (JsonObject)(parent[name] ??= new JsonObject());
        }

        parent[names[^1]] = value;
        if (path == "budget.amount" && value is null)
        {
            root["budget"] = null;
        }

        return root.Deserialize<UseCaseFacts>(Json.Options)!;
    }

    /// <summary>Does what a flip says.</summary>
    public static (UseCaseFacts Facts, CostOutlook Costs) Apply(this Flip flip, UseCaseFacts facts, CostOutlook costs)
    {
        var words = flip.Change.Split(' ');
        JsonNode value = bool.TryParse(words[2], out var flag) ? flag
            : long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : words[2];
        var changed = facts.With(words[0], value);

        return (changed, costs.AtVolume(changed.Volume, facts.Volume));
    }

    private static Gen<T?> Some<T>() where T : struct, Enum =>
        Gen.Select(Gen.Int[0, 4], Gen.Enum<T>()).Select((n, value) => n is 0 ? (T?)null : value);
}
