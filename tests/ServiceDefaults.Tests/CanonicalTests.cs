using System.Text.Json.Nodes;

namespace Governance.ServiceDefaults.Tests;

public sealed class CanonicalTests
{
    [Theory]
    [InlineData("""{"b":1,"a":2}""", """{"a":2,"b":1}""")]
    [InlineData("""{ "a" : [ 1 , 2 ] }""", """{"a":[1,2]}""")]
    [InlineData("""{"B":1,"a":1,"A":1,"_":1}""", """{"A":1,"B":1,"_":1,"a":1}""")]
    [InlineData("""{"\u20ac":1,"\r":1,"1":1,"\ud83d\ude02":1,"\u0080":1,"\ufb33":1,"\u00f6":1}""", "{\"\\r\":1,\"1\":1,\"\u0080\":1,\"ö\":1,\"€\":1,\"😂\":1,\"\ufb33\":1}")]
    [InlineData("""{"a":{"d":1,"c":{"z":1,"y":1}}}""", """{"a":{"c":{"y":1,"z":1},"d":1}}""")]
    public void Members_stand_in_the_order_of_their_UTF16_code_units(string json, string canonical) => Write(json).ShouldBe(canonical);

    [Theory]
    [InlineData("""["\u0000\u0008\u0009\u000a\u000c\u000d\u001f"]""", """["\u0000\b\t\n\f\r\u001f"]""")]
    [InlineData("""["\"\\\/"]""", """["\"\\/"]""")]
    [InlineData("""["\u00e9 \u20ac \u007f \u2028 <>&'"]""", "[\"é € \u007f \u2028 <>&'\"]")]
    [InlineData("""["\u0041"]""", """["A"]""")]
    public void Text_is_escaped_only_where_it_must_be(string json, string canonical) => Write(json).ShouldBe(canonical);

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("1e3", "1000")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("0.10", "\"0.1\"")]
    [InlineData("1.50e1", "15")]
    [InlineData("-12.3400", "\"-12.34\"")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740992", "\"9007199254740992\"")]
    [InlineData("-9007199254740992", "\"-9007199254740992\"")]
    [InlineData("0.0000000000000000000000000001", "\"0.0000000000000000000000000001\"")]
    public void Numbers_are_integers_or_text_without_trailing_zeros(string json, string canonical) => Write(json).ShouldBe(canonical);

    [Theory]
    [InlineData("""{"a":null,"b":1}""", """{"b":1}""")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""[null,1]""", "[null,1]")]
    [InlineData("""{"a":{"b":null}}""", """{"a":{}}""")]
    [InlineData("null", "null")]
    [InlineData("[true,false,[],{}]", "[true,false,[],{}]")]
    public void Null_members_are_left_out_and_null_items_are_not(string json, string canonical) => Write(json).ShouldBe(canonical);

    [Fact]
    public void A_value_built_in_memory_and_one_read_from_text_hash_alike()
    {
        var built = new JsonObject { ["money"] = 12.50m, ["count"] = 3, ["share"] = 0.25, ["name"] = "x", ["at"] = new DateOnly(2026, 11, 20).ToString("O", null) };

        Canonical.Hash(built).ShouldBe(Canonical.Hash(JsonNode.Parse("""{"at":"2026-11-20","count":3.0,"money":12.5,"name":"x","share":0.250}""")));
    }

    [Fact]
    public void The_hash_is_SHA_256_over_UTF_8_in_lower_case() =>
        Canonical.Hash(JsonNode.Parse("{}")).ShouldBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");

    [Fact]
    public void An_optional_member_that_is_added_later_changes_no_old_hash() =>
        Canonical.Hash(new Before("x")).ShouldBe(Canonical.Hash(new After("x")));

    [Fact]
    public void What_jsonb_does_to_a_document_does_not_show()
    {
        const string written = """{"longer":1,"b":1.10,"é":"\u00e9","n":-0.0}""";
        const string stored = """{"b": 1.10, "n": 0.0, "é": "é", "longer": 1}""";

        Write(written).ShouldBe(Write(stored));
    }

    private static string Write(string json) => Canonical.Write(JsonNode.Parse(json));

    private sealed record Before(string Name);

    private sealed record After(string Name, int? Added = null);
}
