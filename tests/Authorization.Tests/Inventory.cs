using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Authorization.Tests;

/// <summary>The matrix knows every endpoint there is: a new one fails here until somebody has said who may use it.</summary>
[Collection(nameof(Platform))]
public sealed class Inventory(Platform platform)
{
    internal static readonly string[] Services = ["intake", "data-readiness", "costs", "strategy", "compliance", "audit"];

    private static readonly string[] OpenToEverybody = ["/health", "/alive", "/openapi/{documentName}.json", "/internal/flow", "/internal/announced", "/internal/read-models", "/internal/seals/{eventId:guid}", "/api/decisions/keys"];

    private static readonly string[] KindsOfCases = ["own", "other", "absent"];

    /// <summary>Programs with doors of their own kind: sign-in, and the web pages in front of the services.</summary>
    private static readonly string[] NoServices = ["Identity", "Portal"];

    public static TheoryData<string> AllServices => [.. Services];

    [Theory]
    [MemberData(nameof(AllServices))]
    public void The_matrix_has_a_line_for_every_endpoint_and_none_that_is_gone(string service) =>
        EndpointsOf(service).Select(Name).Order().ShouldBe(
            Matrix.Rows.Where(row => row.Service == service || row.IsForAllServices).Select(row => row.Endpoint).Distinct().Order());

    [Theory]
    [MemberData(nameof(AllServices))]
    public void Every_endpoint_asks_for_a_role_but_for_the_few_that_are_open_to_everybody(string service)
    {
        foreach (var endpoint in EndpointsOf(service))
        {
            var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            var roles = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
                .SelectMany(policy => policy.Requirements.OfType<RolesAuthorizationRequirement>())
                .SelectMany(requirement => requirement.AllowedRoles);

            isOpen.ShouldBe(OpenToEverybody.Contains(Route(endpoint)), Name(endpoint));
            roles.Any().ShouldBe(!isOpen, $"{Name(endpoint)} asks for no role");
        }
    }

    /// <summary>A case that is not there, another unit's, and one that may be changed: none may be forgotten.</summary>
    [Fact]
    public void Every_endpoint_of_one_case_is_tried_with_all_kinds_of_cases() =>
        Matrix.Rows.Where(row => row.Route.Contains("{id", StringComparison.Ordinal)).GroupBy(row => row.Endpoint)
            .ShouldAllBe(endpoint => KindsOfCases.All(kind => endpoint.Any(row => row.Case == kind)));

    [Fact]
    public void No_service_of_the_source_tree_is_left_out()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);

        while (!File.Exists(Path.Combine(root.FullName, "Governance.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the source tree.");
        }

        Directory.GetFiles(Path.Combine(root.FullName, "src"), "Program.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .Where(name => File.Exists(Path.Combine(root.FullName, "src", name, $"{name}.csproj")) && name is not "Verifier")
            .Except(NoServices)
            .Select(name => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(name))
            .ShouldBe(Services, ignoreOrder: true);
    }

    private IEnumerable<RouteEndpoint> EndpointsOf(string service) =>
        platform.Services[service].Inside.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string Name(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Single() ?? "ANY"} {Route(endpoint)}";

    private static string Route(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText?.Trim('/')}";
}
