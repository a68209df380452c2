using Governance.Compliance.Calendars;
using Governance.Compliance.Delegations;
using Governance.Compliance.People;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using JasperFx.Events;

namespace Governance.Compliance;

/// <summary>Everything Compliance tells the rest of the platform. What is not listed stays private.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        Opened x => new ReviewOpened(
            e.StreamId, x.Revision, x.Number, x.Tier, x.Obligations, [.. x.Required.Select(Of)], x.FactsHash, x.Basis, x.Renewal, x.Changes?.Immaterial,
            x.Editors, x.Calendar?.Id, x.Calendar?.Hash),
        Claimed x => new ReviewClaimed(e.StreamId, x.Revision, x.RequirementId, x.Queue, x.By, x.OnBehalfOf, x.Until),
        Released x => new ReviewReleased(e.StreamId, x.Revision, x.RequirementId, x.Queue, x.By),
        Prioritised x => new ReviewPrioritised(e.StreamId, x.Revision, x.Priority, x.By, x.Reason),
        SignedOff x => new SignOffRecorded(
            e.StreamId, x.Revision, x.Queue, x.By, [.. x.Conditions.Select(c => c.Text)], x.FactsHash, x.RequirementId, x.OnBehalfOf, x.DelegationId,
            x.Precedent, x.Conditions),
        Voided x => new SignOffVoided(e.StreamId, x.Revision, x.RequirementId, x.Queue, x.By, x.Because),
        ChangesAsked x => new ChangesRequested(e.StreamId, x.Revision, x.Queue, x.By, x.Reason, x.OnBehalfOf, x.DelegationId),
        Approved { Approval: var a } x => new UseCaseApproved(
            e.StreamId, a.Revision, a.Terms.Strategy, a.Terms.Model, x.Conditions, a.FactsHash, a.ValidUntil),
        Rejected x => new UseCaseRejected(e.StreamId, x.Revision, x.Queue, x.By, x.Reason, x.OnBehalfOf, x.DelegationId),
        Reminded x => new ReviewReminded(e.StreamId, x.Revision, x.Number, x.RequirementId, x.Queues, x.DueAt, x.ClaimedBy),
        Escalated x => new ReviewEscalated(e.StreamId, x.Revision, x.Number, x.RequirementId, x.Queues, x.Role, x.DueAt),
        EvidenceGiven x => new ConditionEvidenceGiven(e.StreamId, x.Revision, x.ConditionId, x.By, x.Evidence),
        EvidenceRefused x => new ConditionEvidenceRefused(e.StreamId, x.Revision, x.ConditionId, x.By, x.OnBehalfOf, x.Reason),
        ConditionAccepted x => new ConditionMet(e.StreamId, x.Revision, x.ConditionId, x.By, x.OnBehalfOf),
        ConditionDueSoon x => new ConditionReminded(e.StreamId, x.Revision, x.Number, x.ConditionId, x.Owner, x.DueAt),
        Suspended x => new ApprovalSuspended(e.StreamId, x.Revision, x.ConditionId),
        Resumed x => new ApprovalResumed(e.StreamId, x.Revision),
        Expired x => new ApprovalExpired(e.StreamId, x.Revision, x.ValidUntil),
        Given x => new DelegationGiven(
            e.StreamId, x.From, x.To, x.GivenBy, x.Queues, x.BusinessUnits, x.OnlyUseCase, x.Start, x.End, x.Reason),
        Revoked x => new DelegationRevoked(e.StreamId, x.By, x.At),
        Closed x => new ReviewClosed(e.StreamId, x.Revision),
        CalendarAdopted x => new BusinessCalendarAdopted(x.Id, x.Hash, x.Content),
        Notifications.WebhookAdded x => new WebhookAdded(x.Id, x.Host, x.Kinds.Select(Choice.NameOf).ToList(), x.By),
        Notifications.WebhookRotated x => new WebhookSecretRotated(x.Id, x.By),
        Notifications.WebhookRemoved x => new WebhookRemoved(x.Id, x.By),
        Notifications.WebhookSwitchedOff x => new WebhookSwitchedOff(x.Id, x.Because),
        DraftSaved x => new PolicyPackDrafted(x.Version, x.EffectiveFrom, x.Hash, x.By, x.Content.GetRawText()),
        DraftDiscarded x => new PolicyPackDraftDiscarded(x.Version, x.Hash, x.By),
        EditionPublished x => new PolicyPackPublished(x.Version, x.EffectiveFrom, x.Hash, x.Authors, x.By),
        TextsErased x => new PersonalDataErasedFrom(x.UseCaseId, x.Revision, x.ErasureId, x.Service, x.Events, x.FailedMessages),
        PersonForgotten x => new AccountForgotten(x.ErasureId, x.Account),
        _ => null,
    };

    private static RequiredSignOff Of(Requirement required) => new(
        required.AnyOf[0], required.Reason, required.DueAt, required.Id, required.AnyOf, required.Quorum, required.Stage);
}
