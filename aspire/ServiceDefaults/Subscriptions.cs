using Governance.Contracts;
using MassTransit;

namespace Governance.ServiceDefaults;

/// <summary>
/// Who hears what. A publisher declares the queues of its subscribers before its first message, so that a service that has never
/// run yet misses nothing. Audit hears every contract.
/// </summary>
public static class Subscriptions
{
    public const string Audit = "audit";

    public static readonly IReadOnlyDictionary<Type, string[]> Subscribers = new Dictionary<Type, string[]>
    {
        [typeof(UseCaseSubmitted)] = ["data-readiness", "costs", "strategy"],
        [typeof(UseCaseRevised)] = ["data-readiness", "costs", "strategy"],
        [typeof(UseCaseWithdrawn)] = ["compliance", "costs"],
        [typeof(DataReadinessAssessed)] = ["intake", "strategy"],
        [typeof(CostForecast)] = ["strategy", "costs"],
        [typeof(StrategyRecommended)] = ["compliance", "costs"],
        [typeof(PolicyDrafted)] = [],
        [typeof(PolicyDraftDiscarded)] = [],
        [typeof(PolicyPublished)] = [],
        [typeof(PriceBookDrafted)] = [],
        [typeof(PriceBookDraftDiscarded)] = [],
        [typeof(PriceBookPublished)] = [],
        [typeof(PolicyPackDrafted)] = [],
        [typeof(PolicyPackDraftDiscarded)] = [],
        [typeof(PolicyPackPublished)] = [],
        [typeof(CaseRead)] = [],
        [typeof(CasesRead)] = [],
        [typeof(SigningKeyRotated)] = [],
        [typeof(ReviewClosed)] = ["compliance"],
        [typeof(ReviewOpened)] = ["intake", "compliance", "costs"],
        [typeof(SignOffRecorded)] = ["compliance"],
        [typeof(ChangesRequested)] = ["intake", "compliance", "costs"],
        [typeof(UseCaseApproved)] = ["intake", "compliance", "costs"],
        [typeof(UseCaseRejected)] = ["intake", "compliance", "costs"],
        [typeof(ReviewClaimed)] = ["compliance"],
        [typeof(ReviewReleased)] = ["compliance"],
        [typeof(ReviewPrioritised)] = [],
        [typeof(ReviewReminded)] = ["compliance"],
        [typeof(ReviewEscalated)] = ["compliance"],
        [typeof(SignOffVoided)] = ["compliance"],
        [typeof(ConditionEvidenceGiven)] = ["compliance"],
        [typeof(ConditionMet)] = ["compliance"],
        [typeof(ConditionEvidenceRefused)] = ["compliance"],
        [typeof(ConditionReminded)] = ["compliance"],
        [typeof(ApprovalSuspended)] = ["intake", "compliance"],
        [typeof(ApprovalResumed)] = ["intake", "compliance"],
        [typeof(ApprovalExpired)] = ["intake", "compliance"],
        [typeof(DelegationGiven)] = ["compliance"],
        [typeof(DelegationRevoked)] = [],
        [typeof(BusinessCalendarAdopted)] = [],
        [typeof(WebhookAdded)] = [],
        [typeof(WebhookSecretRotated)] = [],
        [typeof(WebhookRemoved)] = [],
        [typeof(WebhookSwitchedOff)] = [],
        [typeof(ErasureRequested)] = [],
        [typeof(ErasureApproved)] = [],
        [typeof(ErasureRefused)] = [],
        [typeof(PersonalDataErased)] = ["intake", "data-readiness", "costs", "strategy", "compliance"],
        [typeof(PersonalDataErasedFrom)] = [],
        [typeof(AccountErased)] = ["compliance"],
        [typeof(AccountForgotten)] = [],
        [typeof(LegalHoldSet)] = [],
        [typeof(LegalHoldReleaseRequested)] = [],
        [typeof(LegalHoldReleased)] = [],
    };

    public static void Declare(IRabbitMqBusFactoryConfigurator transport)
    {
        var declare = typeof(Subscriptions).GetMethod(nameof(DeclareOne), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!;

        foreach (var (contract, subscribers) in Subscribers)
        {
            declare.MakeGenericMethod(contract).Invoke(null, [transport, subscribers]);
        }
    }

    private static void DeclareOne<T>(IRabbitMqBusFactoryConfigurator transport, string[] subscribers) where T : class =>
        transport.Publish<T>(contract =>
        {
            foreach (var subscriber in subscribers)
            {
                contract.BindQueue(ContractName.Of(typeof(T)), subscriber, Messaging.Harden);
            }

            contract.BindQueue(ContractName.Of(typeof(IGovernanceEvent)), Audit, Messaging.Harden);
        });
}
