using System.Globalization;
using System.Net;
using Governance.Compliance.Notifications;
using Microsoft.Extensions.Configuration;
using NodaTime;

namespace Governance.Compliance.Tests.Notifications;

public sealed class SendingRulesTests
{
    /// <summary>The example of the Standard Webhooks specification.</summary>
    [Fact]
    public void A_webhook_is_signed_as_the_standard_says() => WebhookSignature
        .Of("msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1_614_265_330), """{"test": 2432232314}""", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
        .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void While_a_secret_is_replaced_both_sign()
    {
        var (old, fresh) = (WebhookSignature.NewSecret(), WebhookSignature.NewSecret());
        var signatures = WebhookSignature.Of("id", DateTimeOffset.UnixEpoch, "{}", [fresh, old]).Split(' ');

        signatures.ShouldBe([WebhookSignature.Of("id", DateTimeOffset.UnixEpoch, "{}", [fresh]), WebhookSignature.Of("id", DateTimeOffset.UnixEpoch, "{}", [old])]);
        fresh.ShouldStartWith("whsec_");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_closed(string address) => Target().Trouble(IPAddress.Parse(address)).ShouldNotBeNull();

    [Theory]
    [InlineData("9.9.9.9")]
    [InlineData("172.32.0.1")]
    [InlineData("193.168.1.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void A_public_address_is_open(string address) => Target().Trouble(IPAddress.Parse(address)).ShouldBeNull();

    [Fact]
    public void Configuration_may_allow_a_network() => Target("10.1.0.0/16").Trouble(IPAddress.Parse("10.1.2.3")).ShouldBeNull();

    [Theory]
    [InlineData("http://example.org/hook", "https")]
    [InlineData("ftp://example.org/hook", "https")]
    [InlineData("file:///etc/passwd", "https")]
    [InlineData("/hook", "https")]
    [InlineData("hook", "absolute")]
    [InlineData("", "characters")]
    [InlineData("https://user:secret@example.org/", "name or password")]
    [InlineData("https://example.org/#part", "fragment")]
    [InlineData("https://127.0.0.1/hook", "not public")]
    [InlineData("https://[::1]/hook", "not public")]
    [InlineData("https://2130706433/hook", "not public")]
    [InlineData("https://0x7f000001/hook", "not public")]
    [InlineData("https://169.254.169.254/latest/meta-data", "not public")]
    public void A_target_is_refused_with_the_reason(string url, string because) => Target().Trouble(url).ShouldNotBeNull().ShouldContain(because);

    [Fact]
    public void A_public_https_target_is_taken() => Target().Trouble("https://hooks.example.org:8443/governance?team=1").ShouldBeNull();

    [Theory]
    [InlineData(1, 2.5, 5)]
    [InlineData(2, 10, 20)]
    [InlineData(3, 40, 80)]
    [InlineData(9, 21_600, 43_200)]
    [InlineData(200, 21_600, 43_200)]
    public void Each_failure_waits_four_times_as_long_up_to_half_a_day(int attempt, double least, double most)
    {
        Deliveries.PauseAfter(attempt, 1).ShouldBe(TimeSpan.FromSeconds(least));
        Deliveries.PauseAfter(attempt, 0).ShouldBe(TimeSpan.FromSeconds(most));
    }

    /// <summary>Berlin is two hours ahead of UTC until 25 October 2026, and one from then on; New York turns a week later.</summary>
    [Theory]
    [InlineData(Digest.Immediately, 8, "Europe/Berlin", "2026-10-24T05:00:10Z", "2026-10-24T05:00:10Z")]
    [InlineData(Digest.Hourly, 8, "Europe/Berlin", "2026-10-24T05:00:10Z", "2026-10-24T06:00:00Z")]
    [InlineData(Digest.Hourly, 8, "Europe/Berlin", "2026-10-24T05:59:30Z", "2026-10-24T07:00:00Z")]
    [InlineData(Digest.Daily, 8, "Europe/Berlin", "2026-10-24T05:00:00Z", "2026-10-24T06:00:00Z")]
    [InlineData(Digest.Daily, 8, "Europe/Berlin", "2026-10-24T05:59:30Z", "2026-10-25T07:00:00Z")]
    [InlineData(Digest.Daily, 8, "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T07:00:00Z")]
    [InlineData(Digest.Daily, 0, "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T04:00:00Z")]
    [InlineData(Digest.Daily, 2, "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    public void A_digest_is_mailed_at_the_hour_of_the_persons_own_day(Digest digest, int hour, string zone, string now, string mailed) =>
        new Preferences(Mail: true, digest, hour, zone).MailAt(At(now)).ShouldBe(At(mailed));

    [Fact]
    public void Preferences_name_an_hour_of_the_day_and_a_time_zone() =>
        new Preferences(DailyAt: 24, TimeZone: "Mars/Base").Check().Select(e => e.Field).ShouldBe(["dailyAt", "timeZone"]);

    [Theory]
    [InlineData("risk@example.org\r\nBcc: all@example.org")]
    [InlineData("risk@example.org, all@example.org")]
    [InlineData("Risk <risk@example.org>")]
    [InlineData("risk")]
    [InlineData("")]
    public void An_account_address_that_is_no_plain_address_is_not_used(string address) =>
        PreferencesEndpoints.AddressOf(new(new System.Security.Claims.ClaimsIdentity([new("email", address)]))).ShouldBeNull();

    [Fact]
    public void Every_kind_of_notice_has_a_sentence_of_its_own()
    {
        var facts = new NoticeFacts(Guid.Empty, "UC-2026-0042", 1, Contracts.RiskTier.High, "legal", [Contracts.ReviewQueue.Legal], At("2026-11-27T16:00:00Z"), ["model.base"]);
        var sentences = Enum.GetValues<NoticeKind>().Select(kind => Wording.Of(kind, facts, DateTimeZoneProviders.Tzdb["Europe/Berlin"])).ToList();

        sentences.ShouldBeUnique();
        sentences[0].ShouldBe("UC-2026-0042 needs a sign-off of legal (high risk), due 2026-11-27 17:00 (Europe/Berlin).");
    }

    private static WebhookTarget Target(params string[] allowed) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(allowed.Select((network, i) => KeyValuePair.Create($"Notifications:Webhooks:AllowedNetworks:{i}", (string?)network)))
        .Build());

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
}
