using System.Collections.Immutable;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Notifications;

/// <summary>What is told because of a fact, and which reasons of earlier notices are gone with it.</summary>
public sealed record FollowedStep(FollowedCase Next, IReadOnlyList<Notice> Notices, IReadOnlyList<string> Gone);

/// <summary>
/// A case as far as telling people about it goes, from published facts alone. Facts may come in any order: of two that contradict each
/// other, the one stored later counts.
/// </summary>
public sealed record FollowedCase
{
    public string Number { get; init; } = "";

    public int Revision { get; init; }

    public RiskTier Tier { get; init; }

    public ImmutableArray<string> Editors { get; init; } = [];

    public ImmutableArray<RequiredSignOff> Required { get; init; } = [];

    /// <summary>Who has signed off (true) or whose sign-off is void (false), by requirement and person.</summary>
    public ImmutableDictionary<string, Mark> SignOffs { get; init; } = ImmutableDictionary<string, Mark>.Empty;

    /// <summary>Who has claimed (true) or released (false), by requirement and person.</summary>
    public ImmutableDictionary<string, Mark> Claims { get; init; } = ImmutableDictionary<string, Mark>.Empty;

    /// <summary>Who set a condition, to be told of its evidence.</summary>
    public ImmutableDictionary<string, string> Conditions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What the owners of the case are to be told once it is known who they are.</summary>
    public ImmutableArray<Notice> Waiting { get; init; } = [];

    /// <summary>Whether the review is open.</summary>
    public Mark Open { get; init; } = new(-1, false);

    /// <param name="version">The place of the fact in its stream.</param>
    public FollowedStep Step(IUseCaseEvent fact, long version)
    {
        var next = Apply(fact, version);
        var (before, after) = (Awaited(), next.Awaited());
        var useCase = fact.UseCaseId;
        List<Notice> told =
        [
            .. next.Known ? next.Waiting.Select(notice => notice with { To = Audience.Of(next.Editors), Facts = notice.Facts with { Number = next.Number } }) : [],
            .. next.Tell(fact),
        ];

        return new(
            next with { Waiting = next.Known ? [] : [.. next.Waiting, .. told.Where(notice => notice.To.People.Count + notice.To.Roles.Count == 0)] },
            [
                .. told,
                .. after.Except(before).Select(id => next.Required.Single(r => IdOf(r) == id)).Select(required => new Notice(
                    NoticeKind.SignOffNeeded,
                    About(useCase, IdOf(required)),
                    Audience.Of(QueuesOf(required), [.. next.Editors, .. next.Holders(IdOf(required))]),
                    next.Facts(useCase) with { Tier = next.Tier, Requirement = IdOf(required), Queues = QueuesOf(required), DueAt = required.DueAt })),
            ],
            [
                .. before.Except(after).Select(id => About(useCase, id)),
                .. Unsigned().Except(next.Unsigned()).Select(id => Overdue(useCase, id)),
                .. Gone(fact),
            ]);
    }

    private FollowedCase Apply(IUseCaseEvent fact, long version) => fact switch
    {
        ReviewOpened x when version > Open.Version || x.Revision > Revision => this with
        {
            Number = x.Number,
            Revision = Math.Max(x.Revision, Revision),
            Tier = x.Tier,
            Editors = [.. x.Editors ?? Editors],
            Required = [.. x.RequiredSignOffs],
            Open = Open.Later(version, x.Tier is not RiskTier.Prohibited),
        },
        SignOffRecorded x => this with
        {
            SignOffs = Set(SignOffs, x.RequirementId ?? Choice.NameOf(x.Queue), x.ReviewedBy, version, true),
            Conditions = Conditions.SetItems((x.Terms ?? []).Select(terms => KeyValuePair.Create(terms.Id, x.ReviewedBy))),
        },
        SignOffVoided x => this with { SignOffs = Set(SignOffs, x.RequirementId, x.ReviewedBy, version, false) },
        ReviewClaimed x => this with { Claims = Set(Claims, x.RequirementId, x.ClaimedBy, version, true) },
        ReviewReleased x => this with { Claims = Set(Claims, x.RequirementId, x.ReleasedBy, version, false) },
        ChangesRequested or UseCaseApproved or UseCaseRejected or ReviewClosed => this with { Open = Open.Later(version, false) },
        _ => this,
    };

    /// <summary>What a fact means to people beyond the work it makes or takes away.</summary>
    private IEnumerable<Notice> Tell(IUseCaseEvent fact)
    {
        var facts = Facts(fact.UseCaseId) with { Revision = fact.Revision };
        var about = About(fact.UseCaseId, $"revision {fact.Revision}");

        return fact switch
        {
            ReviewOpened { Renewal: true } => [Notice(NoticeKind.ReviewAgain, about, Editors, facts)],
            ReviewReminded x when Unsigned().Contains(x.RequirementId) =>
            [
                new(
                    NoticeKind.SignOffDue,
                    Overdue(x.UseCaseId, x.RequirementId),
                    x.ClaimedBy.Count > 0 ? Audience.Of(x.ClaimedBy) : Audience.Of(x.Queues, [.. Editors, .. Holders(x.RequirementId)]),
                    facts with { Number = x.Number, Requirement = x.RequirementId, Queues = x.Queues, DueAt = x.DueAt }),
            ],
            ReviewEscalated x when Unsigned().Contains(x.RequirementId) =>
            [
                new(
                    NoticeKind.Escalated,
                    Overdue(x.UseCaseId, x.RequirementId),
                    x.Role is { } role ? new([], [role], Editors) : Audience.Of(x.Queues, Editors),
                    facts with { Number = x.Number, Requirement = x.RequirementId, Queues = x.Queues, DueAt = x.DueAt }),
            ],
            SignOffVoided x => [Notice(NoticeKind.SignOffVoided, about, [x.ReviewedBy], facts with { Requirement = x.RequirementId, Queues = [x.Queue], Because = x.Because })],
            ChangesRequested x => [Notice(NoticeKind.ChangesRequested, Wish(x.UseCaseId, x.Revision), Editors, facts with { Queues = [x.Queue] })],
            UseCaseApproved x => [Notice(NoticeKind.Approved, about, Editors, facts with { DueAt = x.ValidUntil })],
            UseCaseRejected => [Notice(NoticeKind.Rejected, about, Editors, facts)],
            ConditionReminded x =>
            [
                Notice(NoticeKind.ConditionDue, Condition(x.UseCaseId, x.ConditionId), x.Owner is { } owner ? [owner] : Editors, facts with { Number = x.Number, DueAt = x.DueAt }),
            ],
            ConditionEvidenceGiven x when Conditions.TryGetValue(x.ConditionId, out var asker) =>
                [Notice(NoticeKind.EvidenceGiven, Condition(x.UseCaseId, x.ConditionId), [asker], facts)],
            ConditionEvidenceRefused x => [Notice(NoticeKind.EvidenceRefused, Condition(x.UseCaseId, x.ConditionId), Editors, facts)],
            ApprovalSuspended => [Notice(NoticeKind.ApprovalSuspended, Suspension(fact.UseCaseId), Editors, facts)],
            ApprovalResumed => [Notice(NoticeKind.ApprovalResumed, about, Editors, facts)],
            ApprovalExpired x => [Notice(NoticeKind.ApprovalExpired, about, Editors, facts with { DueAt = x.ValidUntil })],
            _ => [],
        };
    }

    private static IEnumerable<string> Gone(IUseCaseEvent fact) => fact switch
    {
        ReviewOpened x => Enumerable.Range(Math.Max(1, x.Revision - 5), Math.Min(5, x.Revision - 1)).Select(revision => Wish(x.UseCaseId, revision)),
        ConditionMet x => [Condition(x.UseCaseId, x.ConditionId)],
        ApprovalResumed or ApprovalExpired => [Suspension(fact.UseCaseId)],
        _ => [],
    };

    /// <summary>Facts may overtake the opening of the review.</summary>
    private bool Known => Number.Length > 0;

    /// <summary>The requirements that wait for somebody to take them on: their stage is open, and not as many as needed have signed or claimed.</summary>
    public IReadOnlyList<string> Awaited()
    {
        if (!Open.Is)
        {
            return [];
        }

        var stage = Required.Where(r => Signed(IdOf(r)).Count() < r.Quorum).Select(r => r.Stage).DefaultIfEmpty().Min();

        return [.. Required.Where(r => r.Stage == stage && Holders(IdOf(r)).Count() < r.Quorum).Select(IdOf)];
    }

    /// <summary>What a reminder is for: not signed yet, whether somebody has claimed it or not.</summary>
    private IEnumerable<string> Unsigned() => Open.Is ? Required.Select(IdOf).Where(id => Signed(id).Count() < Required.First(r => IdOf(r) == id).Quorum) : [];

    private IEnumerable<string> Signed(string requirement) => Marked(SignOffs, requirement);

    private IEnumerable<string> Holders(string requirement) => Signed(requirement).Union(Marked(Claims, requirement));

    private NoticeFacts Facts(Guid useCase) => new(useCase, Number, Revision);

    private static Notice Notice(NoticeKind kind, string about, IEnumerable<string> people, NoticeFacts facts) => new(kind, about, Audience.Of(people), facts);

    private static IEnumerable<string> Marked(ImmutableDictionary<string, Mark> marks, string requirement) =>
        marks.Where(mark => mark.Value.Is && mark.Key.StartsWith($"{requirement} ", StringComparison.Ordinal)).Select(mark => mark.Key[(requirement.Length + 1)..]);

    private static ImmutableDictionary<string, Mark> Set(ImmutableDictionary<string, Mark> marks, string requirement, string person, long version, bool holds) =>
        marks.SetItem($"{requirement} {person}", marks.GetValueOrDefault($"{requirement} {person}", new(-1, false)).Later(version, holds));

    private static string IdOf(RequiredSignOff required) => required.Id ?? Choice.NameOf(required.Queue);

    private static IReadOnlyList<ReviewQueue> QueuesOf(RequiredSignOff required) => required.AnyOf ?? [required.Queue];

    private static string About(Guid useCase, string what) => $"{useCase} {what}";

    private static string Overdue(Guid useCase, string requirement) => About(useCase, $"{requirement} in time");

    private static string Wish(Guid useCase, int revision) => About(useCase, $"changes to revision {revision}");

    private static string Condition(Guid useCase, string condition) => About(useCase, $"condition {condition}");

    private static string Suspension(Guid useCase) => About(useCase, "suspension");
}

/// <summary>Something that holds or not, as the fact of this version says.</summary>
public sealed record Mark(long Version, bool Is)
{
    public Mark Later(long version, bool holds) => version > Version ? new(version, holds) : this;
}
