using System.Collections.Immutable;
using CsCheck;
using Governance.Compliance.Calendars;
using Governance.Compliance.People;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Reviews;

/// <summary>
/// Random people do random things to one case, for themselves and for each other. After every step the rules of the separation of
/// duties and of staleness are checked by a model that knows nothing but what was asked for and whether it was allowed.
/// </summary>
public sealed class ReviewModelTests
{
    private static readonly string[] People = ["mona", "rita", "lara", "petra", "sam", "rudi"];

    private static readonly UseCaseFacts[] Versions =
    [
        Known.AllQueues,
        Known.AllQueues with { Summary = "In other words." },
        Known.AllQueues.Data(d => d with { EvaluationSet = !(d.EvaluationSet ?? false) }),
        Known.AllQueues.Data(d => d with { Categories = [DataCategory.Personal] }),
        Known.AllQueues with { Volume = Known.AllQueues.Volume with { RequestsPerMonth = Known.AllQueues.Volume.RequestsPerMonth + 1 } },
    ];

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, Gen.Select(One(People), One(Enum.GetValues<ReviewQueue>()), One<string?>([null, null, .. People]), Gen.Int[0, 5])
            .Select((by, queue, forWhom, what) => new Step(by, queue, forWhom == by ? null : forWhom, what, 0))),
        (1, Gen.Select(One(People), Gen.Int[0, Versions.Length - 1])
            .Select((editor, version) => new Step(editor, ReviewQueue.Risk, null, What: -1, version))),
        (1, Gen.Int[1, 400].Select(days => new Step("clock", ReviewQueue.Risk, null, What: -2, days))));

    [Fact]
    public void Whatever_people_try_no_rule_of_separation_or_staleness_breaks() =>
        Steps.List[1, 30].Sample(Play, iter: 2_000, threads: 1);

    private static Gen<T> One<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Play(List<Step> steps)
    {
        var review = Fold.Of<Review>(Known.Opened);
        var now = Known.Tuesday;
        var (facts, editors, revision) = (Versions[0], ImmutableHashSet.Create("mona"), 1);
        var consents = new List<Consent>();

        foreach (var step in steps)
        {
            var before = review;
            var events = step.What switch
            {
                -1 => Known.Open(facts = Versions[step.Number], ++revision, null, [.. (editors = editors.Add(step.By))]).Decide(review).ToList(),
                -2 => new MeetDeadlines(Known.Pack, ServiceCalendar.Default, now = now.AddDays(step.Number)).Decide(review).ToList(),
                _ => Try(step, review, now),
            };

            if (step.What is -1)
            {
                consents.RemoveAll(c => c.People.Overlaps(editors) || Changes(c.Facts, facts, c.Queue));
            }

            if (events.Any(e => e is Opened { Renewal: true }))
            {
                consents.Clear();
            }

            review = events.Aggregate(review, (state, e) => state.After(e));

            foreach (var given in events.OfType<SignedOff>())
            {
                HashSet<string> people = step.For is null ? [step.By] : [step.By, step.For];
                people.Overlaps(editors).ShouldBeFalse("an editor, or somebody for one, has signed off");
                consents.Any(c => c.People.Overlaps(people)).ShouldBeFalse("one person has signed off twice");
                given.FactsHash.ShouldBe(MaterialFacts.Hash(facts, RecommendedStrategy.Of(Known.Assessment), Known.Pack, given.Queue));
                consents.Add(new(people, given.Queue, facts));
            }

            foreach (var ruling in events.Where(e => e is Rejected { By: not null } or ChangesAsked { By: not MeetDeadlines.Actor }))
            {
                editors.Contains(step.By).ShouldBeFalse($"an editor has ruled: {ruling}");
            }

            review.SignOffs.Select(s => (s.By, s.Queue)).ShouldBe(consents.Select(c => (c.People.First(), c.Queue)), ignoreOrder: true);

            if (events.Any(e => e is Approved))
            {
                Enum.GetValues<ReviewQueue>().ShouldAllBe(queue => consents.Any(c => c.Queue == queue));
            }

            (review.NextDeadline is { } next && next <= now && step.What is -2).ShouldBeFalse("a deadline was left behind");
            before.Steps.ShouldBe(review.Steps - events.Count);
        }
    }

    private static List<object> Try(Step step, Review review, DateTimeOffset now)
    {
        var mandate = step.For is null ? null : new Mandate(Guid.Empty, step.For, [step.Queue], [], null);
        var action = new ReviewAction(
            step.Queue, step.By, QueueRoles.RoleOf(step.Queue), mandate, step.For is null ? [] : [step.For], IfMatch: null, now);

        try
        {
            return
            [
                .. step.What switch
                {
                    0 => new ClaimReview(action, now.AddHours(8)).Decide(review),
                    1 => new ReleaseReview(action).Decide(review),
                    2 => new RequestChanges(action, "Say more.").Decide(review),
                    _ => Known.Approving(action).Decide(review),
                },
            ];
        }
        catch (Exception refusal) when (refusal is RuleViolationException or NotAllowedException)
        {
            return [];
        }
    }

    /// <summary>Written down by hand, not read from the pack: which of the versions differ in what a queue depends on.</summary>
    private static bool Changes(UseCaseFacts before, UseCaseFacts after, ReviewQueue queue) =>
        !before.Data.Categories!.SequenceEqual(after.Data.Categories!)
        || (queue is ReviewQueue.Risk && before.Data.EvaluationSet != after.Data.EvaluationSet);

    private sealed record Step(string By, ReviewQueue Queue, string? For, int What, int Number);

    private sealed record Consent(HashSet<string> People, ReviewQueue Queue, UseCaseFacts Facts);
}
