using System.Net;
using Governance.Compliance.Notifications;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Compliance.Tests.Notifications;

public sealed class InAppTests(NotifyingService service) : IClassFixture<NotifyingService>
{
    private readonly Person lara = new($"Lara {Guid.CreateVersion7()}", [Roles.LegalReviewer], []);
    private readonly Person mona = new($"Mona {Guid.CreateVersion7()}", [Roles.PortfolioManager], ["Retail Banking"]);

    [Fact]
    public async Task A_reviewer_sees_what_waits_for_the_queue_counts_it_and_has_read_it()
    {
        var http = await service.SignIn(lara);
        var review = await service.OpenForLegal();

        var notice = (await NotifyingService.UnreadOf(http)).Single(n => n.Facts.UseCaseId == review);
        (notice.Kind, notice.Facts.Number).ShouldBe(("sign-off-needed", Messages.Number));
        notice.Text.ShouldStartWith("UC-2026-0042 needs a sign-off of legal");
        (await http.Get("/api/notifications/counts")).Read<NotificationCounts>().Unread.ShouldBe(1);

        (await http.Post($"/api/notifications/{notice.Id}/read")).Expect(HttpStatusCode.NoContent);
        (await http.Post($"/api/notifications/{notice.Id}/read")).Expect(HttpStatusCode.NoContent);
        (await http.Get("/api/notifications/counts")).Read<NotificationCounts>().Unread.ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_reads_the_notices_of_others()
    {
        var (first, other) = (await service.SignIn(lara), await service.SignIn(mona));
        var review = await service.OpenForLegal();
        var notice = (await NotifyingService.UnreadOf(first)).Single(n => n.Facts.UseCaseId == review);

        (await NotifyingService.UnreadOf(other)).ShouldNotContain(n => n.Facts.UseCaseId == review);
        (await other.Post($"/api/notifications/{notice.Id}/read")).Expect(HttpStatusCode.NotFound);
        (await service.As(Roles.UsageWriter).Get("/api/notifications")).Expect(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_submitter_hears_of_wishes_and_verdicts_and_not_what_was_written_in_them()
    {
        var http = await service.SignIn(mona);
        var review = await service.OpenForLegal(mona.Subject);
        await service.Tell(Messages.ChangesRequested(review) with { Reason = "<script>alert(1)</script>\r\nBcc: all@example.org" }, 2);

        var answer = (await http.Get("/api/notifications?unread=true")).Expect(HttpStatusCode.OK);
        var notice = answer.Read<Page<NotificationView>>().Items.Single(n => n.Facts.UseCaseId == review);
        notice.Text.ShouldBe("Changes were requested on UC-2026-0042 by legal.");
        answer.Body.ShouldNotContain("script");
    }

    [Fact]
    public async Task A_notice_whose_reason_is_gone_is_not_new_any_more()
    {
        var http = await service.SignIn(lara);
        var review = await service.OpenForLegal();
        var notice = (await NotifyingService.UnreadOf(http)).Single(n => n.Facts.UseCaseId == review);
        notice.GoneAt.ShouldBeNull();
        await service.Tell(new SignOffRecorded(review, 1, ReviewQueue.Legal, "somebody", [], new('e', 64), "legal"), 2);

        (await NotifyingService.UnreadOf(http)).ShouldNotContain(n => n.Facts.UseCaseId == review);
        (await http.Get("/api/notifications")).Read<Page<NotificationView>>().Items.Single(n => n.Id == notice.Id).GoneAt.ShouldNotBeNull();
        (await http.Get("/api/notifications/counts")).Read<NotificationCounts>().Unread.ShouldBe(0);
    }

    [Fact]
    public async Task What_Compliance_says_of_its_reviews_reaches_the_queue_and_a_claim_takes_it_back()
    {
        var (http, colleague) = (await service.SignIn(lara), new Person($"Lena {Guid.CreateVersion7()}", [Roles.LegalReviewer], []));
        var review = Guid.CreateVersion7();
        (await service.Publish(Messages.Recommended(review, 1, ComplianceService.RiskAndLegal, ComplianceService.Prompting))).Fault.ShouldBeNull();
        await Eventually.Until(async () => (await NotifyingService.UnreadOf(http)).Any(n => n.Facts.UseCaseId == review && n.Facts.Requirement is "legal"));

        (await (await service.SignIn(colleague)).Post($"/api/reviews/{review}/claim")).Expect(HttpStatusCode.OK);

        await Eventually.Until(async () => !(await NotifyingService.UnreadOf(http)).Any(n => n.Facts.UseCaseId == review));
    }

    [Fact]
    public async Task A_fact_that_arrives_twice_is_told_once()
    {
        var http = await service.SignIn(lara);
        var (review, message) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var opened = Messages.ReviewOpened(review) with { RequiredSignOffs = [new(ReviewQueue.Legal, "Why.", service.Clock.GetUtcNow(), "legal", [ReviewQueue.Legal])] };

        await service.Tell(opened, 1, message);
        await service.Tell(opened, 1, message);

        (await NotifyingService.UnreadOf(http)).Count(n => n.Facts.UseCaseId == review).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_half_a_year_old_is_cleared_away()
    {
        var http = await service.SignIn(lara);
        var review = await service.OpenForLegal();
        await using var age = service.Database.CreateCommand("update notification set created_at = created_at - interval '200 days' where facts ->> 'useCaseId' = $1");
        age.Parameters.AddWithValue($"{review}");
        await age.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await service.Services.GetRequiredService<NotificationStore>().Clear(TestContext.Current.CancellationToken);

        (await NotifyingService.UnreadOf(http)).ShouldNotContain(n => n.Facts.UseCaseId == review);
    }

    [Fact]
    public async Task Preferences_are_checked_and_the_address_is_that_of_the_account()
    {
        var http = await service.SignIn(lara, "lara@example.org");
        var noAddress = await service.SignIn(mona);

        (await http.Put("/api/notifications/preferences", new Preferences(Mail: true, Digest.Daily, 24, "Mars/Base"))).ExpectProblem(HttpStatusCode.BadRequest, "attention", "dailyAt", "timeZone");
        (await noAddress.Put("/api/notifications/preferences", new Preferences(Mail: true))).ExpectProblem(HttpStatusCode.BadRequest, "address", "mail");
        (await http.Put("/api/notifications/preferences", """{"mail":true,"digest":"daily","dailyAt":8,"timeZone":"Europe/Berlin","address":"x@y.z"}""")).ExpectProblem(HttpStatusCode.BadRequest, "not known", "address");
        (await http.Put("/api/notifications/preferences", new Preferences(Mail: true, Digest.Daily, 8, "Europe/Berlin"))).Expect(HttpStatusCode.OK)
            .Read<PreferencesView>().ShouldBe(new(true, Digest.Daily, 8, "Europe/Berlin", "lara@example.org", true));
        (await http.Get("/api/notifications/preferences")).Read<PreferencesView>().Digest.ShouldBe(Digest.Daily);
    }
}
