using Governance.Compliance.Calendars;
using Governance.Compliance.Packs;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Compliance.Reviews;

public sealed record OpenReview(StrategyRecommended Recommended, Versioned<PolicyPack> Pack, BusinessCalendar Calendar, DateTimeOffset At)
{
    /// <summary>
    /// The policy pack names the sign-offs and when they are due. A prohibited practice is rejected before any queue. A new revision
    /// keeps every sign-off whose facts it does not change, and is approved at once if none is missing.
    /// </summary>
    public IEnumerable<object> Decide(Review review)
    {
        if (Recommended.Revision <= review.Revision)
        {
            return [];
        }

        var assessment = RecommendedStrategy.Of(Recommended.Assessment);
        var next = new ReviewedFacts(Recommended.Facts, assessment);

        return new Opening(review, Recommended.Revision, Recommended.Number, next, Recommended.Editors, Renewal: false, Pack, Calendar, At).Events();
    }
}

/// <summary>Opens the review as soon as a strategy is recommended, under the pack in force when that was recorded.</summary>
public sealed class OpenReviewConsumer(Decisions decisions, Editions<PolicyPack> packs, BusinessCalendar calendar) :
    IConsumer<StrategyRecommended>,
    IConsumer<UseCaseWithdrawn>
{
    public async Task Consume(ConsumeContext<StrategyRecommended> context)
    {
        var recordedAt = FactOrigin.ReadFrom(context).RecordedAt;
        var pack = (await packs.Current(context.CancellationToken)).InForce(recordedAt);

        await decisions.Consume<Review, StrategyRecommended>(
            context, context.Message.UseCaseId, new OpenReview(context.Message, pack, calendar, recordedAt).Decide);
    }

    public Task Consume(ConsumeContext<UseCaseWithdrawn> context) =>
        decisions.Consume<Review, UseCaseWithdrawn>(
            context,
            context.Message.UseCaseId,
            new CloseReview(context.Message.Revision, FactOrigin.ReadFrom(context).RecordedAt).Decide);
}

public sealed record CloseReview(int Revision, DateTimeOffset At)
{
    /// <summary>Also closes a review that is yet to be opened, when the withdrawal overtakes the recommendation.</summary>
    public IEnumerable<object> Decide(Review review) =>
        review.State is ReviewState.Withdrawn or ReviewState.Rejected || Revision < review.Revision ? [] : [new Closed(Revision, At)];
}
