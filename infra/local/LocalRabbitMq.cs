using System.Security.Cryptography;
using System.Text;

namespace Governance.Local;

/// <summary>
/// A private RabbitMQ with its management door: own node name, port mapper, data folder, user and password, all on the loopback
/// address. As root it runs as the system user <c>rabbitmq</c>.
/// </summary>
public sealed class LocalRabbitMq : ManagedProcess, IRabbitMq
{
    /// <summary>
    /// Every 30 seconds the broker closes its log, which moves what is left of it to a file of each queue, and each queue that is empty drops
    /// its files: so about a minute later nothing of a consumed message is on the disk. By itself the broker would keep it until hundreds of
    /// megabytes or thousands of messages have followed. Arguments are split at spaces, so there are none; a timer ends with the process that
    /// made it, so that one never does.
    /// </summary>
    private const string Forgetting =
        "-eval spawn(fun()->timer:apply_interval(30000,erlang,apply,[fun()->rabbit_quorum_queue:wal_force_roll_over(node()),"
        + "lists:foreach(fun(Q)->{_,V,_,N}=amqqueue:get_name(Q),rabbit_quorum_queue:reclaim_memory(V,N)end,"
        + "rabbit_amqqueue:list_by_type(rabbit_quorum_queue))end,[]]),timer:sleep(infinity)end)";

    private static readonly string? User = Posix.IsRoot ? "rabbitmq" : null;

    private readonly string _folder;
    private readonly PortMapper _portMapper;
    private readonly int _distributionPort;

    /// <param name="folder">Holds data, configuration and log; made when absent.</param>
    /// <param name="register">Sees to it that nothing is left when this process is killed.</param>
    /// <param name="port">For AMQP; this and the three others are free ones when left out and stay the same across restarts.</param>
    /// <param name="password">A random one when left out. Fixed when the data is first made.</param>
    public LocalRabbitMq(
        string folder, ProcessRegister register, int? port = null, string? password = null, int? managementPort = null,
        int? distributionPort = null, int? portMapperPort = null)
        : base("rabbitmq", Path.Combine(folder, "rabbitmq.log"), register)
    {
        _folder = folder;
        Port = port ?? Ports.Free();
        ManagementPort = managementPort ?? Ports.Free();
        Password = password ?? Passwords.New();
        _distributionPort = distributionPort ?? Ports.Free();
        _portMapper = new(folder, register, portMapperPort ?? Ports.Free(), User);
    }

    public override int Port { get; }

    public int ManagementPort { get; }

    public string Password { get; }

    protected override int StopPhase => 2;

    protected override TimeSpan StopTime => TimeSpan.FromSeconds(20);

    public override async Task LaunchAsync(CancellationToken ct = default)
    {
        Folders.CreateFor(User, _folder);
        await _portMapper.StartAsync(ct);
        await base.LaunchAsync(ct);
    }

    public override async Task StopAsync()
    {
        await base.StopAsync();
        await _portMapper.StopAsync();
    }

    public override Task<bool> AnswersAsync(CancellationToken ct = default) => this.LetsInAsync(ct);

    protected override Task<Launch> PrepareAsync(CancellationToken ct)
    {
        var server = Tools.RabbitMqServer
            ?? throw new ProblemException("RabbitMQ is missing.", "./governance up installs it.");
        var configuration = Path.Combine(_folder, "rabbitmq.conf");
        var cookie = Path.Combine(_folder, ".erlang.cookie");
        Folders.WriteSecret(configuration, Configuration, User);
        Folders.WriteSecret(Path.Combine(_folder, "enabled_plugins"), "[rabbitmq_management].\n", User);

        if (!File.Exists(cookie))
        {
            Folders.WriteSecret(cookie, Passwords.New(), User);
        }

        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = _folder,
            ["RABBITMQ_NODENAME"] = $"governance-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_folder)))[..8]}@localhost",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
            ["ERL_EPMD_PORT"] = $"{_portMapper.Port}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_CONFIG_FILE"] = configuration,
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(_folder, "advanced.config"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "rabbitmq-env.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
            ["ERL_CRASH_DUMP"] = Path.Combine(_folder, "erl_crash.dump"),
            ["ERL_CRASH_DUMP_BYTES"] = "10000000",
            // Makes the script become the Erlang machine instead of waiting for it, so that signals reach it.
            ["RABBITMQ_ALLOW_INPUT"] = "1",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                $"-noinput +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -kernel inet_dist_use_interface {{127,0,0,1}} {Forgetting}",
        };

        return Task.FromResult(new Launch(server, [], environment, _folder, User));
    }

    private string Configuration =>
        $"""
        # Written at every start.
        listeners.tcp.1 = 127.0.0.1:{Port}
        management.tcp.ip = 127.0.0.1
        management.tcp.port = {ManagementPort}
        default_user = {RabbitMqAccess.UserName}
        default_pass = {Password}
        disk_free_limit.absolute = 200MB
        log.console.level = info

        """;

    /// <summary>Erlang's port mapper, which would otherwise be started once for the whole machine and outlive everyone.</summary>
    private sealed class PortMapper(string folder, ProcessRegister register, int port, string? user)
        : ManagedProcess("epmd", Path.Combine(folder, "epmd.log"), register)
    {
        public override int Port => port;

        protected override int StopPhase => 3;

        protected override TimeSpan StopTime => TimeSpan.FromSeconds(2);

        public override Task<bool> AnswersAsync(CancellationToken ct = default) => Ports.AcceptsAsync(port, ct);

        protected override Task<Launch> PrepareAsync(CancellationToken ct)
        {
            var program = Tools.ErlangPortMapper
                ?? throw new ProblemException("Erlang's epmd is missing.", "Install Erlang again; RabbitMQ needs it.");

            return Task.FromResult(new Launch(
                program, ["-port", $"{port}", "-address", "127.0.0.1"], new Dictionary<string, string?> { ["HOME"] = folder }, folder, user));
        }
    }
}
