using Governance.Contracts;
using JasperFx;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Weasel.Core;

namespace Governance.ServiceDefaults;

/// <summary>Maps a private event to what the rest of the platform may know of it, or to null.</summary>
public delegate IGovernanceEvent? Publish(IEvent e);

public static class EventStore
{
    /// <summary>
    /// Adds the service's own event store in the database of the connection string <c>store</c>, the outbox that announces what
    /// <paramref name="publish"/> lists, and <see cref="Decisions"/>. A service that only listens has nothing to publish.
    /// </summary>
    public static void AddEventStore(
        this WebApplicationBuilder builder, Publish? publish, Action<StoreOptions>? configure = null, params string[] schema) =>
        builder.AddEventStore(publish is null ? null : _ => publish, configure, schema);

    /// <summary>For a service that needs more than the event to say what the rest of the platform may know.</summary>
    public static void AddEventStore(
        this WebApplicationBuilder builder, Func<IServiceProvider, Publish>? publisher, Action<StoreOptions>? configure = null, params string[] schema)
    {
        var connection = builder.Configuration.GetConnectionString("store")
            ?? throw new InvalidOperationException("ConnectionStrings:store is missing.");

        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(Tuned(connection)));
        builder.Services.AddMarten(options =>
        {
            options.UseSystemTextJsonForSerialization(casing: Casing.CamelCase, configure: Json.ApplyTolerant);
            options.AutoCreateSchemaObjects = AutoCreate.None;
            options.DisableNpgsqlLogging = true;

            options.Events.StreamIdentity = StreamIdentity.AsGuid;
            options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
            options.Events.UseMandatoryStreamTypeDeclaration = true;
            options.Events.EnableUniqueIndexOnEventId = true;
            options.Events.EnableBigIntEvents = true;
            options.Events.MetadataConfig.EnableAll();
            options.Events.MetadataConfig.UserNameEnabled = true;

            configure?.Invoke(options);
        }).UseLightweightSessions().UseNpgsqlDataSource();

        string[] tables = [InboxEntry.Schema, Receipt.Schema, Outbox.Schema, Retention.Schema, ErasedScope.Schema, .. publisher is null ? [] : new[] { Outbox.Trigger }, .. schema];
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Migration>(services, (object)tables));
        builder.Services.AddSingleton<Commands>();
        builder.Services.AddSingleton<ReadModels>();
        builder.Services.AddSingleton<Decisions>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Decisions>());
        builder.Services.AddHostedService<Retention>();
        builder.Services.AddHealthChecks().AddCheck<StoreHealth>(StoreHealth.Name, tags: ["ready"]);

        if (publisher is not null)
        {
            builder.Services.AddSingleton(publisher);
            builder.Services.AddSingleton<Outbox>();
            builder.Services.AddHostedService(services => services.GetRequiredService<Outbox>());
            builder.Services.AddHealthChecks().AddCheck<OutboxHealth>(OutboxHealth.Name, tags: ["ready"]);
        }
    }

    /// <summary>
    /// Prepares what is asked often, and hands connections back without a reset: no session here leaves anything behind on one
    /// (the relay, which does, cleans up behind itself).
    /// </summary>
    private static string Tuned(string connection) =>
        new NpgsqlConnectionStringBuilder(connection)
        {
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Options = "-c default_toast_compression=lz4",
        }.ConnectionString;

    /// <summary>Brings the schema and what was published up to date before anything else starts; waits for a database that is not there yet.</summary>
    private sealed class Migration(
        IDocumentStore store, NpgsqlDataSource database, IEnumerable<IEditions> editions, TimeProvider clock, ILogger<Migration> log, string[] schema)
        : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
                    await using var command = database.CreateCommand(string.Join('\n', schema));
                    command.CommandTimeout = 0;
                    await command.ExecuteNonQueryAsync(cancellationToken);

                    foreach (var published in editions)
                    {
                        await published.Refresh(cancellationToken);
                    }

                    return;
                }
                catch (Exception e) when (Faults.IsInfrastructure(e))
                {
                    log.LogWarning("Waiting for the database: {Reason}", e.Message);
                    await Task.Delay(TimeSpan.FromMilliseconds(500), clock, cancellationToken);
                }
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
