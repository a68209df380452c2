using System.Security.Cryptography;
using System.Text;

namespace Governance.Local;

/// <summary>
/// A server in a container that lives as long as the client which started it: signals to the client reach the server, and when the
/// client ends, however it ends, the container is removed. The data lies in a folder of the installation.
/// </summary>
public abstract class ContainerServer(string name, string folder, Engine engine, ProcessRegister register, int port)
    : ManagedProcess(name, Path.Combine(folder, $"{name}.log"), register)
{
    internal string ContainerName { get; } =
        $"governance-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..8]}-{name}";

    public override int Port => port;

    protected sealed override string? Container => $"{engine.Program} {ContainerName}";

    protected abstract string Image { get; }

    /// <summary>Where the server keeps its data inside the container.</summary>
    protected abstract string DataInside { get; }

    /// <summary>Ports inside the container, each with the one on the loopback address that leads to it.</summary>
    protected abstract IReadOnlyDictionary<int, int> PortsInside { get; }

    /// <summary>Handed over by name alone, so that no password shows in the list of processes.</summary>
    protected abstract IReadOnlyDictionary<string, string?> Variables { get; }

    protected virtual IReadOnlyList<string> Arguments => [];

    public override void Kill()
    {
        if (IsRunning && engine.Kill(ContainerName))
        {
            Exited.Wait();
        }
        else
        {
            base.Kill();
        }
    }

    protected sealed override Task<Launch> PrepareAsync(CancellationToken ct)
    {
        Folders.Create(folder);
        Folders.Create(Path.Combine(folder, "data"));
        engine.Remove(ContainerName);

        return Task.FromResult(new Launch(
            engine.Program,
            [
                "run", "--rm", "--name", ContainerName, "--hostname", "governance", "--shm-size", "256m",
                "--volume", $"{Path.Combine(folder, "data")}:{DataInside}:Z",
                .. PortsInside.SelectMany(pair => (string[])["--publish", $"127.0.0.1:{pair.Value}:{pair.Key}"]),
                .. Variables.Keys.SelectMany(variable => (string[])["--env", variable]),
                Image,
                .. Arguments,
            ],
            Variables,
            folder));
    }

    protected sealed override void Gone() => engine.Remove(ContainerName);
}

internal sealed class ContainerPostgres(string folder, Engine engine, ProcessRegister register, int port, string password)
    : ContainerServer("postgres", folder, engine, register, port), IPostgres
{
    public string Password => password;

    public override Task<bool> AnswersAsync(CancellationToken ct = default) => this.LetsInAsync(ct);

    protected override string Image => Images.Postgres;

    protected override string DataInside => "/var/lib/postgresql/data";

    protected override int StopPhase => 3;

    /// <summary>PostgreSQL's fast shutdown: disconnects everyone, writes a checkpoint.</summary>
    protected override string StopSignal => "INT";

    protected override TimeSpan StopTime => TimeSpan.FromSeconds(30);

    protected override IReadOnlyDictionary<int, int> PortsInside => new Dictionary<int, int> { [5432] = Port };

    protected override IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>
    {
        ["POSTGRES_PASSWORD"] = password,
        ["POSTGRES_INITDB_ARGS"] = "--data-checksums",
        ["PGDATA"] = $"{DataInside}/pgdata",
    };

    protected override IReadOnlyList<string> Arguments =>
        [.. PostgresAccess.Settings.SelectMany(setting => (string[])["-c", $"{setting.Name}={setting.Value}"])];
}

internal sealed class ContainerRabbitMq(string folder, Engine engine, ProcessRegister register, int port, int managementPort, string password)
    : ContainerServer("rabbitmq", folder, engine, register, port), IRabbitMq
{
    public int ManagementPort => managementPort;

    public string Password => password;

    public override Task<bool> AnswersAsync(CancellationToken ct = default) => this.LetsInAsync(ct);

    protected override string Image => Images.RabbitMq;

    protected override string DataInside => "/var/lib/rabbitmq";

    protected override int StopPhase => 2;

    protected override TimeSpan StopTime => TimeSpan.FromSeconds(20);

    protected override IReadOnlyDictionary<int, int> PortsInside => new Dictionary<int, int> { [5672] = Port, [15672] = managementPort };

    protected override IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>
    {
        ["RABBITMQ_DEFAULT_USER"] = RabbitMqAccess.UserName,
        ["RABBITMQ_DEFAULT_PASS"] = password,
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
    };
}
