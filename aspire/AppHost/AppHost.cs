// The whole platform on one page. `dotnet run --project aspire/AppHost` starts it with a dashboard; the containers need Docker or
// Podman and keep nothing: every run begins with empty databases and queues.
using System.Security.Cryptography;

var builder = DistributedApplication.CreateBuilder(args);

var postgres = builder.AddPostgres("postgres").WithArgs("-c", "max_connections=300");
var rabbitmq = builder.AddRabbitMQ("rabbitmq").WithManagementPlugin();
var messagesKey = builder.AddParameter("messages-key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), secret: true);
var keycloak = builder.AddContainer("keycloak", "quay.io/keycloak/keycloak", "26.4")
    .WithBindMount("../../infra/keycloak/governance-realm.json", "/opt/keycloak/data/import/governance-realm.json", isReadOnly: true)
    .WithEnvironment("KC_HEALTH_ENABLED", "true")
    .WithArgs("start-dev", "--import-realm")
    .WithHttpEndpoint(port: 8081, targetPort: 8080)
    .WithHttpEndpoint(targetPort: 9000, name: "management")
    .WithHttpHealthCheck("/health/ready", endpointName: "management");

var readiness = Service<Projects.DataReadiness>("data-readiness");
var costs = Service<Projects.Costs>("costs");

// As new as its database: a ledger's key refuses to sign for a log that has forgotten what it signed before.
var audit = Service<Projects.Audit>("audit").WithEnvironment("Ledger__Folder", Directory.CreateTempSubdirectory("governance-ledger-").FullName);

// In the order a use case travels. Strategy asks its two neighbours when somebody wants to know what would be, and Compliance asks Audit
// for the seal of a ruling.
IResourceBuilder<ProjectResource>[] services =
[
    Service<Projects.Intake>("intake"),
    readiness,
    costs,
    Service<Projects.Strategy>("strategy").WithReference(readiness).WithReference(costs),
    Service<Projects.Compliance>("compliance")
        .WithEnvironment("Secrets__Folder", Directory.CreateTempSubdirectory("governance-secrets-").FullName)
        .WithReference(audit),
    audit,
];

// Audit asks every other what it has published, to say whether the ledger is complete.
foreach (var origin in services[..^1])
{
    audit.WithReference(origin);
}

var portal = Web<Projects.Portal>("portal", port: 8080).WithExternalHttpEndpoints();

foreach (var service in services)
{
    portal.WithReference(service).WaitFor(service);
}

builder.Build().Run();

IResourceBuilder<ProjectResource> Service<TProject>(string name) where TProject : IProjectMetadata, new()
{
    var database = postgres.AddDatabase($"{name}-store", name.Replace('-', '_'));

    return Web<TProject>(name)
        .WithReference(database, connectionName: "store").WaitFor(database)
        .WithReference(rabbitmq, connectionName: "bus").WaitFor(rabbitmq)
        .WithEnvironment("Messages__Key", messagesKey);
}

// The environment is named to each process, because Aspire's process host does not pass its own on.
IResourceBuilder<ProjectResource> Web<TProject>(string name, int? port = null) where TProject : IProjectMetadata, new() =>
    builder.AddProject<TProject>(name, launchProfileName: null)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("Keycloak__realm", "governance")
        .WithEnvironment("Keycloak__auth-server-url", keycloak.GetEndpoint("http"))
        .WithEnvironment("Keycloak__resource", "governance-api")
        .WithHttpEndpoint(port: port)
        .WithHttpHealthCheck("/health")
        .WaitFor(keycloak);
