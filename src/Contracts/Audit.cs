namespace Governance.Contracts;

/// <summary>Somebody who may read every case has read this one: which part of the audit trail, and nothing of its content.</summary>
[Contract("case-read", 1)]
public sealed record CaseRead(Guid UseCaseId, string ReadBy, CaseReading Reading) : IGovernanceEvent;

public enum CaseReading { Trail, Replay, Evidence }
