using Governance.Compliance.Calendars;
using Governance.Compliance.Packs;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>
/// The opening of a review: what the facts are classified as, which sign-offs that takes and by when, and which earlier sign-offs
/// still stand. A pure function of the facts, the pack and the moment.
/// </summary>
internal sealed record Opening(
    Review Before,
    int Revision,
    string Number,
    ReviewedFacts Next,
    IReadOnlyList<string> Editors,
    bool Renewal,
    Versioned<PolicyPack> Pack,
    BusinessCalendar Calendar,
    DateTimeOffset At)
{
    private const string VolumePath = "volume.requestsPerMonth";

    /// <summary>The next review of what is approved, on the same facts; every sign-off is asked for anew.</summary>
    public static IEnumerable<object> Renew(Review approved, Versioned<PolicyPack> pack, BusinessCalendar calendar, DateTimeOffset at) =>
        new Opening(
            approved, approved.Revision, approved.Number, new(approved.Facts!, approved.Assessment!), approved.Editors, Renewal: true, pack, calendar, at)
            .Events();

    public IEnumerable<object> Events()
    {
        var classification = Classification.Classify(Next.Facts, Next.Assessment, Pack);
        var opened = Open(classification);
        yield return opened;

        var review = Before.Apply(opened);

        foreach (var voided in Voids(opened))
        {
            yield return voided;
            review = review.Apply(voided);
        }

        if (classification.Tier is RiskTier.Prohibited)
        {
            yield return new Rejected(
                Revision, Queue: null, By: null, OnBehalfOf: null, DelegationId: null, classification.ProhibitedReason!, At);
        }
        else if (ApproveReview.Verdict(review, At) is { } approved)
        {
            yield return approved;
        }
    }

    private Opened Open(ClassificationResult classification) => new(
        Revision,
        Number,
        Next.Facts,
        MaterialFacts.Hash(Next.Facts, Next.Assessment, Pack),
        classification.Tier,
        classification.Obligations,
        [.. classification.SignOffs.Select(signOff => Require(signOff, classification))],
        Editors,
        Next.Assessment,
        Terms(classification),
        Before.Facts is null || Renewal ? null : MaterialFacts.Changed(new(Before.Facts, Before.Assessment!), Next, Pack),
        Renewal,
        Basis.Of(Pack, Classification.EngineVersion, Next, classification),
        At,
        new(Calendar.Id, Calendar.Hash));

    /// <summary>A later stage is due after the earlier ones, as if each took all of its time.</summary>
    private Requirement Require(SignOffRequirement signOff, ClassificationResult classification)
    {
        var start = classification.SignOffs
            .Where(earlier => earlier.Stage < signOff.Stage)
            .GroupBy(earlier => earlier.Stage, earlier => earlier.DueHours)
            .OrderBy(stage => stage.Key)
            .Aggregate(At, (from, stage) => Calendar.DueAt(from, stage.Max()));

        return new(
            signOff.Id,
            signOff.AnyOf,
            signOff.Quorum,
            signOff.Stage,
            signOff.Reason,
            Calendar.DueAt(start, signOff.DueHours),
            Schedule(percent => Calendar.DueAt(start, TimeSpan.FromHours(signOff.DueHours) * percent / 100), Pack.Content.Escalations[classification.Tier]));
    }

    private static IReadOnlyList<Deadline> Schedule(Func<int, DateTimeOffset> at, Escalation escalation) =>
    [
        .. ((Deadline[])
        [
            .. escalation.RemindAtPercent.Select(percent => new Deadline(at(percent), DeadlineKind.Remind)),
            .. escalation.Steps.Select(step => new Deadline(at(step.AtPercent), DeadlineKind.Escalate, step.Queue, step.Role)),
            new(at(escalation.OnNoAnswer.AtPercent), DeadlineKind.NoAnswer, Then: escalation.OnNoAnswer.Then),
        ]).OrderBy(deadline => deadline.At),
    ];

    private ApprovalTerms Terms(ClassificationResult classification) => new(
        classification.ApprovalValidDays,
        Pack.Content.ReviewAgainDays[classification.Tier],
        Pack.Content.Handling.ConditionRemindDays,
        Next.Assessment.Recommendation,
        Next.Facts.Model?.Base,
        Next.Facts.Data.Categories,
        VolumeBelow());

    /// <summary>Where the volume band of the facts ends.</summary>
    private decimal? VolumeBelow()
    {
        var bands = Pack.Content.Material.FirstOrDefault(fact => fact.Path == VolumePath)?.Bands ?? [];

        return bands.Order().Select(band => (decimal?)band).FirstOrDefault(band => band > Next.Facts.Volume.RequestsPerMonth);
    }

    private IEnumerable<Voided> Voids(Opened opened) =>
        from signOff in Before.SignOffs
        let because = Because(signOff, opened).ToList()
        where because.Count > 0
        select new Voided(Revision, signOff.RequirementId, signOff.Queue, signOff.By, because, At);

    private IEnumerable<string> Because(SignedOff signOff, Opened opened)
    {
        if (Renewal)
        {
            return ["renewal"];
        }

        if (signOff.People.Any(person => Editors.Contains(person)))
        {
            return ["the reviewer has edited the case"];
        }

        return opened.Required.All(required => required.Id != signOff.RequirementId)
            ? ["no longer required"]
            : from change in opened.Changes?.Material ?? [] where change.Voids.Contains(signOff.Queue) select change.Path;
    }
}
