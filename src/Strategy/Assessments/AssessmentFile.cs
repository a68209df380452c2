using System.Collections.Immutable;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;

namespace Governance.Strategy.Assessments;

/// <summary>
/// Where facts, readiness and costs of one use case meet. Each keeps the revision it belongs to; an assessment is made when all
/// three are of the same, latest revision, and all revisions up to it have been seen: nobody who edited one may be missed.
/// </summary>
public sealed record AssessmentFile
{
    public Guid Id { get; init; }

    public FactsReceived? Facts { get; init; }

    public ReadinessReceived? Readiness { get; init; }

    public CostsReceived? Costs { get; init; }

    public StrategyAssessed? Latest { get; init; }

    public ImmutableArray<string> Editors { get; init; } = [];

    public ImmutableArray<int> Revisions { get; init; } = [];

    public bool IsComplete => Facts is not null && Facts.Revision == Revisions.Length
        && Facts.Revision == Readiness?.Revision && Facts.Revision == Costs?.Revision;

    public AssessmentFile Apply(FactsReceived e) => this with
    {
        Facts = e.Revision > (Facts?.Revision ?? 0) ? e : Facts,
        Editors = Editors.Contains(e.Editor) ? Editors : Editors.Add(e.Editor),
        Revisions = Revisions.Contains(e.Revision) ? Revisions : Revisions.Add(e.Revision),
    };

    public AssessmentFile Apply(ReadinessReceived e) => this with { Readiness = e };

    public AssessmentFile Apply(CostsReceived e) => this with { Costs = e };

    public AssessmentFile Apply(StrategyAssessed e) => this with { Latest = e };
}

public sealed record FactsReceived(int Revision, string Number, UseCaseFacts Facts, string Editor, DateTimeOffset RecordedAt);

public sealed record ReadinessReceived(int Revision, Readiness Readiness, DecisionBasis Basis);

public sealed record CostsReceived(int Revision, CostOutlook Costs, string PriceBookVersion, DecisionBasis Basis);

/// <summary>
/// A recommendation with everything needed to make it again. What follows from the input under the recorded policy is not stored
/// with it but said again when asked for; the result hash pins every word of it.
/// </summary>
public sealed record StrategyAssessed(
    int Revision,
    string Number,
    AssessmentInput Input,
    IReadOnlyList<string> Editors,
    Outcome Outcome,
    DecisionBasis Basis)
{
    /// <summary>The recommendation in full, in the words of the engine that made it.</summary>
    /// <exception cref="UnknownEngineException">This build does not have that engine.</exception>
    public StrategyAssessment Tell(VersionedData<StrategyPolicy> policies) =>
        StrategyEngine.Versions.Of(Basis.EngineVersion)(Input, policies.Get(Basis.PolicyVersion), Outcome.Flips);
}

/// <summary>What was decided, in short, and the part of the explanation that takes long to find.</summary>
public sealed record Outcome(
    StrategyKind Recommendation, bool Retrieval, Tuning Tuning, decimal Confidence, IReadOnlyList<Flip> Flips)
{
    public static Outcome Of(StrategyAssessment assessment) => new(
        assessment.Recommendation, assessment.Retrieval, assessment.Tuning, assessment.Confidence, assessment.Flips);
}
