namespace Governance.Portal;

/// <summary>A service behind the portal; its address comes from the configuration that .NET Aspire and the launcher set.</summary>
internal sealed record Service(string Name, string Title, Uri? Address)
{
    private static readonly (string Name, string Title)[] Known =
    [
        ("intake", "Intake"),
        ("data-readiness", "Data readiness"),
        ("costs", "Costs"),
        ("strategy", "Strategy"),
        ("compliance", "Compliance"),
        ("audit", "Audit"),
    ];

    public static IReadOnlyList<Service> From(IConfiguration configuration) =>
        [.. Known.Select(service => new Service(service.Name, service.Title, AddressOf(configuration, service.Name)))];

    private static Uri? AddressOf(IConfiguration configuration, string name) =>
        (configuration[$"services:{name}:http:0"] ?? configuration[$"services:{name}:https:0"]) is { Length: > 0 } address
            ? new Uri(address)
            : null;
}
