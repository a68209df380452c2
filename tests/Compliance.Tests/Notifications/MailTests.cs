using Governance.Compliance.Notifications;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using MimeKit;
using SmtpServer.Protocol;

namespace Governance.Compliance.Tests.Notifications;

public sealed class MailTests(NotifyingService service) : IClassFixture<NotifyingService>
{
    private readonly Person lara = new($"Lara {Guid.CreateVersion7()}", [Roles.LegalReviewer], []);
    private readonly string address = $"{Guid.CreateVersion7():n}@example.org";

    [Fact]
    public async Task A_mail_is_sent_at_once_to_who_wants_it_so_with_the_number_and_a_link()
    {
        await service.SignIn(lara, address, new(Mail: true, TimeZone: "Europe/Berlin"));
        var review = await service.OpenForLegal();

        var (from, to, message, _) = (await Mails(1))[0];
        (from, to[0]).ShouldBe(("governance@example.org", address));
        message.Subject.ShouldStartWith("UC-2026-0042 needs a sign-off of legal (medium risk), due ");
        message.Subject.ShouldEndWith("(Europe/Berlin).");
        message.TextBody.ShouldNotBeNull().ShouldContain($"https://governance.example.org/reviews/{review}");
        message.HtmlBody.ShouldBeNull();
        message.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        await Eventually.Until(async () => (await service.DeliveriesTo(lara.Subject)).Single().State is "sent");
    }

    [Fact]
    public async Task A_digest_gathers_what_came_and_leaves_out_what_is_settled_by_then()
    {
        var http = await service.SignIn(lara, address, new(Mail: true, Digest.Hourly));
        var (waiting, signed, read, also) = (await service.OpenForLegal(), await service.OpenForLegal(), await service.OpenForLegal(), await service.OpenForLegal());
        await service.Tell(new SignOffRecorded(signed, 1, ReviewQueue.Legal, "somebody", [], new('e', 64), "legal"), 2);
        await http.Post($"/api/notifications/{(await NotifyingService.UnreadOf(http)).Single(n => n.Facts.UseCaseId == read).Id}/read");
        (await service.DeliveriesTo(lara.Subject)).ShouldAllBe(d => d.State == "waiting");

        service.Clock.Advance(TimeSpan.FromMinutes(121));

        var mails = await Mails(1);
        var text = string.Join('\n', mails.Select(m => m.Message.TextBody));
        text.ShouldContain($"{waiting}");
        text.ShouldContain($"{also}");
        text.ShouldNotContain($"{signed}");
        text.ShouldNotContain($"{read}");
        mails[0].Message.Subject.ShouldBe("2 notices from Governance");
    }

    [Fact]
    public async Task A_digest_with_nothing_left_in_it_is_not_sent()
    {
        await service.SignIn(lara, address, new(Mail: true, Digest.Daily));
        var review = await service.OpenForLegal();
        await service.Tell(new ReviewClosed(review, 1), 2);

        service.Clock.Advance(TimeSpan.FromDays(2));

        await Eventually.Until(async () => (await service.DeliveriesTo(lara.Subject)).Single().State is "cancelled");
        service.Smtp.Received.ShouldNotContain(mail => mail.To.Contains(address));
    }

    [Fact]
    public async Task Nothing_a_person_wrote_gets_into_a_header_or_the_body()
    {
        var mona = new Person($"Mona {Guid.CreateVersion7()}\r\nBcc: all@example.org", [Roles.PortfolioManager], ["Retail Banking"]);
        await service.SignIn(mona, address, new(Mail: true));
        var review = await service.OpenForLegal(mona.Subject);
        await service.Tell(Messages.Rejected(review) with { Reason = "No.\r\n.\r\nRCPT TO:<all@example.org>\r\n<b>Bold</b>" }, 2);

        var (_, to, message, raw) = (await Mails(1))[0];
        to.ShouldBe([address]);
        message.Subject.ShouldBe("UC-2026-0042 is rejected.");
        raw.ShouldNotContain("all@example.org");
        raw.ShouldNotContain("<b>");
        message.To.ShouldHaveSingleItem().ShouldBeOfType<MailboxAddress>().Address.ShouldBe(address);
    }

    [Fact]
    public async Task A_server_that_cannot_take_a_mail_now_is_asked_again_later_and_one_that_never_will_is_not()
    {
        service.Smtp.Answers[address] = SmtpReplyCode.Aborted;
        await service.SignIn(lara, address, new(Mail: true));
        await service.OpenForLegal();
        await Eventually.Until(async () => (await service.DeliveriesTo(lara.Subject)).Single() is { State: "waiting", Attempts: 1, LastError: not null });

        service.Smtp.Answers[address] = SmtpReplyCode.MailboxUnavailable;
        service.Clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.Until(async () => (await service.DeliveriesTo(lara.Subject)).Single().State is "given-up");
        (await service.DeliveriesTo(lara.Subject)).Single().LastError.ShouldBe("The mail server refuses: 550.");
    }

    /// <summary>A sender that is killed leaves its lease behind; the mail goes out again under the same id.</summary>
    [Fact]
    public async Task A_mail_whose_sender_was_killed_is_sent_by_another_under_the_same_id()
    {
        await service.SignIn(lara, address, new(Mail: true));
        await service.OpenForLegal();
        var first = (await Mails(1))[0].Message.MessageId;
        var id = (await Eventually.Until(() => service.DeliveriesTo(lara.Subject), all => all.Single().State is "sent")).Single().Id;
        await Set(id, "state = 'leased', done_at = null, lease_until = $2", service.Clock.GetUtcNow().AddSeconds(30));
        (await service.DeliveriesTo(lara.Subject)).Single().State.ShouldBe("leased");

        service.Clock.Advance(TimeSpan.FromMinutes(1));

        (await Mails(2)).ShouldAllBe(mail => mail.Message.MessageId == first);
        first.ShouldBe($"{id}@governance");
    }

    private async Task Set(Guid delivery, string what, DateTimeOffset value)
    {
        await using var command = service.Database.CreateCommand($"update delivery set {what} where id = $1");
        command.Parameters.AddWithValue(delivery);
        command.Parameters.AddWithValue(value.ToUniversalTime());
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private Task<List<(string From, IReadOnlyList<string> To, MimeMessage Message, string Raw)>> Mails(int count) => Eventually.Until(
        () => Task.FromResult(service.Smtp.Received.Where(mail => mail.To.Contains(address)).ToList()), mails => mails.Count >= count, what: "mail");
}
