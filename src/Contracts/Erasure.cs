namespace Governance.Contracts;

/// <summary>A service holds none of the erased texts any more; the causation id names the erasure it has carried out.</summary>
/// <param name="Events">How many of its own events it has blanked.</param>
/// <param name="FailedMessages">The ids of failed messages that held such texts and have been blanked.</param>
[Contract("personal-data-erased-from", 1)]
public sealed record PersonalDataErasedFrom(
    Guid UseCaseId, int Revision, Guid ErasureId, string Service, int Events, IReadOnlyList<Guid> FailedMessages) : IUseCaseEvent;
