namespace Governance.Contracts;

[Contract("data-readiness-assessed", 1)]
public sealed record DataReadinessAssessed(Guid UseCaseId, int Revision, Readiness Readiness, DecisionBasis Basis)
    : IUseCaseEvent;

/// <summary>Whether the declared data can carry fine-tuning, prompting or retrieval. The score runs from 0 to 100.</summary>
public sealed record Readiness(ReadinessVerdict Verdict, int Score, IReadOnlyList<ReadinessCheck> Checks);

/// <summary>One data rule (D01 to D15 of the rulebook) applied to the declared facts.</summary>
public sealed record ReadinessCheck(string Id, CheckOutcome Outcome, string Message, IReadOnlyList<string> Citations);

public enum ReadinessVerdict { Ready, Conditional, Blocked }

public enum CheckOutcome { Passed, Warning, Failed, Unknown, NotApplicable }
