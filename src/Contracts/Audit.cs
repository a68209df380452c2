namespace Governance.Contracts;

/// <summary>Somebody who may read every case has read this one: which part of the audit trail, and nothing of its content.</summary>
[Contract("case-read", 1)]
public sealed record CaseRead(Guid UseCaseId, string ReadBy, CaseReading Reading) : IGovernanceEvent;

/// <summary>
/// The ledger is signed with another key from here on. Each key has signed the other (base64 of Ed25519 over the written key), so
/// neither can have been slipped in without the other's owner.
/// </summary>
[Contract("signing-key-rotated", 1)]
public sealed record SigningKeyRotated(string OldKey, string NewKey, string SignedByOld, string SignedByNew, string RotatedBy) : IGovernanceEvent;

public enum CaseReading { Trail, Replay, Evidence, Export }
