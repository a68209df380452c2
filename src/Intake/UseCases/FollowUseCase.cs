using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Intake.UseCases;

/// <param name="ReviewVersion">Of the review's stream, where the news comes from the review.</param>
public sealed record FollowUseCase(int Revision, Stage Stage, DateTimeOffset At, long? ReviewVersion = null)
{
    /// <summary>
    /// Only news about the current revision count. They pass a stage forward, and late news change nothing; later news of the review
    /// may also lead back, as when a suspended approval resumes.
    /// </summary>
    public IEnumerable<object> Decide(UseCase useCase)
    {
        var known = useCase.ReviewVersion;
        var counts = useCase.Exists && useCase.Revision == Revision && useCase.Stage is not Stage.Withdrawn && (ReviewVersion ?? known) >= known
            && (useCase.Stage < Stage || ReviewVersion > known);

        return counts ? [new StageReached(Revision, Stage, At, ReviewVersion)] : [];
    }
}

/// <summary>Keeps the stage of a case in step with what the other services say about it.</summary>
public sealed class FollowUseCaseConsumer(Decisions decisions, TimeProvider clock) :
    IConsumer<DataReadinessAssessed>,
    IConsumer<ReviewOpened>,
    IConsumer<ChangesRequested>,
    IConsumer<UseCaseApproved>,
    IConsumer<UseCaseRejected>,
    IConsumer<ApprovalSuspended>,
    IConsumer<ApprovalResumed>,
    IConsumer<ApprovalExpired>
{
    public Task Consume(ConsumeContext<DataReadinessAssessed> context) => Follow(context, Stage.Assessing, reviewVersion: null);

    /// <summary>While it is renewed, an approval stands.</summary>
    public Task Consume(ConsumeContext<ReviewOpened> context) =>
        FollowReview(context, context.Message.Renewal ? Stage.Approved : Stage.InReview);

    public Task Consume(ConsumeContext<ChangesRequested> context) => FollowReview(context, Stage.ChangesRequested);

    public Task Consume(ConsumeContext<UseCaseApproved> context) => FollowReview(context, Stage.Approved);

    public Task Consume(ConsumeContext<UseCaseRejected> context) => FollowReview(context, Stage.Rejected);

    public Task Consume(ConsumeContext<ApprovalSuspended> context) => FollowReview(context, Stage.Suspended);

    public Task Consume(ConsumeContext<ApprovalResumed> context) => FollowReview(context, Stage.Approved);

    public Task Consume(ConsumeContext<ApprovalExpired> context) => FollowReview(context, Stage.Expired);

    private Task FollowReview<T>(ConsumeContext<T> context, Stage stage) where T : class, IUseCaseEvent =>
        Follow(context, stage, FactOrigin.ReadFrom(context).Version);

    private Task Follow<T>(ConsumeContext<T> context, Stage stage, long? reviewVersion) where T : class, IUseCaseEvent =>
        decisions.Consume<UseCase, T>(
            context, context.Message.UseCaseId, new FollowUseCase(context.Message.Revision, stage, clock.GetUtcNow(), reviewVersion).Decide);
}
