using Governance.Portal.Cases;

namespace Governance.Portal.Tests;

public sealed class ImportFileTests
{
    private static readonly string Example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "example.json"));

    private const string Header =
        "title,summary,businessUnit,objective.statement,domain,volume.requestsPerMonth,volume.promptTokensPerRequest,"
        + "volume.outputTokensPerRequest,data.labelledExamples,compliance.jurisdictions,compliance.regulatedSectors,benefit.basis,budget.amount,budget.currency,team.promptSkills";

    private const string Row = "\"Letters, routed\",Sorts letters,Retail Banking,Faster,finance,1000,100,50,0,EU;DE,none,hours-saved,2500.50,EUR,yes";

    [Fact]
    public void A_list_and_a_single_case_are_both_read()
    {
        ImportFile.Read("a.json", Example).ShouldHaveSingleItem().IsValid.ShouldBeTrue();
        ImportFile.Read("a.json", $"[{Example},{Example}]").Count.ShouldBe(2);
    }

    [Fact]
    public void A_table_becomes_bodies_of_the_right_types()
    {
        var row = ImportFile.Read("a.csv", $"\uFEFF{Header}\r\n{Row}\r\n").ShouldHaveSingleItem();

        row.Errors.ShouldBeEmpty();
        row.Draft.Body.ToJsonString().ShouldContain("\"budget\":{\"amount\":2500.50,\"currency\":\"EUR\"}");
        row.Draft.Many("compliance.jurisdictions").ShouldBe(["EU", "DE"]);
        row.Draft.Many("compliance.regulatedSectors").ShouldBeEmpty();
        row.Draft.YesNo("team.promptSkills").ShouldBe(true);
    }

    [Fact]
    public void Each_row_is_told_its_own_mistakes()
    {
        var rows = ImportFile.Read("a.csv", $"{Header}\n{Row}\n{Row.Replace(",1000,", ",many,")}\n{Row.Replace("hours-saved", "luck")}\n");

        rows.Select(row => row.IsValid).ShouldBe([true, false, false]);
        rows[1].Errors.Keys.ShouldHaveSingleItem().ShouldBe("volume.requestsPerMonth");
        rows[2].Errors.Keys.ShouldHaveSingleItem().ShouldBe("benefit.basis");
    }

    [Theory]
    [InlineData("a.csv", "colour\nred", "colour")]
    [InlineData("a.csv", "title,title\na,b", "twice")]
    [InlineData("a.csv", "title\n\"never closed", "never closed")]
    [InlineData("a.csv", "title", "no case")]
    [InlineData("a.json", "7", "one case or a list")]
    [InlineData("a.json", "[7]", "must be an object")]
    [InlineData("a.json", "nonsense", "no JSON")]
    public void A_file_that_cannot_be_read_says_why(string name, string text, string because) =>
        Should.Throw<ImportException>(() => ImportFile.Read(name, text)).Message.ShouldContain(because);

    [Fact]
    public void The_same_content_is_the_same_submission_and_other_content_another()
    {
        var (one, two) = (ImportFile.Read("a.json", Example)[0], ImportFile.Read("b.json", Example)[0]);
        two.Key.ShouldBe(one.Key);
        two.Draft.Set("promptCount", 15);

        two.Key.ShouldNotBe(one.Key);
    }

    [Fact]
    public void The_template_is_a_header_the_import_understands() =>
        ImportFile.Read("a.csv", ImportFile.Template() + new string(',', ImportFile.Columns().Count() - 1).Insert(0, "x")).ShouldHaveSingleItem().IsValid.ShouldBeFalse();
}
