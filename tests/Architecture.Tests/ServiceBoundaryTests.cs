using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Governance.Architecture.Tests;

public sealed partial class ServiceBoundaryTests
{
    private static readonly string[] Shared = ["Contracts", "ServiceDefaults", "Engines", "Ledger"];

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_service_knows_no_other_service(string project) =>
        References(project, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference))
            .Except(Shared, StringComparer.Ordinal)
            .ShouldBeEmpty($"{project} may share contracts, service defaults, engines and the format of the ledger only; talk to other services by events");

    [Fact]
    public void The_contracts_rest_on_the_message_abstractions_alone()
    {
        References("Contracts", "ProjectReference").ShouldBeEmpty();
        References("Contracts", "PackageReference").ShouldBe(["MassTransit.Abstractions"]);
    }

    /// <summary>So that another bus would mean other service defaults, and no change in any service.</summary>
    [Fact]
    public void Services_see_of_the_bus_only_the_messages_they_consume() =>
        Repository.Services.SelectMany(service => Repository.Code($"src/{service}"))
            .Where(line => BusCode().IsMatch(line.Text))
            .ShouldBeEmpty("publish through Published.cs; the bus itself belongs to aspire/ServiceDefaults");

    [Fact]
    public void Every_document_kept_of_a_stream_can_be_compared_with_its_events() => Assert.All(Repository.Services, service =>
        Named(service, Snapshot()).ShouldBe(Named(service, Compared()), $"name it in AddReadModels of {service}"));

    [Fact]
    public void Time_and_ids_come_from_the_platform_and_can_be_set_by_a_test() =>
        Repository.Services.Concat(["Contracts", "Portal", "../aspire/ServiceDefaults"]).Select(project => $"src/{project}")
            .SelectMany(Repository.Code)
            .Where(line => WallClockOrRandomId().IsMatch(line.Text))
            .ShouldBeEmpty("use TimeProvider and Guid.CreateVersion7");

    [Fact]
    public void Every_service_on_the_bus_is_looked_at_here() => Assert.All(Repository.Services, service =>
        References("../tests/Architecture.Tests", "ProjectReference").ShouldContain($"../../src/{service}/{service}.csproj"));

    private static IEnumerable<string> Named(string service, Regex pattern) =>
        Repository.Code($"src/{service}").SelectMany(line => pattern.Matches(line.Text)).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Directory.EnumerateFiles(Repository.At($"src/{project}"), "*.csproj").Single())
            .Descendants(kind)
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));

    [GeneratedRegex(@"\b(IBus\w*|IPublishEndpoint|ISendEndpoint\w*|IRequestClient|AddMassTransit|UsingRabbitMq)\b|\bRabbitMQ\.")]
    private static partial Regex BusCode();

    [GeneratedRegex(@"\bSnapshot<(\w+)>")]
    private static partial Regex Snapshot();

    [GeneratedRegex(@"\bReadModel\.Of<(\w+)>")]
    private static partial Regex Compared();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bGuid\.NewGuid\b|\bStopwatch\b")]
    private static partial Regex WallClockOrRandomId();
}
