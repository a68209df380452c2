using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Governance.Local;

/// <summary>Where everything of one installation lives: folders, ports and passwords, the same at every start.</summary>
public sealed class Layout
{
    /// <summary>In the order a use case travels; identity first, because everyone asks it for keys.</summary>
    public static readonly IReadOnlyList<Service> Services =
    [
        new("identity", "Identity", HasDatabase: false),
        new("intake", "Intake"),
        new("data-readiness", "DataReadiness"),
        new("costs", "Costs"),
        new("strategy", "Strategy"),
        new("compliance", "Compliance"),
        new("audit", "Audit"),
        new("portal", "Portal", HasDatabase: false),
    ];

    private const string Messages = "messages";

    private Layout(string root, string state, string data, Installation installation)
    {
        Root = root;
        State = state;
        Data = data;
        Installation = installation;
    }

    /// <summary>The checkout.</summary>
    public string Root { get; }

    /// <summary>Ports, passwords, logs and the register of processes: <c>.governance/</c>.</summary>
    public string State { get; }

    /// <summary>PostgreSQL's and RabbitMQ's data; apart from <see cref="State"/> where their system users could not reach it.</summary>
    public string Data { get; }

    /// <summary>Their data when they run in containers; made with the decision to do so, which holds until a reset.</summary>
    public string Containers => Path.Combine(Data, "containers");

    public string Logs => Path.Combine(State, "log");

    public string Run => Path.Combine(State, "run");

    public int PostgresPort => Port("postgres");

    public int RabbitMqPort => Port("rabbitmq");

    public int ManagementPort => Port("rabbitmq-management");

    public int PortalPort => Port("portal");

    public int IdentityPort => Port("identity");

    public Uri Portal => new($"http://localhost:{PortalPort}");

    private Installation Installation { get; }

    /// <summary>The installation of this checkout: the one the program was built in.</summary>
    public static Layout OfCheckout()
    {
        var root = CheckoutAbove(AppContext.BaseDirectory);

        var state = Path.Combine(root, ".governance");

        // While it runs, its ports are what they are, whatever the environment of another command asks for.
        return At(root, state, DataFolder(root, Posix.IsRoot, Folders.ModeOf), fixedPorts: RunState.In(Path.Combine(state, "run")) is null);
    }

    /// <summary>An installation of its own in a folder, for instance <see cref="Folders.Temporary"/>, all on free ports.</summary>
    public static Layout In(string folder) => At(CheckoutAbove(AppContext.BaseDirectory), folder, folder, fixedPorts: false);

    public int Port(string name) => Installation.Ports[name];

    public string Password(string name) => Installation.Passwords[name];

    /// <summary>By what the services on the bus know each other's messages.</summary>
    public string MessagesKey => Password(Messages);

    public string Assembly(Service service) =>
        Path.Combine(Root, "artifacts", "bin", service.Project, "release", $"Governance.{service.Project}.dll");

    /// <summary>As root the data lies where the system users can go: in the checkout if they can pass to it, else under /var/lib.</summary>
    internal static string DataFolder(string root, bool isRoot, Func<string, UnixFileMode?> modeOf) =>
        isRoot && !Folders.OthersCanReach(root, modeOf)
            ? $"/var/lib/governance/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..8]}"
            : Path.Combine(root, ".governance");

    /// <summary>
    /// The same installation without a port that somebody else has taken since: an inner one is exchanged, but the doors people know
    /// by number stay, and their holder is named.
    /// </summary>
    public Layout WithFreePorts()
    {
        if (PortalPort == IdentityPort)
        {
            throw new ProblemException(
                $"Portal and identity were both given port {PortalPort}.", "Set GOVERNANCE_PORTAL_PORT and GOVERNANCE_IDENTITY_PORT apart.");
        }

        foreach (var service in Services.Where(service => service.IsPublic))
        {
            if (!Ports.IsFree(Port(service.Name)))
            {
                throw new ProblemException(
                    $"Port {Port(service.Name)}, which {service.Name} needs, is taken by {Ports.Holder(Port(service.Name))}.",
                    $"Stop that, or choose another port with GOVERNANCE_{service.Name.ToUpperInvariant()}_PORT.");
            }
        }

        var free = Installation.Ports.Where(entry => entry.Key is "portal" or "identity" || Ports.IsFree(entry.Value));

        return free.Count() == Installation.Ports.Count
            ? this
            : new(Root, State, Data, Save(State, Complete(Installation with { Ports = free.ToDictionary() }, _ => null)));
    }

    /// <summary>Settings of one service, as an orchestrator would hand them over.</summary>
    public Dictionary<string, string?> EnvironmentOf(Service service)
    {
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = service.IsPublic ? $"http://localhost:{Port(service.Name)}" : $"http://127.0.0.1:{Port(service.Name)}",
            ["ASPNETCORE_HTTP_PORTS"] = null,
            ["ConnectionStrings__bus"] = $"amqp://governance:{Password("rabbitmq")}@127.0.0.1:{RabbitMqPort}/",
            ["Keycloak__realm"] = "governance",
            ["Keycloak__auth-server-url"] = $"http://localhost:{IdentityPort}/",
            ["Keycloak__resource"] = "governance-api",
            ["Keycloak__ssl-required"] = "none",
            ["Keycloak__verify-token-audience"] = "true",
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
            ["DOTNET_NOLOGO"] = "1",
            ["NO_PROXY"] = $"localhost,127.0.0.1,{Environment.GetEnvironmentVariable("NO_PROXY")}".TrimEnd(','),
        };

        if (service.HasDatabase)
        {
            environment["Messages__Key"] = MessagesKey;
            environment["ConnectionStrings__store"] =
                $"Host=127.0.0.1;Port={PostgresPort};Database={service.Database};Username={service.Database};Password={Password(service.Name)}";
        }

        if (service.Name is "identity")
        {
            environment["Identity__RealmFile"] = Path.Combine(Root, "infra", "keycloak", "governance-realm.json");
            environment["Identity__PublicUrl"] = $"http://localhost:{IdentityPort}";
            environment["Identity__PortalUrl"] = Portal.OriginalString;
            environment["Identity__KeysDirectory"] = Path.Combine(State, "keys");
        }

        if (service.Name is "compliance")
        {
            environment["Secrets__Folder"] = Path.Combine(State, "secrets");
        }

        if (service.Name is "audit")
        {
            environment["Ledger__Folder"] = Path.Combine(State, "ledger");
        }

        foreach (var other in Services)
        {
            environment[$"services__{other.Name}__http__0"] = $"http://127.0.0.1:{Port(other.Name)}";
        }

        return environment;
    }

    private static Layout At(string root, string state, string data, bool fixedPorts)
    {
        Folders.Create(state);
        Folders.Create(data);
        Folders.Create(Path.Combine(state, "log"));
        Folders.Create(Path.Combine(state, "run"));

        var file = FileIn(state);
        var known = File.Exists(file) ? JsonSerializer.Deserialize<Installation>(File.ReadAllText(file)) : null;
        var installation = Complete(known, fixedPorts ? PortFromEnvironment : _ => null);

        return new(root, state, data, known is not null && installation.Equals(known) ? known : Save(state, installation));
    }

    private static Installation Save(string state, Installation installation)
    {
        var file = FileIn(state);
        Folders.WriteSecret($"{file}.next", JsonSerializer.Serialize(installation));
        File.Move($"{file}.next", file, overwrite: true);

        return installation;
    }

    private static string FileIn(string state) => Path.Combine(state, "installation.json");

    /// <summary>Keeps what is known and adds what is missing; a port asked for by the environment wins.</summary>
    private static Installation Complete(Installation? known, Func<string, int?> asked)
    {
        string[] listeners = [.. Services.Select(service => service.Name), "postgres", "rabbitmq", "rabbitmq-management", "rabbitmq-distribution", "epmd"];
        string[] secrets = [.. Services.Where(service => service.HasDatabase).Select(service => service.Name), "postgres", "rabbitmq", Messages];
        var taken = known is null ? [] : known.Ports.Values.ToHashSet();

        return new(
            listeners.ToDictionary(name => name, name => asked(name) ?? (known?.Ports.TryGetValue(name, out var port) is true ? port : Fresh())),
            secrets.ToDictionary(name => name, name => known?.Passwords.GetValueOrDefault(name) ?? (name is Messages ? Passwords.NewKey() : Passwords.New())));

        int Fresh()
        {
            int port;

            while (!taken.Add(port = Ports.Free()))
            {
            }

            return port;
        }
    }

    /// <summary>Only the two doors people use have fixed ports, each changeable by the environment.</summary>
    private static int? PortFromEnvironment(string name)
    {
        var (variable, standard) = name switch
        {
            "portal" => ("GOVERNANCE_PORTAL_PORT", 8080),
            "identity" => ("GOVERNANCE_IDENTITY_PORT", 8081),
            _ => (null, 0),
        };

        if (variable is null)
        {
            return null;
        }

        var asked = Environment.GetEnvironmentVariable(variable);

        return string.IsNullOrEmpty(asked) ? standard
            : int.TryParse(asked, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port
            : throw new ProblemException($"{variable} is \"{asked}\", which is no port.", "Set it to a number from 1 to 65535, or unset it.");
    }

    private static string CheckoutAbove(string folder)
    {
        for (var candidate = folder; candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            if (File.Exists(Path.Combine(candidate, "Governance.sln")))
            {
                return candidate;
            }
        }

        throw new ProblemException($"No Governance.sln was found above {folder}.", "Run ./governance from a complete checkout.");
    }
}

/// <summary>A service of the platform; its name is also its address, its queue and, with underscores, its database.</summary>
public sealed record Service(string Name, string Project, bool HasDatabase = true)
{
    public string Database => Name.Replace('-', '_');

    /// <summary>The doors people open in a browser.</summary>
    public bool IsPublic => Name is "portal" or "identity";
}

internal sealed record Installation(Dictionary<string, int> Ports, Dictionary<string, string> Passwords)
{
    public bool Equals(Installation? other) =>
        other is not null && Ports.SequenceEqual(other.Ports) && Passwords.SequenceEqual(other.Passwords);

    public override int GetHashCode() => HashCode.Combine(Ports.Count, Passwords.Count);
}
