namespace Governance.Contracts;

[Contract("use-case-submitted", 1)]
public sealed record UseCaseSubmitted(Guid UseCaseId, int Revision, string Number, UseCaseFacts Facts) : IUseCaseEvent;

/// <summary>New facts for a known use case: everything decided on an older revision no longer counts.</summary>
[Contract("use-case-revised", 1)]
public sealed record UseCaseRevised(Guid UseCaseId, int Revision, string Number, UseCaseFacts Facts) : IUseCaseEvent;

[Contract("use-case-withdrawn", 1)]
public sealed record UseCaseWithdrawn(Guid UseCaseId, int Revision, [property: Personal] string? Reason) : IUseCaseEvent;
