using System.Net.Sockets;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Governance.Local;
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
internal abstract class ContainerServer(string name, int port) : IServer
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);

    private IContainer? container;

    public string Name => name;

    public int Port => port;

    public bool IsRunning { get; private set; }

    public async Task StartAsync(CancellationToken ct = default)
    {
        container ??= Build();
        await container.StartAsync(ct);
        IsRunning = true;
        await WaitUntilItAnswersAsync(ct);
    }

    public Task WaitUntilItAnswersAsync(CancellationToken ct = default) =>
        Eventually.Until(() => AnswersAsync(ct), StartTime, $"the container of {name} to answer on port {port}");

    public async Task StopAsync()
    {
        if (IsRunning)
        {
            await container!.StopAsync();
            IsRunning = false;
        }
    }

    /// <summary>Testcontainers can only stop politely; the engine itself is asked to kill.</summary>
    public void Kill() => Task.Run(async () =>
    {
        using var engine = TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder().Build();
        await engine.Containers.KillContainerAsync(container!.Id, new ContainerKillParameters { Signal = "SIGKILL" });
        await Eventually.Until(
            async () => (await engine.Containers.InspectContainerAsync(container.Id)).State is not { Running: true }, what: "the container to die");
        IsRunning = false;
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

internal sealed class ContainerPostgres(Binding binding) : ContainerServer("postgres", binding.PostgresPort), IPostgres
{
    public string Password => binding.PostgresPassword;

    protected override IContainer Build() =>
        new PostgreSqlBuilder(Images.Postgres)
            .WithPassword(Password)
            .WithPortBinding(Port, PostgreSqlBuilder.PostgreSqlPort)
            .WithCommand("-c", "max_connections=300", "-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on")
            .WithWaitStrategy(Wait.ForUnixContainer())
            .Build();

    protected override Task<bool> AnswersAsync(CancellationToken ct) => this.LetsInAsync(ct);
}

internal sealed class ContainerRabbitMq(Binding binding) : ContainerServer("rabbitmq", binding.AmqpPort), IRabbitMq
{
    private const string User = "governance";
    private const int ManagementPortInside = 15672;

    public int ManagementPort => binding.ManagementPort;

    public string Password => binding.RabbitMqPassword;

    protected override IContainer Build() =>
        new RabbitMqBuilder(Images.RabbitMq)
            .WithUsername(User)
            .WithPassword(Password)
            .WithPortBinding(Port, RabbitMqBuilder.RabbitMqPort)
            .WithPortBinding(ManagementPort, ManagementPortInside)
            .WithWaitStrategy(Wait.ForUnixContainer())
            .Build();

    protected override Task<bool> AnswersAsync(CancellationToken ct) => this.LetsInAsync(ct);
}
