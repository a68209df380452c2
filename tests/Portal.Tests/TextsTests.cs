using System.Text.RegularExpressions;
using System.Xml.Linq;
using Governance.Contracts;
using Governance.Portal.Cases;
using Governance.Portal.Charts;
using Governance.Portal.Shell;
using Governance.Portal.Trail;
using Governance.ServiceDefaults;

namespace Governance.Portal.Tests;

public sealed partial class TextsTests
{
    private static readonly string Source = Path.Combine(Checkout(), "src", "Portal");

    [Fact]
    public void Everything_the_pages_say_is_said_in_German_too()
    {
        var german = Names("Texts.de.resx");
        var said = Directory.EnumerateFiles(Source, "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => Said().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Concat(Fields.Sections.SelectMany(section => section.Fields.SelectMany(field => (string[])[field.Label, field.Help]).Append(section.Title).Append(section.Why)))
            .Where(text => text.Length > 0)
            .ToHashSet();

        said.Except(german).ShouldBeEmpty();
        Names("Texts.resx").Except(german).ShouldBeEmpty();
    }

    [Fact]
    public void Every_value_of_a_question_has_words_in_both_languages()
    {
        var values = Fields.Sections.SelectMany(section => section.Fields).Where(field => field.Values is not null)
            .SelectMany(field => Enum.GetNames(field.Values!).Select(name => $"{field.Values!.Name}.{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(name)}"));

        values.Distinct().Except(Names("Texts.resx")).ShouldBeEmpty();
    }

    [Fact]
    public void Every_fact_of_a_trail_has_a_name_in_both_languages()
    {
        var facts = typeof(IGovernanceEvent).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IGovernanceEvent)))
            .Select(type => $"Contract.{ContractNames.Short(ContractName.Of(type))}");

        facts.Except(Names("Texts.resx").Intersect(Names("Texts.de.resx"))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\u202Eb", "a⟨U+202E⟩b")]
    [InlineData("x\u200By", "x⟨U+200B⟩y")]
    [InlineData("<b>&", "<b>&")]
    public void Characters_that_would_hide_or_reorder_text_are_shown(string text, string shown) => Plain.Text(text).ShouldBe(shown);

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData(" +SUM(A1)", "\"' +SUM(A1)\"")]
    [InlineData("@cmd", "\"'@cmd\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("-2", "\"'-2\"")]
    [InlineData("a \"b\", c", "\"a \"\"b\"\", c\"")]
    public void No_text_of_an_export_can_become_a_formula(string text, string cell) => Csv.Escape(text).ShouldBe(cell);

    [Fact]
    public void Numbers_of_an_export_stay_numbers() =>
        Csv.Write(["a"], [[new Cell("1.234,50", 1234.5m)]]).ShouldEndWith("1234.5\r\n");

    private static HashSet<string> Names(string file) =>
        [.. XDocument.Load(Path.Combine(Source, file)).Descendants("data").Select(text => text.Attribute("name")!.Value)];

    private static string Checkout()
    {
        var folder = AppContext.BaseDirectory;

        while (!File.Exists(Path.Combine(folder, "Governance.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    [GeneratedRegex("\\bT\\[\"([^\"]+)\"")]
    private static partial Regex Said();
}
