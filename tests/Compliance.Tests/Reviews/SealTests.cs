using System.Collections.Concurrent;
using System.Net;
using Governance.Compliance.Reviews;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Reviews;

/// <summary>Beside Compliance stands a ledger that seals, or does not, as the test wants.</summary>
public sealed class SealTests(ComplianceService compliance) : IClassFixture<ComplianceService>, IAsyncLifetime
{
    private readonly ConcurrentQueue<Guid> asked = new();
    private readonly WebApplication ledger = Ledger();
    private bool seals = true;

    public async ValueTask InitializeAsync()
    {
        ledger.MapGet("/internal/seals/{fact:guid}", (Guid fact) =>
        {
            asked.Enqueue(fact);

            return seals ? Results.Json(Of(fact), Json.Options) : Results.NotFound();
        });
        await ledger.StartAsync();
        Audit = ledger.Urls.Single();
    }

    public ValueTask DisposeAsync()
    {
        Audit = null;

        return ledger.DisposeAsync();
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("request-changes")]
    public async Task A_ruling_is_answered_with_its_seal(string action)
    {
        var id = await compliance.Open();

        var answer = (await Act(id, action)).Expect(HttpStatusCode.OK).Read<ReviewView>();

        answer.Seal.ShouldBe(Of(await Ruling(id)));
    }

    [Fact]
    public async Task The_last_sign_off_is_answered_with_the_seal_of_the_approval()
    {
        var id = await compliance.Open();
        await Act(id, "approve");

        var answer = (await compliance.Act(Lara, id, "approve")).Expect(HttpStatusCode.OK).Read<ReviewView>();

        var approved = (await compliance.StoredEventsOf(id)).Single(e => e.Data is Approved);
        answer.Seal!.EventId.ShouldBe(approved.Id);
    }

    [Fact]
    public async Task Accepting_a_condition_is_a_ruling_and_claiming_a_review_is_none()
    {
        var id = await compliance.Open();

        (await Act(id, "claim")).Expect(HttpStatusCode.OK).Body.ShouldNotContain("\"seal\"");

        asked.ShouldBeEmpty();
        Seals.IsRuling(new ConditionAccepted(1, "c1", Contracts.ReviewQueue.Risk, "rita", null, null, compliance.Clock.GetUtcNow())).ShouldBeTrue();
    }

    [Fact]
    public async Task A_ruling_repeated_under_its_key_is_answered_with_the_same_seal()
    {
        var id = await compliance.Open();
        var first = (await Act(id, "approve", key: $"{id}")).Expect(HttpStatusCode.OK);

        var second = (await Act(id, "approve", key: $"{id}")).Expect(HttpStatusCode.OK);

        second.Read<ReviewView>().Seal.ShouldBe(first.Read<ReviewView>().Seal);
    }

    [Fact]
    public async Task A_ruling_the_ledger_takes_longer_for_stands_and_says_where_its_seal_will_be()
    {
        var id = await compliance.Open();
        seals = false;

        var answer = await Act(id, "reject");

        answer.Expect(HttpStatusCode.Accepted).Read<ReviewView>().State.ShouldBe(ReviewState.Rejected);
        (await compliance.As(Rita).Get(answer.Location!)).Expect(HttpStatusCode.ServiceUnavailable);
        seals = true;
        (await compliance.As(Rita).Get(answer.Location!)).Expect(HttpStatusCode.OK).Read<Seal>().ShouldBe(Of(await Ruling(id)));
        (await compliance.As(Rita).Get($"/api/reviews/{id}/seals/{Guid.CreateVersion7()}")).Expect(HttpStatusCode.NotFound);
        (await compliance.As(Roles.PortfolioManager, "Elsewhere").Get(answer.Location!)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_rulings_of_a_review_are_listed_with_their_seals_for_whoever_sees_the_case()
    {
        var id = await compliance.Open();
        await Act(id, "claim");
        await Act(id, "approve");
        await compliance.Act(Lara, id, "approve");

        var listed = (await compliance.As(Rita).Get($"/api/reviews/{id}/seals?pageSize=2")).Expect(HttpStatusCode.OK).Read<Page<SealedRuling>>();
        seals = false;
        var unsealed = (await compliance.As(Rita).Get($"/api/reviews/{id}/seals?pageSize=2&page=2")).Expect(HttpStatusCode.OK).Read<Page<SealedRuling>>();

        listed.Total.ShouldBe(3);
        listed.Items.Select(ruling => ruling.Contract).ShouldBe(["governance.use-case-approved.v1", "governance.sign-off-recorded.v1"]);
        listed.Items.ShouldAllBe(ruling => ruling.Seal == Of(ruling.EventId));
        unsealed.Items.ShouldHaveSingleItem().Seal.ShouldBeNull();
        (await compliance.As(Roles.PortfolioManager, "Elsewhere").Get($"/api/reviews/{id}/seals")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_ruling_stands_while_the_ledger_is_away()
    {
        var id = await compliance.Open();
        await ledger.StopAsync();

        (await Act(id, "reject")).Expect(HttpStatusCode.Accepted);

        (await compliance.Read(id)).State.ShouldBe(ReviewState.Rejected);
    }

    [Fact]
    public async Task Every_approval_in_bulk_has_a_seal_of_its_own()
    {
        (await compliance.Act(Rita, await OpenLow(), "approve")).Expect(HttpStatusCode.OK);

        var result = await Eventually.Until(
            async () => await Bulk(await OpenLow(), await OpenLow()),
            result => result.Reviews.All(item => item.Approved),
            what: "two approvals that no reminder gets in between of");

        result.Reviews.ShouldAllBe(item => item.Seal == Of(item.Ruling!.Value));
        result.Reviews[0].Ruling.ShouldBe(await Ruling(result.Reviews[0].Id));
    }

    private string? Audit
    {
        set => compliance.Services.GetRequiredService<IConfiguration>()["services:audit:http:0"] = value;
    }

    private async Task<BulkResult> Bulk(params Guid[] reviews) =>
        (await compliance.As(Rolf).Post("/api/reviews/bulk-approval", new BulkInput(reviews))).Expect(HttpStatusCode.OK).Read<BulkResult>();

    /// <summary>The last ruling of a review; its clock may have added something since.</summary>
    private async Task<Guid> Ruling(Guid review) => (await compliance.StoredEventsOf(review)).Last(e => Seals.IsRuling(e.Data)).Id;

    private static Seal Of(Guid fact) => new(fact, 41, "hash", 42, "note");

    private Task<Answer> Act(Guid id, string action, string? key = null) =>
        compliance.Act(Rita, id, action, action is "approve" or "claim" ? null : new ReviewInput(Reason: "Because."), key: key);

    private async Task<Guid> OpenLow()
    {
        var id = Guid.CreateVersion7();
        await compliance.Recommend(id, 1, Known.RiskOnly);

        return id;
    }

    private static WebApplication Ledger()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");

        return app;
    }
}
