using System.Text;
using Microsoft.Extensions.Configuration;

namespace Governance.ServiceDefaults.Tests;

public sealed class MessageMacTests
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string OtherKey = "//////////////////////////////////////////8=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"message":{}}""");

    [Fact]
    public void It_is_hmac_sha256_over_the_body_in_base64() =>
        Of(Key).Of(Body).ShouldBe("N+6nH2iYrj50++8MO8gWJLuDtmWxBpxFqSzzkIG8pJA=");

    [Fact]
    public void It_holds_for_the_same_bytes_and_key_only()
    {
        var code = Of(Key).Of(Body);

        Of(Key).Holds(Body, code).ShouldBeTrue();
        Of(Key).Holds([.. Body, (byte)' '], code).ShouldBeFalse();
        Of(OtherKey).Holds(Body, code).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_code_does_not_hold(string? code) => Of(Key).Holds(Body, code).ShouldBeFalse();

    [Fact]
    public void While_a_key_is_exchanged_messages_under_either_are_accepted()
    {
        var exchanging = Of(Key, OtherKey);

        exchanging.Holds(Body, Of(Key).Of(Body)).ShouldBeTrue();
        exchanging.Holds(Body, Of(OtherKey).Of(Body)).ShouldBeTrue();
        exchanging.Of(Body).ShouldBe(Of(Key).Of(Body));
    }

    [Theory]
    [InlineData(null, null, "Set Messages:Key")]
    [InlineData("", null, "Set Messages:Key")]
    [InlineData("secret", null, "Messages:Key must be 32 bytes in base64")]
    [InlineData("c2VjcmV0", null, "Messages:Key must be 32 bytes in base64")]
    [InlineData(Key, "c2VjcmV0", "Messages:OtherKey must be 32 bytes in base64")]
    public void A_service_without_a_proper_key_does_not_start(string? key, string? other, string because) =>
        Should.Throw<InvalidOperationException>(() => Of(key, other)).Message.ShouldContain(because);

    private static MessageMac Of(string? key, string? other = null) => MessageMac.From(new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Messages:Key"] = key, ["Messages:OtherKey"] = other }).Build());
}
