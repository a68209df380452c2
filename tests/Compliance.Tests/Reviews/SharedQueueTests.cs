using System.Net;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Reviews;

/// <summary>One person of risk, and two more of risk or legal: two requirements of one case that meet in the queue of risk.</summary>
public sealed class SharedQueueTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    private static readonly Person Rosa = new("Rosa Risk", [Roles.RiskReviewer], []);

    [Fact]
    public async Task A_case_stays_in_a_queue_until_each_of_its_places_there_is_filled_and_counts_once()
    {
        var id = await Open();
        await ShouldWait(id, (ReviewQueue.Risk, 0), (ReviewQueue.Legal, 0));

        (await compliance.Act(Rita, id, "claim")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rolf, id, "claim")).Expect(HttpStatusCode.OK);
        await ShouldWait(id, (ReviewQueue.Risk, 1), (ReviewQueue.Legal, 1));
        (await Free(id, "risk")).ShouldBeTrue("one of three places is left");

        (await compliance.Act(Rita, id, "approve")).Expect(HttpStatusCode.OK);
        await ShouldWait(id, (ReviewQueue.Risk, 1), (ReviewQueue.Legal, 1));
        (await compliance.Act(Rita, id, "claim")).ExpectProblem(HttpStatusCode.Forbidden, "another person");
        (await Mine(Rita)).ShouldNotContain(id);
        (await Mine(Rolf)).ShouldContain(id);

        (await compliance.Act(Lara, id, "claim")).Expect(HttpStatusCode.OK);
        (await Free(id, "risk")).ShouldBeFalse();
        (await Free(id, "legal")).ShouldBeFalse();
        (await compliance.Act(Rosa, id, "claim")).ExpectProblem(HttpStatusCode.Conflict, "A colleague has claimed this review.");

        (await compliance.Act(Rolf, id, "approve")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "approve")).Expect(HttpStatusCode.OK);
        await ShouldWait(id);
        (await compliance.Read(id)).State.ShouldBe(ReviewState.Approved);
    }

    [Fact]
    public async Task A_claim_that_has_lapsed_is_no_claim()
    {
        var id = await Open();
        (await compliance.Act(Rita, id, "claim")).Expect(HttpStatusCode.OK);
        await ShouldWait(id, (ReviewQueue.Risk, 1), (ReviewQueue.Legal, 0));

        compliance.Clock.Advance(TimeSpan.FromHours(90));

        await ShouldWait(id, (ReviewQueue.Risk, 0), (ReviewQueue.Legal, 0));
        (await Mine(Rita)).ShouldNotContain(id);
        (await compliance.Act(Lara, id, "release")).Expect(HttpStatusCode.OK);
        await Reject(id);
    }

    private async Task<Guid> Open()
    {
        var id = Guid.CreateVersion7();
        var requirement = Known.OpenedForRiskOnly.Required[0] with { DueAt = compliance.Clock.GetUtcNow().AddYears(1), Schedule = [] };
        var opened = Known.OpenedForRiskOnly with
        {
            Required =
            [
                requirement with { Id = "risk" },
                requirement with { Id = "risk-or-legal", AnyOf = [ReviewQueue.Risk, ReviewQueue.Legal], Quorum = 2 },
            ],
        };
        await compliance.Services.GetRequiredService<Decisions>().Command<Review>(
            id, _ => [opened], new("somebody", "service", id, id, compliance.Clock.GetUtcNow(), TraceParent: null), once: null, TestContext.Current.CancellationToken);

        return id;
    }

    /// <summary>The case is in these queues and no other, counted once in each, and claimed there by somebody or nobody.</summary>
    private async Task ShouldWait(Guid id, params (ReviewQueue Queue, long Claimed)[] expected)
    {
        foreach (var queue in Enum.GetValues<ReviewQueue>())
        {
            (await Ids($"queue={Choice.NameOf(queue)}")).ShouldBe(expected.Any(e => e.Queue == queue) ? [id] : []);
        }

        await Eventually.Until(
            async () => (await compliance.As(Rosa).Get("/api/reviews/counts")).Read<List<QueueCount>>().Where(c => c.Open > 0).Select(c => (c.Queue, c.Open, c.Claimed)).ToList(),
            counts => counts.SequenceEqual(expected.Select(e => (e.Queue, 1L, e.Claimed))),
            what: $"the counts {string.Join(", ", expected)}");
    }

    private async Task<bool> Free(Guid id, string queue) => (await Ids($"queue={queue}&unclaimed=true")).Contains(id);

    private Task<List<Guid>> Mine(Person by) => Ids("mine=true", by);

    private async Task Reject(Guid id) => (await compliance.Act(Rolf, id, "reject", new ReviewInput(Reason: "Enough."))).Expect(HttpStatusCode.OK);

    private async Task<List<Guid>> Ids(string query, Person? by = null) =>
        [.. (await compliance.As(by ?? Rosa).Get($"/api/reviews?{query}")).Expect(HttpStatusCode.OK).Read<Page<ReviewView>>().Items.Select(r => r.Id)];
}
