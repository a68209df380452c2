using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Costs.Forecasts;

/// <summary>
/// The facts besides volume that decide what tuning costs and that somebody might change, under their path in a submission. What they
/// decide of prompting or of retrieval alone does not count: whether tuning pays back is asked of the plain variants.
/// </summary>
internal static class OtherFacts
{
    public const string Examples = "data.labelledExamples";

    public static readonly IReadOnlyList<Fact> Choices =
    [
        Choice("requirementsChange", f => f.RequirementsChange, (f, v) => f with { RequirementsChange = v }),
        Flag("data.thirdPartyTrainingAllowed", f => f.Data.ThirdPartyTrainingAllowed,
            (f, v) => f with { Data = f.Data with { ThirdPartyTrainingAllowed = v } }, decidesModel: true),
        Flag("data.selfHostingAvailable", f => f.Data.SelfHostingAvailable,
            (f, v) => f with { Data = f.Data with { SelfHostingAvailable = v } }, decidesModel: true),
        Choice("team.mlOpsMaturity", f => f.Team?.MlOpsMaturity, (f, v) => f with { Team = (f.Team ?? new()) with { MlOpsMaturity = v } }),
        Flag("compliance.medicalDevice", f => f.Compliance.MedicalDevice,
            (f, v) => f with { Compliance = f.Compliance with { MedicalDevice = v } }),
    ];

    public static UseCaseFacts WithExamples(UseCaseFacts facts, int examples) =>
        facts with { Data = facts.Data with { LabelledExamples = examples } };

    private static Fact Flag(
        string path, Func<UseCaseFacts, bool?> read, Func<UseCaseFacts, bool, UseCaseFacts> change, bool decidesModel = false) => new(
            path,
            decidesModel,
            facts => from value in (bool[])[true, false] where read(facts) != value select (value ? "true" : "false", change(facts, value)));

    private static Fact Choice<T>(string path, Func<UseCaseFacts, T?> read, Func<UseCaseFacts, T, UseCaseFacts> change) where T : struct, Enum => new(
        path,
        DecidesModel: false,
        facts => from value in Enum.GetValues<T>() where !value.Equals(read(facts)) select (ServiceDefaults.Choice.NameOf(value), change(facts, value)));

    /// <param name="Path">Where it stands in a submission.</param>
    /// <param name="DecidesModel">Whether it decides which model is tuned, and not only what tuning takes.</param>
    /// <param name="Values">What else it could be, as written in a submission, with the facts as they then were.</param>
    internal sealed record Fact(string Path, bool DecidesModel, Func<UseCaseFacts, IEnumerable<(string Value, UseCaseFacts Facts)>> Values);
}
