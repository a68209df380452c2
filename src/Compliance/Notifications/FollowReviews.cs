using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Compliance.Notifications;

/// <summary>Follows every review by what is published of it, and tells the people concerned.</summary>
public sealed class FollowReviewsConsumer(NotificationStore store) :
    IConsumer<ReviewOpened>,
    IConsumer<SignOffRecorded>,
    IConsumer<SignOffVoided>,
    IConsumer<ReviewClaimed>,
    IConsumer<ReviewReleased>,
    IConsumer<ReviewReminded>,
    IConsumer<ReviewEscalated>,
    IConsumer<ChangesRequested>,
    IConsumer<UseCaseApproved>,
    IConsumer<UseCaseRejected>,
    IConsumer<ReviewClosed>,
    IConsumer<ConditionReminded>,
    IConsumer<ConditionEvidenceGiven>,
    IConsumer<ConditionEvidenceRefused>,
    IConsumer<ConditionMet>,
    IConsumer<ApprovalSuspended>,
    IConsumer<ApprovalResumed>,
    IConsumer<ApprovalExpired>,
    IConsumer<DelegationGiven>
{
    public Task Consume(ConsumeContext<ReviewOpened> context) => Follow(context);

    public Task Consume(ConsumeContext<SignOffRecorded> context) => Follow(context);

    public Task Consume(ConsumeContext<SignOffVoided> context) => Follow(context);

    public Task Consume(ConsumeContext<ReviewClaimed> context) => Follow(context);

    public Task Consume(ConsumeContext<ReviewReleased> context) => Follow(context);

    public Task Consume(ConsumeContext<ReviewReminded> context) => Follow(context);

    public Task Consume(ConsumeContext<ReviewEscalated> context) => Follow(context);

    public Task Consume(ConsumeContext<ChangesRequested> context) => Follow(context);

    public Task Consume(ConsumeContext<UseCaseApproved> context) => Follow(context);

    public Task Consume(ConsumeContext<UseCaseRejected> context) => Follow(context);

    public Task Consume(ConsumeContext<ReviewClosed> context) => Follow(context);

    public Task Consume(ConsumeContext<ConditionReminded> context) => Follow(context);

    public Task Consume(ConsumeContext<ConditionEvidenceGiven> context) => Follow(context);

    public Task Consume(ConsumeContext<ConditionEvidenceRefused> context) => Follow(context);

    public Task Consume(ConsumeContext<ConditionMet> context) => Follow(context);

    public Task Consume(ConsumeContext<ApprovalSuspended> context) => Follow(context);

    public Task Consume(ConsumeContext<ApprovalResumed> context) => Follow(context);

    public Task Consume(ConsumeContext<ApprovalExpired> context) => Follow(context);

    public Task Consume(ConsumeContext<DelegationGiven> context)
    {
        var given = context.Message;
        var notice = new Notice(
            NoticeKind.DelegationGiven,
            $"{given.DelegationId} delegation",
            Audience.Of(given.From, given.To),
            new(given.OnlyUseCase, Queues: given.Queues, DueAt: given.End));

        return Tell(context, given.DelegationId, (followed, _) => new(followed, [notice], []));
    }

    private Task Follow<T>(ConsumeContext<T> context) where T : class, IUseCaseEvent
    {
        var fact = context.Message;

        return fact.UseCaseId == Guid.Empty || fact.Revision < 1
            ? throw new ContractViolationException("The message names no use case and revision.")
            : Tell(context, fact.UseCaseId, (followed, version) => followed.Step(fact, version));
    }

    private Task Tell<T>(ConsumeContext<T> context, Guid about, Func<FollowedCase, long, FollowedStep> step) where T : class
    {
        var origin = FactOrigin.ReadFrom(context);

        return store.Tell(
            FactContext.MessageId(context),
            ContractName.Of(typeof(T)),
            about,
            origin.RecordedAt.ToUniversalTime(),
            followed => step(followed, origin.Version),
            context.CancellationToken);
    }
}
