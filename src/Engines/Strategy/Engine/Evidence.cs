using Governance.Contracts;
using Governance.Strategy.Policies;

namespace Governance.Strategy.Engine;

/// <summary>All that is known about one use case, or one part of it, at one point of the assessment.</summary>
internal sealed record Evidence(UseCaseFacts Facts, Readiness Readiness, CostOutlook Costs, StrategyPolicy Policy)
{
    /// <summary>Facts assumed to be different from what was declared; readiness checks that read them no longer count.</summary>
    public IReadOnlyList<string> Assumed { get; init; } = [];

    /// <summary>Null until the case is weighed.</summary>
    public Weighing? Weighing { get; init; }

    public Tuning? Tuning { get; init; }

    /// <summary>
    /// A part as a use case of its own: what it does not say holds as for the whole, and it has no more examples than the whole.
    /// </summary>
    public Evidence For(TaskComponent part)
    {
        var sensitive = part.Sensitive is true;
        var requests = Facts.Volume.RequestsPerMonth * part.RequestShare;

        return this with
        {
            Facts = Facts with
            {
                SpecialisedKnowledge = part.SpecialisedKnowledge ?? Facts.SpecialisedKnowledge,
                InconsistencyRisk = sensitive ? Policy.Components.SensitiveInconsistencyRisk : Facts.InconsistencyRisk,
                RepeatableBehaviourRequired =
                    sensitive ? Policy.Components.SensitiveRepeatableBehaviour : Facts.RepeatableBehaviourRequired,
                Task = (Facts.Task ?? new()) with
                {
                    Kinds = part.Kinds ?? Facts.Task?.Kinds,
                    Shape = part.Shape ?? Facts.Task?.Shape,
                    DistinctTasks = 1,
                    Components = null,
                },
                Volume = Facts.Volume with { RequestsPerMonth = requests },
                Data = Facts.Data with
                {
                    LabelledExamples = Math.Min(part.LabelledExamples ?? int.MaxValue, Facts.Data.LabelledExamples),
                },
            },
            Costs = Costs.AtVolume(Facts.Volume with { RequestsPerMonth = requests }, insteadOf: Facts.Volume),
            Assumed = part.LabelledExamples is null ? Assumed : [.. Assumed, Vocabulary.LabelledExamples],
        };
    }
}
