using System.Net;
using Governance.Audit.Sealing;
using Governance.Audit.Tests.Evidence;
using Governance.Contracts;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Sealing;

/// <summary>A clock that is wrong, or was set back to date something earlier, is named; the ledger is not called forged for it.</summary>
public sealed class ClockTests(AuditService audit) : IClassFixture<AuditService>
{
    private static readonly DateTimeOffset Moment = Origin.Moment;

    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task T22_A_decision_dated_back_by_the_clock_of_its_service_differs_from_that_of_the_database()
    {
        var fact = await Publish(Messages.Submitted(id), new(EffectiveAt: Moment.AddHours(-3)));

        var warning = (await WarningsOf(fact)).ShouldHaveSingleItem();

        (warning.Code, warning.At, warning.Against).ShouldBe(("effective-not-recorded", Moment.AddHours(-3), Moment));
        warning.Message.ShouldContain("decided by intake");
    }

    [Fact]
    public async Task T22_A_fact_recorded_before_the_one_it_follows_is_named()
    {
        await Publish(Messages.Submitted(id), new());
        var fact = await Publish(Messages.Revised(id, 2), new(RecordedAt: Moment.AddMinutes(-5)));

        var warning = (await WarningsOf(fact)).ShouldHaveSingleItem();

        (warning.Code, warning.At, warning.Against).ShouldBe(("recorded-before-predecessor", Moment.AddMinutes(-5), Moment));
    }

    [Fact]
    public async Task T22_A_fact_recorded_before_its_cause_is_named_even_where_the_cause_arrives_later()
    {
        var cause = Guid.CreateVersion7();
        var fact = await Publish(Messages.Readiness(id), new(Causation: cause, RecordedAt: Moment.AddMinutes(-5)));
        await Publish(Messages.Submitted(id), new(), cause);

        var warning = (await WarningsOf(fact)).ShouldHaveSingleItem();

        (warning.Code, warning.At, warning.Against).ShouldBe(("recorded-before-cause", Moment.AddMinutes(-5), Moment));
        warning.Message.ShouldContain("recorded by data-readiness before the fact of intake that caused it");
    }

    [Fact]
    public async Task T22_A_fact_recorded_after_it_was_received_is_named()
    {
        var fact = await Publish(Messages.Submitted(id), new(RecordedAt: Moment.AddHours(5)));

        (await WarningsOf(fact)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            warning => warning.Code.ShouldBe("recorded-after-received"),
            warning => warning.At.ShouldBe(Moment.AddHours(5)),
            warning => warning.Against.ShouldBeLessThan(Moment.AddHours(4)));
    }

    [Fact]
    public async Task T22_Audit_s_own_clock_set_back_is_named()
    {
        await Publish(Messages.Submitted(Guid.CreateVersion7()), new());
        audit.Clock.Advance(TimeSpan.FromMinutes(-30));

        var fact = await Publish(Messages.Submitted(id), new());

        audit.Clock.Advance(TimeSpan.FromMinutes(30));
        var warning = (await WarningsOf(fact)).ShouldHaveSingleItem();
        warning.Code.ShouldBe("received-before-earlier");
        (warning.Against - warning.At).ShouldBeInRange(TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task A_package_shows_both_verifiers_where_its_clocks_were_wrong()
    {
        var cause = Guid.CreateVersion7();
        await Publish(Messages.ChangesRequested(id), new(Causation: cause, RecordedAt: Moment.AddMinutes(-5)));
        await Publish(Messages.Submitted(id), new(EffectiveAt: Moment.AddHours(-3)), cause);
        await Publish(Messages.Revised(id, 2), new(RecordedAt: Moment.AddMinutes(-10)));
        await Publish(Messages.Withdrawn(id), new(Version: 3, Previous: 2, RecordedAt: Moment.AddHours(9)));

        var zip = await audit.As(Roles.Auditor).GetByteArrayAsync($"/api/audit/use-cases/{id}/evidence");

        var report = EvidenceCheck.Verify(new MemoryStream(zip), []);
        var first = report.Facts[0].Position;
        report.Clocks.First.Select(warning => (warning.Code, warning.Position - first)).Order().ShouldBe(
            [("effective-not-recorded", 1), ("recorded-after-received", 3), ("recorded-before-cause", 0), ("recorded-before-predecessor", 2)]);
        report.Clocks.Number.ShouldBe(4);
        SecondVerifier.Judge([zip]).ShouldHaveSingleItem().ShouldEndWith(
            $"clocks: {string.Join(", ", report.Clocks.First.Select(warning => (warning.Code, warning.Position)).Order().Select(pair => $"{pair.Code} at {pair.Position}"))}");
    }

    [Fact]
    public async Task A_fact_that_waited_for_its_predecessor_is_no_warning()
    {
        var overtaking = await Publish(Messages.Revised(id, 2), new());
        audit.Clock.Advance(TimeSpan.FromMinutes(30));

        await Publish(Messages.Submitted(id), new());
        await Eventually.Until(() => audit.Count("pending"), left => left == 0, what: "both to be sealed");

        (await WarningsOf(overtaking)).ShouldBeEmpty();
    }

    [Fact]
    public void Up_to_a_minute_clocks_may_differ()
    {
        var minute = TimeSpan.FromMinutes(1);

        Walk(Fact(0, Moment, Moment, Moment - minute), Fact(1, Moment - minute, Moment, Moment)).Number.ShouldBe(0);
        Walk(Fact(0, Moment, Moment, Moment - minute - TimeSpan.FromMicroseconds(1))).Number.ShouldBe(1);
    }

    [Fact]
    public void All_are_counted_and_the_first_of_each_kind_named()
    {
        var clocks = Walk([.. Enumerable.Range(0, 100).Select(i => Fact(i, Moment.AddHours(-i), Moment.AddHours(-i), Moment))]);

        clocks.Number.ShouldBe(99);
        clocks.First.Count.ShouldBe(ClockReport.MostOfAKind);
        clocks.First.Select(warning => warning.Position).ShouldBe(Enumerable.Range(1, ClockReport.MostOfAKind).Select(position => (long)position));
    }

    [Fact]
    public void Times_at_the_end_of_the_calendar_are_compared_like_others() =>
        Walk(Fact(0, DateTimeOffset.MaxValue, DateTimeOffset.MinValue, Moment), Fact(1, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Moment))
            .First.Select(warning => warning.Code).Distinct().ShouldBe(["effective-not-recorded", "recorded-after-received", "recorded-before-predecessor"], ignoreOrder: true);

    /// <summary>The facts of one stream.</summary>
    private static Leaf Fact(int place, DateTimeOffset recorded, DateTimeOffset effective, DateTimeOffset received) => new(
        "log", Guid.CreateVersion7(), "governance.x.v1", Guid.Empty, 1, "intake", Guid.Empty, place + 1, place, "a", "b", Guid.Empty, Guid.Empty, effective, recorded, received, "{}");

    private static ClockReport Walk(params Leaf[] leaves)
    {
        var walk = new LedgerWalk("log", new([], []));

        for (var i = 0; i < leaves.Length; i++)
        {
            walk.Add(new(i, leaves[i].EventId, leaves[i], [], []));
        }

        return walk.Report(default, default).Clocks;
    }

    private async Task<Guid> Publish(IGovernanceEvent fact, Origin origin, Guid? id = null)
    {
        var delivery = await audit.Publish(fact, origin, id);
        delivery.Fault.ShouldBeNull();
        await audit.Sealed();

        return delivery.MessageId;
    }

    private async Task<IReadOnlyList<ClockWarning>> WarningsOf(Guid fact)
    {
        var report = (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>();
        report.Findings.ShouldBeEmpty("a wrong clock is no forgery");
        report.Clocks.Number.ShouldBeGreaterThanOrEqualTo(report.Clocks.First.Count);
        (await audit.Anonymous.Get("/health")).Expect(HttpStatusCode.OK);

        return [.. report.Clocks.First.Where(warning => warning.EventId == fact)];
    }
}
