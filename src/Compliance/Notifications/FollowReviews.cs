using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Compliance.Notifications;

/// <summary>Follows every review by what is published of it, and tells the people concerned.</summary>
public sealed class FollowReviewsConsumer(NotificationStore store) :
    IConsumer<ReviewOpened>,
    IConsumer<SignOffRecorded>,
    IConsumer<ChangesRequested>,
    IConsumer<UseCaseApproved>,
    IConsumer<UseCaseRejected>,
    IConsumer<ReviewClosed>
{
    public Task Consume(ConsumeContext<ReviewOpened> context) => Follow(context);

    public Task Consume(ConsumeContext<SignOffRecorded> context) => Follow(context);

    public Task Consume(ConsumeContext<ChangesRequested> context) => Follow(context);

    public Task Consume(ConsumeContext<UseCaseApproved> context) => Follow(context);

    public Task Consume(ConsumeContext<UseCaseRejected> context) => Follow(context);

    public Task Consume(ConsumeContext<ReviewClosed> context) => Follow(context);

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
