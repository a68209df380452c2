using Governance.Local;

namespace Governance.Testing.Backing;

internal sealed class NativePostgres(LocalPostgres server) : IPostgres
{
    public int Port => server.Port;

    public string Password => server.Password;

    public string ConnectionString => server.ConnectionString;

    public string ConnectionStringFor(string database, string user, string password) =>
        server.ConnectionStringFor(database, user, password);

    public Task CreateDatabaseAsync(string name, string password, CancellationToken ct = default) =>
        server.CreateDatabaseAsync(name, password, ct);

    public Task StartAsync(CancellationToken ct = default) => server.StartAsync(ct);

    public void Kill() => server.Kill();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

internal sealed class NativeRabbitMq(LocalRabbitMq server) : IRabbitMq
{
    public int Port => server.Port;

    public string Password => server.Password;

    public Uri AmqpUri => server.AmqpUri;

    public Uri ManagementUri => server.ManagementUri;

    public Task StartAsync(CancellationToken ct = default) => server.StartAsync(ct);

    public void Kill() => server.Kill();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
