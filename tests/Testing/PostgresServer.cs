using Governance.Local;
using Governance.Testing.Backing;
using Xunit;

namespace Governance.Testing;

/// <summary>
/// One PostgreSQL for all tests of an assembly, started when the first test asks for a database:
/// <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly Lazy<Task<TestBacking>> backing = new(StartAsync);

    private int databases;

    public async Task<IPostgres> StartedAsync() => (await backing.Value).Postgres;

    /// <summary>The connection string of a fresh, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var server = await StartedAsync();
        var name = $"test_{Interlocked.Increment(ref databases)}";
        var password = Guid.NewGuid().ToString("N");
        await server.CreateDatabaseAsync(name, password);

        return server.ConnectionStringFor(name, name, password);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (backing.IsValueCreated)
        {
            await (await backing.Value).DisposeAsync();
        }
    }

    private static async Task<TestBacking> StartAsync()
    {
        var backing = await TestBacking.OpenAsync();
        await backing.Postgres.StartAsync();

        return backing;
    }
}
