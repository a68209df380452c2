using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Intake.UseCases;

public sealed record FollowUseCase(int Revision, Stage Stage, DateTimeOffset At)
{
    /// <summary>A stage is only ever passed forward, and only by news about the current revision: late news changes nothing.</summary>
    public IEnumerable<object> Decide(UseCase useCase) =>
        useCase.Exists && useCase.Revision == Revision && useCase.Stage < Stage ? [new StageReached(Revision, Stage, At)] : [];
}

/// <summary>Keeps the stage of a case in step with what the other services say about it.</summary>
public sealed class FollowUseCaseConsumer(Decisions decisions, TimeProvider clock) :
    IConsumer<DataReadinessAssessed>,
    IConsumer<ReviewOpened>,
    IConsumer<ChangesRequested>,
    IConsumer<UseCaseApproved>,
    IConsumer<UseCaseRejected>
{
    public Task Consume(ConsumeContext<DataReadinessAssessed> context) => Follow(context, Stage.Assessing);

    public Task Consume(ConsumeContext<ReviewOpened> context) => Follow(context, Stage.InReview);

    public Task Consume(ConsumeContext<ChangesRequested> context) => Follow(context, Stage.ChangesRequested);

    public Task Consume(ConsumeContext<UseCaseApproved> context) => Follow(context, Stage.Approved);

    public Task Consume(ConsumeContext<UseCaseRejected> context) => Follow(context, Stage.Rejected);

    private Task Follow<T>(ConsumeContext<T> context, Stage stage) where T : class, IUseCaseEvent =>
        decisions.Consume<UseCase, T>(
            context, context.Message.UseCaseId, new FollowUseCase(context.Message.Revision, stage, clock.GetUtcNow()).Decide);
}
