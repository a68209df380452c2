using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Governance.Local;

/// <summary>
/// A part of the platform, however it is run. It keeps its port and its data across <see cref="Kill"/> and <see cref="StartAsync"/>.
/// </summary>
public interface IServer : IAsyncDisposable
{
    string Name { get; }

    int Port { get; }

    bool IsRunning { get; }

    /// <summary>Starts the server, for the first time or again, and returns once it answers.</summary>
    Task StartAsync(CancellationToken ct = default);

    Task WaitUntilItAnswersAsync(CancellationToken ct = default);

    Task StopAsync();

    /// <summary>SIGKILL; returns once the server is gone.</summary>
    void Kill();
}

public interface IPostgres : IServer
{
    /// <summary>Of the superuser <c>postgres</c>.</summary>
    string Password { get; }
}

public interface IRabbitMq : IServer
{
    int ManagementPort { get; }

    string Password { get; }
}

public static class PostgresAccess
{
    /// <summary>What every PostgreSQL of ours is told, beside where to listen.</summary>
    internal static readonly IReadOnlyList<(string Name, string Value)> Settings =
    [
        ("max_connections", "300"),
        ("shared_buffers", "256MB"),
        ("effective_cache_size", "1GB"),
        ("work_mem", "8MB"),
        ("maintenance_work_mem", "64MB"),
        ("max_wal_size", "2GB"),
        ("checkpoint_timeout", "15min"),
        ("wal_compression", "lz4"),
        ("random_page_cost", "1.1"),
        ("jit", "off"),
        ("track_commit_timestamp", "on"),
        ("password_encryption", "scram-sha-256"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("log_line_prefix", "%m [%p] %q%u@%d "),
        ("log_checkpoints", "off"),
        ("lc_messages", "C"),
    ];

    extension(IPostgres server)
    {
        /// <summary>Of the superuser, to the database <c>postgres</c>.</summary>
        public string ConnectionString => server.ConnectionStringFor("postgres", "postgres", server.Password);

        public string ConnectionStringFor(string database, string user, string password) =>
            $"Host=127.0.0.1;Port={server.Port};Database={database};Username={user};Password={password}";

        /// <summary>Makes sure that a role and a database of that name exist, which nobody but that role may enter.</summary>
        public async Task CreateDatabaseAsync(string name, string password, CancellationToken ct = default)
        {
            await using var connection = new NpgsqlConnection($"{server.ConnectionString};Pooling=false");
            await connection.OpenAsync(ct);

            if (!await ExistsAsync($"select 1 from pg_roles where rolname = '{name}'"))
            {
                await ExecuteAsync($"create role {name} login");
            }

            await ExecuteAsync($"alter role {name} password '{password}'");

            if (!await ExistsAsync($"select 1 from pg_database where datname = '{name}'"))
            {
                await ExecuteAsync($"create database {name} owner {name}");
            }

            await ExecuteAsync($"revoke connect, temporary on database {name} from public");

            async Task ExecuteAsync(string sql)
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync(ct);
            }

            async Task<bool> ExistsAsync(string sql)
            {
                await using var command = new NpgsqlCommand(sql, connection);

                return await command.ExecuteScalarAsync(ct) is not null;
            }
        }

        public async Task<bool> LetsInAsync(CancellationToken ct)
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{server.ConnectionString};Pooling=false;Timeout=5");
                await connection.OpenAsync(ct);

                return true;
            }
            catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InvalidPassword)
            {
                throw new ProblemException(
                    "PostgreSQL's data was made with another password.", "Delete it with ./governance reset and start again.");
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }
    }
}

public static class RabbitMqAccess
{
    internal const string UserName = "governance";

    extension(IRabbitMq server)
    {
        public Uri AmqpUri => new($"amqp://{UserName}:{server.Password}@127.0.0.1:{server.Port}/");

        /// <summary>Carries the user and password, which HttpClient does not send by itself: see <see cref="Broker"/>.</summary>
        public Uri ManagementUri => new($"http://{UserName}:{server.Password}@127.0.0.1:{server.ManagementPort}/");

        public async Task<bool> LetsInAsync(CancellationToken ct)
        {
            if (!await Ports.AcceptsAsync(server.Port, ct))
            {
                return false;
            }

            try
            {
                var factory = new ConnectionFactory
                {
                    Uri = server.AmqpUri, RequestedConnectionTimeout = TimeSpan.FromSeconds(5), AutomaticRecoveryEnabled = false,
                };
                await using var connection = await factory.CreateConnectionAsync("governance health", ct);

                return connection.IsOpen;
            }
            catch (BrokerUnreachableException refused) when (refused.InnerException is AuthenticationFailureException)
            {
                throw new ProblemException(
                    "RabbitMQ's data was made with another password.", "Delete it with ./governance reset and start again.");
            }
            catch (Exception starting) when (starting is BrokerUnreachableException or IOException or OperationInterruptedException)
            {
                return false;
            }
        }
    }
}
