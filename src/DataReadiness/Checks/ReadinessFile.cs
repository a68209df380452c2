using Governance.Contracts;

namespace Governance.DataReadiness.Checks;

/// <summary>What is known about the data of one use case: the result for its latest revision.</summary>
public sealed record ReadinessFile
{
    public Guid Id { get; init; }

    public int Revision { get; init; }

    public string BusinessUnit { get; init; } = "";

    public Readiness Readiness { get; init; } = null!;

    public DecisionBasis Basis { get; init; } = null!;

    public ReadinessFile Apply(ReadinessAssessed e) => this with
    {
        Revision = e.Revision,
        BusinessUnit = e.Facts.BusinessUnit,
        Readiness = e.Readiness,
        Basis = e.Basis,
    };
}

/// <summary>A decision with everything needed to take it again.</summary>
public sealed record ReadinessAssessed(int Revision, UseCaseFacts Facts, Readiness Readiness, DecisionBasis Basis);
