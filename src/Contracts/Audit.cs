namespace Governance.Contracts;

/// <summary>Somebody who may read every case has read this one: which part of the audit trail, and nothing of its content.</summary>
[Contract("case-read", 1)]
public sealed record CaseRead(Guid UseCaseId, string ReadBy, CaseReading Reading) : IGovernanceEvent;

/// <summary>Somebody who may read every case has been handed several at once; an export of many is told in parts.</summary>
[Contract("cases-read", 1)]
public sealed record CasesRead(Guid ReadingId, IReadOnlyList<Guid> UseCaseIds, string ReadBy, CaseReading Reading) : IGovernanceEvent;

/// <summary>
/// The ledger is signed with another key from here on. Each key has signed the other (base64 of Ed25519 over the written key), so
/// neither can have been slipped in without the other's owner.
/// </summary>
[Contract("signing-key-rotated", 1)]
public sealed record SigningKeyRotated(string OldKey, string NewKey, string SignedByOld, string SignedByNew, string RotatedBy) : IGovernanceEvent;

public enum CaseReading { Trail, Replay, Evidence, Export }

/// <summary>Somebody asks for the erasure of personal texts: those of a case, those an account wrote, or those that name a person.</summary>
/// <param name="AboutUseCase">The case whose texts are to go; null for the other subjects.</param>
/// <param name="Account">The account whose texts are to go; null for the other subjects. A name is never published.</param>
/// <param name="Approvals">How many other people must approve.</param>
[Contract("erasure-requested", 1)]
public sealed record ErasureRequested(
    Guid ErasureId,
    ErasureSubject Subject,
    Guid? AboutUseCase,
    string? Account,
    ErasureGround Ground,
    string RequestedBy,
    int Approvals,
    [property: Personal] string Reason) : IGovernanceEvent;

[Contract("erasure-approved", 1)]
public sealed record ErasureApproved(Guid ErasureId, string ApprovedBy) : IGovernanceEvent;

[Contract("erasure-refused", 1)]
public sealed record ErasureRefused(Guid ErasureId, string RefusedBy, [property: Personal] string Reason) : IGovernanceEvent;

/// <summary>
/// Personal texts of a case are gone for good. What the ledger no longer holds is named fact by fact; the other services blank what they
/// hold of the declared facts of the named revisions, and of the named events.
/// </summary>
/// <param name="Revision">The latest revision the erasure is about; a later one is new data.</param>
/// <param name="Before">What people wrote later than this, such as the reason of a later sign-off, is new data.</param>
/// <param name="Everything">All personal texts up to revision and moment, whether the ledger knows of them or not.</param>
[Contract("personal-data-erased", 1)]
public sealed record PersonalDataErased(
    Guid UseCaseId,
    int Revision,
    Guid ErasureId,
    ErasureGround Ground,
    string RequestedBy,
    IReadOnlyList<string> ApprovedBy,
    DateTimeOffset Before,
    bool Everything,
    IReadOnlyList<ErasedDeclaration> Declared,
    IReadOnlyList<ErasedFact> Facts) : IUseCaseEvent;

/// <summary>
/// The erasure of an account is carried out: its texts are gone case by case, and whoever keeps anything else about the person behind it,
/// such as the name, has to delete that as well. An account may have written nothing, so no fact about a case can say this.
/// </summary>
[Contract("account-erased", 1)]
public sealed record AccountErased(Guid ErasureId, string Account) : IGovernanceEvent;

/// <summary>Which members of what was declared in a revision are gone, as JSON pointers.</summary>
public sealed record ErasedDeclaration(int Revision, IReadOnlyList<string> Paths);

/// <summary>Which personal values of a fact are gone, as JSON pointers into its data.</summary>
public sealed record ErasedFact(Guid EventId, IReadOnlyList<string> Paths);

/// <summary>Nothing of a case, or of all cases of a business unit, may be erased until the hold is released.</summary>
[Contract("legal-hold-set", 1)]
public sealed record LegalHoldSet(
    Guid HoldId, Guid? AboutUseCase, string? BusinessUnit, string SetBy, [property: Personal] string Reason) : IGovernanceEvent;

[Contract("legal-hold-release-requested", 1)]
public sealed record LegalHoldReleaseRequested(Guid HoldId, string RequestedBy, [property: Personal] string Reason) : IGovernanceEvent;

[Contract("legal-hold-released", 1)]
public sealed record LegalHoldReleased(Guid HoldId, string RequestedBy, string ReleasedBy) : IGovernanceEvent;

public enum ErasureSubject { UseCase, Account, NamedPerson }

/// <summary>The grounds of Art. 17(1) GDPR, in the order of its letters (a) to (e).</summary>
public enum ErasureGround { NoLongerNeeded, ConsentWithdrawn, Objection, UnlawfulProcessing, LegalObligation }
