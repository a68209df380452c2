using System.Text;
using Governance.Ledger;

namespace Governance.Audit.Tests.Ledger;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true, null, -7 ] }""", """{"a":[true,null,-7],"b":1}""")]
    [InlineData("""{"é":1,"z":2,"😀":3,"\uffee":4}""", """{"z":2,"é":1,"😀":3,"￮":4}""")]
    [InlineData("""["\u00e9\u2028\/","\u001f\b\t\n\f\r\"\\"]""", "[\"é\u2028/\",\"\\u001f\\b\\t\\n\\f\\r\\\"\\\\\"]")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("\"1.10\"", "\"1.10\"")]
    public void A_value_has_one_canonical_form(string json, string canonical)
    {
        using var document = CanonicalJson.Parse(json);

        CanonicalJson.WriteText(document.RootElement).ShouldBe(canonical);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("-0")]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740992")]
    [InlineData("1e400")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1,"b":1}}""")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""["\u0000"]""")]
    [InlineData("""{"a":1} x""")]
    [InlineData("[1,]")]
    [InlineData("NaN")]
    [InlineData("")]
    public void What_could_be_read_in_two_ways_is_refused(string json) => Should.Throw<LedgerException>(() =>
    {
        using var document = CanonicalJson.Parse(json);
        CanonicalJson.Write(document.RootElement);
    }).Code.ShouldBe(CanonicalJson.NotCanonical);

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused() =>
        Should.Throw<LedgerException>(() => CanonicalJson.ParseCanonical(new byte[] { (byte)'"', 0xc3, (byte)'"' }, "A line"));

    [Theory]
    [InlineData("""{"a": 1}""")]
    [InlineData("""{"b":1,"a":2}""")]
    [InlineData("""["\u0041"]""")]
    [InlineData("[1]\n")]
    public void Another_spelling_of_a_value_is_not_canonical(string json) =>
        Should.Throw<LedgerException>(() => CanonicalJson.ParseCanonical(Encoding.UTF8.GetBytes(json), "A line")).Message.ShouldContain("A line");
}
