using System.Net;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;
using NamedPerson = Governance.Compliance.People.NamedPerson;

namespace Governance.Compliance.Tests.Reviews;

public sealed class QueueTests(FilledQueues filled) : IClassFixture<FilledQueues>
{
    private readonly ComplianceService compliance = filled.Compliance;

    [Fact]
    public async Task A_queue_holds_what_waits_for_it_oldest_first()
    {
        var risk = await Find("queue=risk");

        risk.Items.Select(r => r.Id).ShouldBe([filled.Claimed, filled.Fresh]);
        risk.Items.Select(r => r.OpenedAt).ShouldBeInOrder();
        (await Find("queue=legal")).Items.Select(r => r.Id).ShouldBe([filled.Claimed, filled.HalfDone, filled.Fresh]);
        (await Find("queue=security")).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_state_a_list_shows_what_is_open()
    {
        (await Find("")).Total.ShouldBe(3);
        (await Find("state=open")).Total.ShouldBe(3);
        (await Find("state=approved")).Items.ShouldHaveSingleItem().Id.ShouldBe(filled.Approved);
        (await Find("state=changes-requested")).Items.ShouldHaveSingleItem().Id.ShouldBe(filled.Resting);
        (await Find("state=rejected")).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Mine_is_what_I_have_claimed()
    {
        (await Find("mine=true")).Items.ShouldHaveSingleItem().Id.ShouldBe(filled.Claimed);
        (await Find("mine=true", Rolf)).Total.ShouldBe(0);
        (await Find("mine=true&queue=risk")).Total.ShouldBe(1);
        (await Find("mine=true&queue=legal")).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        var first = await Find("pageSize=2");
        var second = await Find("pageSize=2&page=2");

        first.Items.Concat(second.Items).Select(r => r.Id).ShouldBe([filled.Claimed, filled.HalfDone, filled.Fresh]);
        (first.Total, second.Total).ShouldBe((3L, 3L));
        (await compliance.As(Rita).Get("/api/reviews?page=0")).ExpectProblem(HttpStatusCode.BadRequest, "page", "page");
    }

    [Theory]
    [InlineData("queue=Risk")]
    [InlineData("queue=0")]
    [InlineData("queue=finance")]
    [InlineData("state=ChangesRequested")]
    public async Task What_is_no_queue_or_state_is_refused(string query) =>
        (await compliance.As(Rita).Get($"/api/reviews?{query}")).Expect(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Managers_see_only_reviews_of_their_own_units()
    {
        var own = new Person("Own", [Roles.PortfolioManager], [RiskAndLegal.BusinessUnit]);
        var foreign = new Person("Foreign", [Roles.PortfolioManager], ["Elsewhere"]);

        (await Find("", own)).Total.ShouldBe(3);
        (await Find("", foreign)).Total.ShouldBe(0);
        (await compliance.Read(filled.Fresh, own)).Id.ShouldBe(filled.Fresh);
        (await compliance.As(foreign).Get($"/api/reviews/{filled.Fresh}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_else_sees_a_review()
    {
        (await compliance.Anonymous.Get("/api/reviews")).Expect(HttpStatusCode.Unauthorized);
        (await compliance.As(Roles.Executive).Get("/api/reviews")).Expect(HttpStatusCode.Forbidden);
        (await compliance.As(Roles.Administrator).Get($"/api/reviews/{filled.Fresh}")).Expect(HttpStatusCode.Forbidden);
        (await compliance.As(Roles.Auditor).Get($"/api/reviews/{filled.Fresh}")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Counts_say_how_much_waits_in_each_queue_of_what_one_may_see()
    {
        (await Counts(Rita)).Select(c => (c.Queue, c.Open, c.Mine, c.Claimed)).ShouldBe(
        [
            (ReviewQueue.Risk, 2, 1, 1), (ReviewQueue.Legal, 3, 0, 0), (ReviewQueue.Privacy, 0, 0, 0), (ReviewQueue.Security, 0, 0, 0),
        ]);
        (await Counts(new("Foreign", [Roles.PortfolioManager], ["Elsewhere"]))).ShouldAllBe(c => c.Open == 0);
    }

    [Fact]
    public async Task Work_can_be_filtered_by_what_is_free_by_tier_and_by_when_it_is_due()
    {
        (await Find("queue=risk&unclaimed=true")).Items.ShouldHaveSingleItem().Id.ShouldBe(filled.Fresh);
        (await Find("unclaimed=true")).Total.ShouldBe(3);
        (await Find("tier=medium")).Total.ShouldBe(3);
        (await Find("tier=high")).Total.ShouldBe(0);
        (await Find("escalated=true")).Total.ShouldBe(0);
        (await Find("overdue=true")).Total.ShouldBe(0);
        (await Find("dueBefore=2026-11-20T09:00:00Z")).Total.ShouldBe(0);
        (await Find("dueBefore=2027-11-20T09:00:00Z")).Total.ShouldBe(3);
    }

    [Fact]
    public async Task Who_sees_a_case_learns_the_names_of_those_who_act_on_it_and_of_nobody_else()
    {
        var manager = new Person("Mona", [Roles.PortfolioManager], [RiskAndLegal.BusinessUnit]);
        await compliance.As(Rolf).Get("/api/reviewers");

        var names = await Names(filled.HalfDone, manager);
        names.ShouldContain(p => p.Subject == manager.Subject && p.Manages);
        names.ShouldContain(p => p.Subject == Rita.Subject && p.Name == Rita.Name && !p.Manages);
        names.ShouldNotContain(p => p.Subject == Rolf.Subject);
        (await compliance.As(new Person("Foreign", [Roles.PortfolioManager], ["Elsewhere"])).Get($"/api/reviews/{filled.HalfDone}/people")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Saved_views_are_found_again_by_their_owner_alone()
    {
        (await compliance.As(Rita).Put("/api/reviews/views", new Dictionary<string, string> { ["High first"] = "queue=risk&tier=high" }, null)).Expect(HttpStatusCode.OK);

        (await compliance.As(Rita).Get("/api/reviews/views")).Read<Dictionary<string, string>>()["High first"].ShouldBe("queue=risk&tier=high");
        (await compliance.As(Rolf).Get("/api/reviews/views")).Read<Dictionary<string, string>>().ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<NamedPerson>> Names(Guid id, Person by) =>
        (await compliance.As(by).Get($"/api/reviews/{id}/people")).Expect(HttpStatusCode.OK).Read<List<NamedPerson>>();

    private async Task<IReadOnlyList<QueueCount>> Counts(Person by) =>
        (await compliance.As(by).Get("/api/reviews/counts")).Expect(HttpStatusCode.OK).Read<List<QueueCount>>();

    private async Task<Page<ReviewView>> Find(string query, Person? by = null) =>
        (await compliance.As(by ?? Rita).Get($"/api/reviews?{query}")).Expect(HttpStatusCode.OK).Read<Page<ReviewView>>();
}

/// <summary>Five reviews for risk and legal: one claimed by Rita, one signed off by her, one untouched, one approved, one resting.</summary>
public sealed class FilledQueues(PostgresServer postgres) : IAsyncLifetime
{
    private int minute;

    public ComplianceService Compliance { get; } = new(postgres);

    public Guid Claimed { get; private set; }

    public Guid HalfDone { get; private set; }

    public Guid Fresh { get; private set; }

    public Guid Approved { get; private set; }

    public Guid Resting { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Compliance.InitializeAsync();
        Claimed = await Open((Rita, "claim"));
        HalfDone = await Open((Rita, "approve"));
        Fresh = await Open();
        Approved = await Open((Rita, "approve"), (Lara, "approve"));
        Resting = await Open((Lara, "request-changes"));
    }

    public ValueTask DisposeAsync() => Compliance.DisposeAsync();

    private async Task<Guid> Open(params (Person By, string Action)[] actions)
    {
        var id = Guid.CreateVersion7();
        await Compliance.Publish(
            Messages.Recommended(id, 1, RiskAndLegal, Prompting), new(RecordedAt: Origin.Moment.AddMinutes(minute++)));

        foreach (var (by, action) in actions)
        {
            (await Compliance.Act(by, id, action, new ReviewInput(Reason: "Because."))).Expect(HttpStatusCode.OK);
        }

        return id;
    }
}
