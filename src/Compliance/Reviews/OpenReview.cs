using Governance.Compliance.Calendars;
using Governance.Compliance.Packs;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Compliance.Reviews;

public sealed record OpenReview(StrategyRecommended Recommended, Versioned<PolicyPack> Pack, BusinessCalendar Calendar, DateTimeOffset At)
{
    /// <summary>
    /// The policy pack names the sign-offs and when they are due. A prohibited practice is rejected before any queue. A new
    /// revision that keeps all material facts keeps the sign-offs it still needs, and is approved at once if none is missing.
    /// </summary>
    public IEnumerable<object> Decide(Review review)
    {
        if (Recommended.Revision <= review.Revision)
        {
            yield break;
        }

        var opened = Open();
        yield return opened;

        var after = review.Apply(opened);

        if (opened.Tier is RiskTier.Prohibited)
        {
            yield return new Rejected(Recommended.Revision, Queue: null, By: null, prohibitedReason!, At);
        }
        else if (ApproveReview.Verdict(after, At) is { } approved)
        {
            yield return approved;
        }
    }

    private string? prohibitedReason;

    private Opened Open()
    {
        var facts = Recommended.Facts;
        var assessment = RecommendedStrategy.Of(Recommended.Assessment);
        var classification = Classification.Classify(facts, assessment, Pack);
        prohibitedReason = classification.ProhibitedReason;

        return new(
            Recommended.Revision,
            Recommended.Number,
            facts,
            MaterialFacts.Hash(facts, assessment, Pack),
            classification.Tier,
            classification.Obligations,
            [
                .. classification.SignOffs.Select(s =>
                    new RequiredSignOff(s.AnyOf[0], s.Reason, Calendar.DueAt(At, s.DueHours), s.Id, s.AnyOf, s.Quorum, s.Stage)),
            ],
            Recommended.Editors,
            assessment,
            classification.ApprovalValidDays,
            Basis.Of(Pack, Classification.EngineVersion, new { facts, assessment }, classification),
            At);
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
