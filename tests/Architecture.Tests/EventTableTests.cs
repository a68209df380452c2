using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Architecture.Tests;

/// <summary>The page everybody reads before changing an event, held to what the code does.</summary>
public sealed class EventTableTests
{
    private const string Page = "docs/events.md";

    private static readonly IReadOnlyList<string[]> Rows =
    [
        .. Repository.Read(Page).Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells.Length == 6),
    ];

    [Fact]
    public void The_page_lists_every_fact_with_who_says_it_who_hears_it_and_what_is_personal() =>
        Rows.Select(cells => string.Join(" | ", cells[0], cells[1], cells[2], cells[4], cells[5])).Order(StringComparer.Ordinal)
            .ShouldBe(
                PublishedLanguage.Facts.Select(Row).Order(StringComparer.Ordinal),
                $"{Page}: columns contract, version, published by, consumed by, personal members");

    [Fact]
    public void The_page_says_when_each_fact_is_published() => Rows.ShouldAllBe(cells => cells[3].Length > 0);

    [Fact]
    public void One_service_publishes_each_fact_and_its_contract_stands_in_the_file_of_that_service() =>
        Assert.All(PublishedLanguage.Facts.Where(fact => fact.Type != typeof(PersonalDataErasedFrom)), fact =>
        {
            var publisher = fact.Publishers.ShouldHaveSingleItem($"{fact.Type.Name} must be translated in exactly one Published.cs");
            Repository.Read($"src/Contracts/{publisher}.cs").ShouldContain($"record {fact.Type.Name}(");
        });

    /// <summary>A service that keeps facts of cases and does not erase would keep what is gone everywhere else.</summary>
    [Fact]
    public void Every_service_that_hears_of_cases_erases_and_says_so()
    {
        var erases = PublishedLanguage.Facts.Single(fact => fact.Type == typeof(PersonalDataErased)).Consumers;
        var says = PublishedLanguage.Facts.Single(fact => fact.Type == typeof(PersonalDataErasedFrom)).Publishers;

        erases.ShouldBe(Repository.Services, ignoreOrder: true);
        says.ShouldBe(Repository.Services.Except(["Audit"]), ignoreOrder: true);
        Repository.Read("src/Contracts/Erasure.cs").ShouldContain($"record {nameof(PersonalDataErasedFrom)}(");
    }

    [Fact]
    public void The_audit_trail_hears_every_fact() =>
        PublishedLanguage.Facts.ShouldAllBe(fact => fact.Consumers.Contains("Audit"));

    /// <summary>A consumer that is missing there would miss what is published before its first start.</summary>
    [Fact]
    public void Publishers_declare_the_queues_of_exactly_those_who_consume() =>
        Subscriptions.Subscribers.ToDictionary(s => s.Key.Name, s => string.Join(", ", s.Value.Append(Subscriptions.Audit).Order(StringComparer.Ordinal)))
            .ShouldBe(
                PublishedLanguage.Facts.ToDictionary(fact => fact.Type.Name, fact => string.Join(", ", fact.Consumers.Select(Queue).Order(StringComparer.Ordinal))),
                ignoreOrder: true);

    private static string Queue(string service) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(service);

    private static string Row(PublishedFact fact) => string.Join(
        " | ",
        $"`{fact.Name}`",
        $"{fact.Version}",
        string.Join(", ", fact.Publishers),
        string.Join(", ", fact.Consumers),
        string.Join(", ", fact.PersonalMembers.Select(path => $"`{path}`").DefaultIfEmpty("none")));
}
