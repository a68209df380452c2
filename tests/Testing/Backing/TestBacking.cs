using Governance.Local;

namespace Governance.Testing.Backing;

/// <summary>
/// A real PostgreSQL and a real RabbitMQ for tests: containers where an engine answers, else private processes of this machine.
/// <c>GOVERNANCE_TEST_BACKING</c> (<c>containers</c> or <c>native</c>) forces one. Nothing runs before it is started, and nothing
/// is left after disposal, nor when the test process is killed.
/// </summary>
public sealed class TestBacking : IAsyncDisposable
{
    private readonly string? folder;
    private readonly ProcessRegister? register;

    private TestBacking(IPostgres postgres, IRabbitMq rabbitMq, string? folder = null, ProcessRegister? register = null)
    {
        Postgres = postgres;
        RabbitMq = rabbitMq;
        this.folder = folder;
        this.register = register;
    }

    public IPostgres Postgres { get; }

    public IRabbitMq RabbitMq { get; }

    public bool IsNative => register is not null;

    /// <summary>On free ports with random passwords.</summary>
    public static async Task<TestBacking> OpenAsync() => await Containers.AreWantedAsync() ? InContainers(NewBinding()) : Native();

    /// <summary>
    /// Containers on the ports and with the passwords of an installation, in place of the servers its supervisor would start; null
    /// where no engine answers or native ones are asked for.
    /// </summary>
    public static async Task<TestBacking?> InContainersForAsync(Layout layout) => await Containers.AreWantedAsync()
        ? InContainers(new(
            layout.PostgresPort, layout.Password("postgres"), layout.RabbitMqPort, layout.ManagementPort, layout.Password("rabbitmq")))
        : null;

    public async ValueTask DisposeAsync()
    {
        await RabbitMq.DisposeAsync();
        await Postgres.DisposeAsync();
        register?.Dispose();

        if (folder is not null)
        {
            Folders.Delete(folder);
        }
    }

    private static TestBacking InContainers(Binding binding) => new(new ContainerPostgres(binding), new ContainerRabbitMq(binding));

    private static TestBacking Native()
    {
        var folder = Folders.Temporary();
        var register = ProcessRegister.Open(Path.Combine(folder, "run"));

        return new(
            new LocalPostgres(Path.Combine(folder, "postgres"), register),
            new LocalRabbitMq(Path.Combine(folder, "rabbitmq"), register),
            folder,
            register);
    }

    private static Binding NewBinding()
    {
        var ports = new HashSet<int>();

        while (ports.Count < 3)
        {
            ports.Add(Ports.Free());
        }

        return ports.ToArray() is [var postgres, var amqp, var management]
            ? new(postgres, Guid.NewGuid().ToString("N"), amqp, management, Guid.NewGuid().ToString("N"))
            : throw new InvalidOperationException();
    }
}

/// <summary>Which address and passwords servers take, so that somebody else's settings can be met, such as those of an installation.</summary>
internal sealed record Binding(int PostgresPort, string PostgresPassword, int AmqpPort, int ManagementPort, string RabbitMqPassword);
