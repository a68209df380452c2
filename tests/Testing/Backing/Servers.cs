namespace Governance.Testing.Backing;

/// <summary>A server the tests own. It keeps its port and its data across <see cref="Kill"/> and <see cref="StartAsync"/>.</summary>
public interface IServer : IAsyncDisposable
{
    int Port { get; }

    /// <summary>Starts the server, for the first time or again, and returns once it answers.</summary>
    Task StartAsync(CancellationToken ct = default);

    /// <summary>SIGKILL; returns once the server is gone.</summary>
    void Kill();
}

public interface IPostgres : IServer
{
    string Password { get; }

    /// <summary>Of the superuser, to the database <c>postgres</c>.</summary>
    string ConnectionString { get; }

    string ConnectionStringFor(string database, string user, string password);

    /// <summary>A database that belongs to a login role of the same name.</summary>
    Task CreateDatabaseAsync(string name, string password, CancellationToken ct = default);
}

public interface IRabbitMq : IServer
{
    string Password { get; }

    Uri AmqpUri { get; }

    Uri ManagementUri { get; }
}

/// <summary>Which address and passwords servers take, so that somebody else's settings can be met, such as those of an installation.</summary>
public sealed record Binding(int PostgresPort, string PostgresPassword, int AmqpPort, int ManagementPort, string RabbitMqPassword);
