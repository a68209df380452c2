using System.Globalization;
using System.Text.RegularExpressions;

namespace Governance.Strategy.Tests;

/// <summary>
/// The rulebook's own list of everything the sources say, one id a line, thresholds with their numbers: whatever is on it must stand in
/// a policy and be tried by a test.
/// </summary>
public sealed class CoverageTests
{
    private static readonly string Root = FindRoot();

    private static readonly IReadOnlyList<string[]> Lines =
        [.. File.ReadAllLines(Path.Combine(Root, "tests", "Strategy.Tests", "rulebook.csv")).Skip(1).Select(line => line.Split(','))];

    private static readonly Lazy<string> Tests = new(() => Sources("tests"));

    private static readonly Lazy<string> ComplianceTests = new(() => Sources("tests/Compliance.Tests"));

    private static readonly Lazy<string> Policies = new(() => string.Join('\n',
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.json", SearchOption.AllDirectories).Select(File.ReadAllText)));

    public static TheoryData<string> Ids => [.. Lines.Select(line => line[0])];

    public static TheoryData<string, decimal, decimal?> Numbers => new(
        from line in Lines
        where line[0][0] == 'T'
        select new TheoryDataRow<string, decimal, decimal?>(line[0], Number(line[1])!.Value, Number(line[2])));

    [Fact]
    public void The_list_is_complete() =>
        Lines.GroupBy(line => line[0][0]).ToDictionary(g => g.Key, g => g.Count())
            .ShouldBe(new Dictionary<char, int> { ['F'] = 36, ['R'] = 17, ['Q'] = 7, ['T'] = 26, ['X'] = 11, ['D'] = 15, ['C'] = 10, ['O'] = 12, ['G'] = 29 }, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_of_the_sources_stands_in_a_policy(string id)
    {
        if (id[0] is not 'G')
        {
            Whole(id).IsMatch(Policies.Value).ShouldBeTrue($"{id} is in no policy");
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_of_the_sources_is_tried_by_a_test(string id)
    {
        if (id[0] is not 'T')
        {
            Whole(id).IsMatch(id[0] is 'C' ? ComplianceTests.Value : Tests.Value).ShouldBeTrue($"no test names {id}");
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_of_the_sources_is_the_number_of_the_policy(string id, decimal value, decimal? upTo)
    {
        var threshold = Engine.Policy.Content.Thresholds.Single(t => t.Id == id);

        (threshold.Value, threshold.UpTo).ShouldBe((value, upTo));
    }

    private static string Sources(string folder) => string.Join('\n', Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("CoverageTests.cs", StringComparison.Ordinal)).Select(File.ReadAllText));

    private static decimal? Number(string text) => text.Length is 0 ? null : decimal.Parse(text, CultureInfo.InvariantCulture);

    private static Regex Whole(string id) => new($"(?<![A-Za-z0-9]){id}(?![0-9])", RegexOptions.CultureInvariant);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);

        while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the source tree.");
        }

        return folder.FullName;
    }
}
