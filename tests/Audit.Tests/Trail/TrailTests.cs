using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Governance.Audit.Trail;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Trail;

public sealed class TrailTests(AuditService audit) : IClassFixture<AuditService>
{
    /// <summary>The bus writes decimal numbers as text, so that no reader rounds them.</summary>
    private static readonly JsonSerializerOptions AsOnTheBus = new(Json.Options) { NumberHandling = JsonNumberHandling.AllowReadingFromString };

    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task A_fact_is_recorded_with_who_in_which_role_because_of_what_and_when()
    {
        var (correlation, causation) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var recordedAt = Origin.Moment.AddMinutes(3).AddMicroseconds(123_456);
        var fact = Messages.Submitted(id);
        var message = await audit.Publish(fact, new("intake", 7, recordedAt, "mona", Roles.PortfolioManager, correlation, causation));

        var recorded = (await Trail()).Items.ShouldHaveSingleItem();

        (recorded.EventId, recorded.Contract, recorded.UseCaseId, recorded.Revision)
            .ShouldBe((message.MessageId, "governance.use-case-submitted.v1", id, 1));
        (recorded.Service, recorded.Stream, recorded.Version).ShouldBe(("intake", id, 7));
        (recorded.Actor, recorded.ActorRole).ShouldBe(("mona", Roles.PortfolioManager));
        (recorded.CorrelationId, recorded.CausationId).ShouldBe((correlation, causation));
        (recorded.EffectiveAt, recorded.RecordedAt).ShouldBe((recordedAt, recordedAt));
        Fold.Canonical(recorded.Data.Deserialize<UseCaseSubmitted>(AsOnTheBus)!).ShouldBe(Fold.Canonical(fact));
    }

    [Fact]
    public async Task Facts_are_shown_in_the_order_they_were_recorded_whenever_they_arrive()
    {
        await Publish(Messages.Approved(id), minute: 30);
        await Publish(Messages.Submitted(id), minute: 0);
        await Publish(Messages.Readiness(id), minute: 10);
        await Publish(Messages.Forecast(id), minute: 5);

        (await Trail()).Items.Select(f => f.Service).ShouldBe(["intake", "costs", "data-readiness", "compliance"]);
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        for (var minute = 0; minute < 5; minute++)
        {
            await Publish(Messages.Revised(id, minute + 1), minute);
        }

        var pages = await Task.WhenAll(Trail("?pageSize=2"), Trail("?pageSize=2&page=2"), Trail("?pageSize=2&page=3"));

        pages.SelectMany(page => page.Items).Select(f => f.Revision).ShouldBe([1, 2, 3, 4, 5]);
        pages.ShouldAllBe(page => page.Total == 5);
        (await audit.As(Roles.Auditor).Get($"{Path}?pageSize=0")).ExpectProblem(HttpStatusCode.BadRequest, "pageSize", "pageSize");
    }

    [Fact]
    public async Task A_page_beyond_the_end_still_knows_the_total()
    {
        await Publish(Messages.Submitted(id), minute: 0);

        var page = await Trail("?page=9");

        (page.Items.Count, page.Total).ShouldBe((0, 1L));
    }

    [Fact]
    public async Task A_fact_delivered_twice_is_recorded_once()
    {
        await audit.ShouldApplyOnce(Messages.Submitted(id));

        (await Trail()).Total.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_fact_that_claims_the_place_of_a_recorded_one_is_refused()
    {
        await audit.Publish(Messages.Submitted(id));
        var before = await audit.Footprint();

        (await audit.Publish(Messages.Submitted(id, Facts.Bare))).Fault.ShouldNotBeNull();

        (await audit.Footprint()).ShouldBe(before);
    }

    [Fact]
    public async Task A_contract_nobody_has_heard_of_is_recorded_like_any_other()
    {
        (await audit.Publish(new Invented(id, 1, "new", 12.50m), new("inventor"))).Fault.ShouldBeNull();

        var recorded = (await Trail()).Items.ShouldHaveSingleItem();
        recorded.Contract.ShouldBe("governance.invented.v1");
        recorded.Data.GetProperty("what").GetString().ShouldBe("new");
        (await audit.FlowAsync()).Applied["governance.invented.v1"].ShouldBe(1);
    }

    [Fact]
    public async Task A_fact_about_no_use_case_is_recorded_apart_from_the_cases()
    {
        var before = await Platform();
        await audit.ShouldApplyOnce(new PolicyPublished("2027-01", Origin.Moment, new('f', 64), ["ada"], "grace"), new(Version: before.Total + 1));

        var recorded = (await Platform()).Items.Skip((int)before.Total).ShouldHaveSingleItem();

        (recorded.Contract, recorded.UseCaseId, recorded.Revision, recorded.Service)
            .ShouldBe(("governance.policy-published.v1", null, null, "strategy"));
        recorded.Data.GetProperty("publishedBy").GetString().ShouldBe("grace");
    }

    [Fact]
    public async Task A_fact_about_no_use_case_without_content_is_refused()
    {
        var envelope = Wire.Envelope(new PolicyPublished("2027-02", Origin.Moment, new('f', 64), ["ada"], "grace"));
        envelope["message"] = new JsonObject();

        await audit.ShouldRefuse(envelope);
    }

    [Fact]
    public async Task Only_auditors_read_the_trail()
    {
        await Publish(Messages.Submitted(id), minute: 0);

        (await audit.Anonymous.Get(Path)).Expect(HttpStatusCode.Unauthorized);

        foreach (var role in (string[])[Roles.PortfolioManager, Roles.RiskReviewer, Roles.Executive, Roles.Administrator, Roles.UsageWriter, Roles.DecisionReader])
        {
            (await audit.As(role, "Retail Banking").Get(Path)).Expect(HttpStatusCode.Forbidden);
        }

        (await audit.As(Roles.Auditor).Get($"/api/audit/use-cases/{Guid.NewGuid()}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_message_without_content_is_refused() => await audit.ShouldRefuse(Changed(e => e["message"] = new JsonObject()));

    [Fact]
    public async Task A_message_of_unknown_origin_is_refused() => await audit.ShouldRefuse(Changed(e => e.Remove("headers")));

    [Fact]
    public async Task A_message_about_no_use_case_is_refused() =>
        await audit.ShouldRefuse(Changed(e => e["message"]!["useCaseId"] = Guid.Empty.ToString()));

    [Theory]
    [InlineData("gov-recorded-at", "yesterday")]
    [InlineData("gov-stream", "no guid")]
    [InlineData("gov-version", "one")]
    [InlineData("gov-version", "9223372036854775808")]
    public async Task A_message_with_a_malformed_origin_is_refused(string header, string value) =>
        await audit.ShouldRefuse(Changed(e => e["headers"]![header] = value));

    private string Path => $"/api/audit/use-cases/{id}";

    private async Task<Page<RecordedFact>> Trail(string query = "") =>
        (await audit.As(Roles.Auditor).Get(Path + query)).Expect(HttpStatusCode.OK).Read<Page<RecordedFact>>();

    private async Task<Page<RecordedFact>> Platform() =>
        (await audit.As(Roles.Auditor).Get("/api/audit/platform")).Expect(HttpStatusCode.OK).Read<Page<RecordedFact>>();

    private async Task Publish(IGovernanceEvent fact, int minute) =>
        (await audit.Publish(fact, new(RecordedAt: Origin.Moment.AddMinutes(minute)))).Fault.ShouldBeNull();

    private JsonObject Changed(Action<JsonObject> change)
    {
        var envelope = Wire.Envelope(Messages.Submitted(id));
        change(envelope);

        return envelope;
    }
}

/// <summary>A contract of a service that does not exist yet.</summary>
[Contract("invented", 1)]
public sealed record Invented(Guid UseCaseId, int Revision, string What, decimal Amount) : IUseCaseEvent;
