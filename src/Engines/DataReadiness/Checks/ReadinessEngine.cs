using System.Globalization;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.DataReadiness.Checks;

/// <summary>Judges declared data by the checks of a policy. An unknown fact never fails a check.</summary>
public static class ReadinessEngine
{
    public const string EngineVersion = "readiness-1";

    public static EngineVersions<Func<UseCaseFacts, Versioned<ReadinessPolicy>, Readiness>> Versions { get; } = new((EngineVersion, Assess));

    public static Readiness Assess(UseCaseFacts facts, Versioned<ReadinessPolicy> policy)
    {
        var checks = new List<ReadinessCheck>(policy.Content.Checks.Count);
        var blocked = false;
        var conditional = false;
        var earned = 0m;
        var possible = 0m;

        foreach (var check in policy.Content.Checks)
        {
            var outcome = Outcome(check.Id, facts, policy.Content);

            blocked |= check.Gate && outcome is CheckOutcome.Failed;
            conditional |= outcome is CheckOutcome.Warning or CheckOutcome.Failed or CheckOutcome.Unknown;

            if (policy.Content.Credit.TryGetValue(outcome, out var share))
            {
                earned += share * check.Weight;
                possible += check.Weight;
            }

            checks.Add(new(check.Id, outcome, Message(check, outcome, facts, policy.Content), check.Citations));
        }

        return new(
            blocked ? ReadinessVerdict.Blocked : conditional ? ReadinessVerdict.Conditional : ReadinessVerdict.Ready,
            possible is 0 ? 0 : (int)Math.Round(100 * earned / possible, MidpointRounding.AwayFromZero),
            checks);
    }

    private static CheckOutcome Outcome(string check, UseCaseFacts facts, ReadinessPolicy policy)
    {
        var data = facts.Data;

        return check switch
        {
            "D01" => Count(data.LabelledExamples, policy.Examples),
            "D02" => Must(data.LabelledExamples > 0),
            "D03" => Must(data.Clean),
            "D04" => Must(data.DomainSpecific),
            "D05" => Must(data.CanKeepFresh),
            "D06" => Must(data.BiasReviewed),
            "D07" => Must(data.CanValidateAtScale),
            "D08" => Must(data.Proprietary),
            "D09" => PlaceToTrain(data),
            "D10" => Sensitive(data.Categories, policy.SensitiveCategories),
            "D11" => Sensitive(data.Categories, policy.SensitiveCategories),
            "D12" => Must(data.PromptExamples >= policy.Examples.Prompting, known: data.PromptExamples is not null),
            "D13" => RetrievalSource(facts, policy.RetrievalNeededFor),
            "D14" => Should(data.EvaluationSet),
            "D15" => Must(data.EvaluationSet),
            _ => throw new InvalidDataException($"The policy names the check {check}, which this engine does not know."),
        };
    }

    private static CheckOutcome Must(bool? holds) =>
        holds switch { true => CheckOutcome.Passed, false => CheckOutcome.Failed, null => CheckOutcome.Unknown };

    private static CheckOutcome Must(bool holds, bool known) => known ? Must(holds) : CheckOutcome.Unknown;

    private static CheckOutcome Should(bool? holds) =>
        Must(holds) is CheckOutcome.Failed ? CheckOutcome.Warning : Must(holds);

    private static CheckOutcome Count(int examples, ExampleThresholds thresholds) =>
        examples < thresholds.Tuning ? CheckOutcome.Failed
        : examples < thresholds.FullTuning ? CheckOutcome.Warning
        : CheckOutcome.Passed;

    /// <summary>Data that may not leave the house can still be trained on in the house.</summary>
    private static CheckOutcome PlaceToTrain(DataProfile data) => (data.ThirdPartyTrainingAllowed, data.SelfHostingAvailable) switch
    {
        (true, _) => CheckOutcome.Passed,
        (false, true) => CheckOutcome.Warning,
        (false, false) => CheckOutcome.Failed,
        _ => CheckOutcome.Unknown,
    };

    private static CheckOutcome Sensitive(IReadOnlyList<DataCategory>? categories, IReadOnlyList<DataCategory> sensitive) =>
        categories is null ? CheckOutcome.Unknown
        : categories.Any(sensitive.Contains) ? CheckOutcome.Warning
        : CheckOutcome.Passed;

    private static CheckOutcome RetrievalSource(UseCaseFacts facts, IReadOnlyList<KnowledgeFreshness> needed) =>
        facts.KnowledgeFreshness is not { } freshness ? CheckOutcome.Unknown
        : needed.Contains(freshness) ? Must(facts.Data.CanKeepFresh)
        : CheckOutcome.NotApplicable;

    private static string Message(CheckPolicy check, CheckOutcome outcome, UseCaseFacts facts, ReadinessPolicy policy)
    {
        var message = check.Messages.TryGetValue(outcome, out var text)
            ? text
            : throw new InvalidDataException($"The policy has no message for {check.Id} with the outcome {outcome}.");

        return message.Contains('{', StringComparison.Ordinal)
            ? message
                .Replace("{examples}", Number(facts.Data.LabelledExamples), StringComparison.Ordinal)
                .Replace("{promptExamples}", Number(facts.Data.PromptExamples ?? 0), StringComparison.Ordinal)
                .Replace("{forTuning}", Number(policy.Examples.Tuning), StringComparison.Ordinal)
                .Replace("{forFullTuning}", Number(policy.Examples.FullTuning), StringComparison.Ordinal)
                .Replace("{forPrompting}", Number(policy.Examples.Prompting), StringComparison.Ordinal)
            : message;
    }

    private static string Number(int value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
