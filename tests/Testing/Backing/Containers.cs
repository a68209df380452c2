using System.Net.Sockets;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Governance.Testing.Backing;

/// <summary>Whether tests use containers.</summary>
internal static class Containers
{
    private const string Choice = "GOVERNANCE_TEST_BACKING";
    private const string StandardSocket = "/var/run/docker.sock";

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    public static async Task<bool> AreWantedAsync() => Environment.GetEnvironmentVariable(Choice) switch
    {
        "containers" => true,
        "native" => false,
        null or "" => await EngineAnswersAsync(),
        var other => throw new InvalidOperationException($"{Choice} is \"{other}\"; it may be containers, native or unset."),
    };

    private static async Task<bool> EngineAnswersAsync()
    {
        var host = Environment.GetEnvironmentVariable("DOCKER_HOST");
        var engine = new Uri(string.IsNullOrEmpty(host) ? $"unix://{StandardSocket}" : host);

        if (engine.Scheme is "unix" && !File.Exists(engine.AbsolutePath))
        {
            return false;
        }

        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, ct) =>
            {
                var socket = engine.Scheme is "unix"
                    ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                    : new Socket(SocketType.Stream, ProtocolType.Tcp);
                await (engine.Scheme is "unix"
                    ? socket.ConnectAsync(new UnixDomainSocketEndPoint(engine.AbsolutePath), ct)
                    : socket.ConnectAsync(engine.Host, engine.Port, ct));

                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { Timeout = AnswersWithin };

        try
        {
            using var answer = await http.GetAsync(new Uri("http://engine/_ping"));

            return answer.IsSuccessStatusCode;
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}

/// <summary>What a container does on its fixed host port, so that it comes back where it was.</summary>
internal abstract class ContainerServer(int port) : IServer
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);

    private IContainer? container;

    public int Port => port;

    public async Task StartAsync(CancellationToken ct = default)
    {
        container ??= Build();
        await container.StartAsync(ct);
        await Eventually.Until(() => AnswersAsync(ct), StartTime, $"a container to answer on port {port}");
    }

    /// <summary>Testcontainers can only stop politely; the engine itself is asked to kill.</summary>
    public void Kill() => Task.Run(async () =>
    {
        using var engine = TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder().Build();
        await engine.Containers.KillContainerAsync(container!.Id, new ContainerKillParameters { Signal = "SIGKILL" });
        await Eventually.Until(
            async () => (await engine.Containers.InspectContainerAsync(container.Id)).State is not { Running: true }, what: "the container to die");
    }).GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (container is not null)
        {
            await container.DisposeAsync();
        }
    }

    protected abstract IContainer Build();

    protected abstract Task<bool> AnswersAsync(CancellationToken ct);
}

internal sealed class ContainerPostgres(Binding binding) : ContainerServer(binding.PostgresPort), IPostgres
{
    private const string Image = "GOVERNANCE_TEST_POSTGRES_IMAGE";
    private const string StandardImage = "postgres:17-alpine";

    public string Password => binding.PostgresPassword;

    public string ConnectionString => ConnectionStringFor("postgres", "postgres", Password);

    public string ConnectionStringFor(string database, string user, string password) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={user};Password={password}";

    public async Task CreateDatabaseAsync(string name, string password, CancellationToken ct = default)
    {
        await using var source = NpgsqlDataSource.Create($"{ConnectionString};Pooling=false");

        foreach (var sql in (string[])[$"create role {name} login password '{password}'", $"create database {name} owner {name}",
            $"revoke connect, temporary on database {name} from public"])
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    protected override IContainer Build() =>
        new PostgreSqlBuilder(Environment.GetEnvironmentVariable(Image) is { Length: > 0 } image ? image : StandardImage)
            .WithPassword(Password)
            .WithPortBinding(Port, PostgreSqlBuilder.PostgreSqlPort)
            .WithCommand("-c", "max_connections=300", "-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on")
            .WithWaitStrategy(Wait.ForUnixContainer())
            .Build();

    protected override async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false;Timeout=5");
            await connection.OpenAsync(ct);

            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}

internal sealed class ContainerRabbitMq(Binding binding) : ContainerServer(binding.AmqpPort), IRabbitMq
{
    private const string User = "governance";
    private const string Image = "GOVERNANCE_TEST_RABBITMQ_IMAGE";
    private const string StandardImage = "rabbitmq:4-management-alpine";
    private const int ManagementPort = 15672;

    public string Password => binding.RabbitMqPassword;

    public Uri AmqpUri => new($"amqp://{User}:{Password}@127.0.0.1:{Port}/");

    public Uri ManagementUri => new($"http://{User}:{Password}@127.0.0.1:{binding.ManagementPort}/");

    protected override IContainer Build() =>
        new RabbitMqBuilder(Environment.GetEnvironmentVariable(Image) is { Length: > 0 } image ? image : StandardImage)
            .WithUsername(User)
            .WithPassword(Password)
            .WithPortBinding(Port, RabbitMqBuilder.RabbitMqPort)
            .WithPortBinding(binding.ManagementPort, ManagementPort)
            .WithWaitStrategy(Wait.ForUnixContainer())
            .Build();

    protected override async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            var factory = new ConnectionFactory { Uri = AmqpUri, RequestedConnectionTimeout = TimeSpan.FromSeconds(5), AutomaticRecoveryEnabled = false };
            await using var connection = await factory.CreateConnectionAsync("governance test", ct);

            return connection.IsOpen;
        }
        catch (Exception starting) when (starting is BrokerUnreachableException or IOException or OperationInterruptedException)
        {
            return false;
        }
    }
}
