using System.Net;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;

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
