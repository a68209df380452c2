using Governance.Audit.Trail;
using Governance.DataReadiness.Checks;
using Governance.Local;
using Governance.Testing;
using Governance.Testing.Backing;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Governance.ServiceDefaults.Tests.BadMessages;

/// <summary>Audit and DataReadiness on a real broker, and a way to put anything on their queues.</summary>
public sealed class PlatformOnRabbitMq : IAsyncLifetime
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);

    private TestBacking backing = null!;
    private Host<RecordedFact> audit = null!;
    private Host<ReadinessFile> readiness = null!;
    private ConnectionFactory factory = null!;
    private IConnection connection = null!;
    private IChannel channel = null!;

    public async ValueTask InitializeAsync()
    {
        backing = await TestBacking.OpenAsync();
        await Task.WhenAll(backing.Postgres.StartAsync(), backing.RabbitMq.StartAsync());
        audit = await Start<RecordedFact>("audit");
        readiness = await Start<ReadinessFile>("readiness");
        factory = new() { Uri = backing.RabbitMq.AmqpUri, AutomaticRecoveryEnabled = false };
        connection = await factory.CreateConnectionAsync();
        channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
        await audit.DisposeAsync();
        await readiness.DisposeAsync();
        await backing.DisposeAsync();
    }

    public static MessageMac Mac { get; } = new(Convert.FromBase64String(Wire.Key));

    public Task Send(string queue, byte[] body, string contentType) => Send(queue, body, contentType, Mac.Of(body));

    public async Task Send(string queue, byte[] body, string contentType, string mac) =>
        await channel.BasicPublishAsync(exchange: queue, routingKey: "", mandatory: true, Properties(contentType, mac), body);

    /// <summary>Puts a message among those a service has failed to consume; the queue must be there.</summary>
    public async Task SendFailed(string service, byte[] body, string contentType) => await channel.BasicPublishAsync(
        exchange: "", routingKey: $"{service}_error", mandatory: true, Properties(contentType, Mac.Of(body)), body);

    /// <summary>Takes the first message that says something off its way from the exchange to a queue; others arrive.</summary>
    public async Task<BasicGetResult> Intercept(string queue, string says, Func<Task> send)
    {
        const string Mine = "intercepted";
        await channel.QueueDeclareAsync(Mine, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(Mine, exchange: queue, routingKey: "");
        await Task.WhenAll(WaysTo(queue).Select(exchange => channel.QueueUnbindAsync(queue, exchange, routingKey: "")));
        await send();

        while (true)
        {
            var message = (await Eventually.Until(() => Get(Mine), found => found is not null, what: "a message to intercept"))!;

            if (System.Text.Encoding.UTF8.GetString(message.Body.Span).Contains(says, StringComparison.Ordinal))
            {
                await Task.WhenAll(WaysTo(queue).Select(exchange => channel.QueueBindAsync(queue, exchange, routingKey: "")));
                await channel.QueueDeleteAsync(Mine);

                return message;
            }

            await Forward(queue, message, message.Body.ToArray());
        }
    }

    /// <summary>Publishers bind the queue to what all facts go through, with their first message; its service to the exchange of its own name.</summary>
    private static string[] WaysTo(string queue) => [queue, ContractName.Of(typeof(Contracts.IGovernanceEvent))];

    /// <summary>Lets an intercepted message go on, with the properties it came with.</summary>
    public async Task Forward(string queue, BasicGetResult message, byte[] body) => await channel.BasicPublishAsync(
        exchange: "", routingKey: queue, mandatory: true, new BasicProperties(message.BasicProperties), body);

    /// <summary>Erases the texts of a case from the failed messages of DataReadiness.</summary>
    public Task<IReadOnlyList<Guid>> Blank(ErasedScope scope) =>
        readiness.Services.GetRequiredService<FailedMessages>().Blank(scope, CancellationToken.None);

    /// <summary>The same as several processes at once would.</summary>
    public Task BlankAtOnce(IEnumerable<ErasedScope> scopes) => Task.WhenAll(scopes.Select(async scope =>
    {
        using var failed = ActivatorUtilities.CreateInstance<FailedMessages>(readiness.Services);
        await failed.Blank(scope, CancellationToken.None);
    }));

    /// <summary>The same, seen by a clock and over a line to the broker of its own.</summary>
    public async Task<IReadOnlyList<Guid>> Blank(ErasedScope scope, Uri broker, TimeProvider clock)
    {
        var elsewhere = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:bus", broker.ToString())]).Build();
        using var failed = ActivatorUtilities.CreateInstance<FailedMessages>(readiness.Services, elsewhere, clock);

        return await failed.Blank(scope, CancellationToken.None);
    }

    public BrokerLine Line() => new(backing.RabbitMq.AmqpUri);

    public Task<int> Requeue(string service) => Local.Requeue.MoveAsync(backing.RabbitMq.AmqpUri, service);

    /// <summary>How many facts about a case a service has sent and Audit has recorded.</summary>
    public async Task<long> Recorded(string service, Guid useCase)
    {
        await using var command = audit.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select count(*) from fact where service = $1 and use_case_id = $2");
        command.Parameters.AddWithValue(service);
        command.Parameters.AddWithValue(useCase);

        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Takes the one message out of a queue; the reason is why it is there.</summary>
    public async Task<(byte[] Body, string? Reason)> Take(string queue)
    {
        var got = await Eventually.Until(() => Get(queue), found => found is not null, what: $"a message in {queue}");
        var headers = got!.BasicProperties.Headers ?? new Dictionary<string, object?>();

        return (got.Body.ToArray(), Text("MT-Fault-Message") ?? Text("MT-Reason"));

        string? Text(string name) => headers.TryGetValue(name, out var value)
            ? value is byte[] bytes ? System.Text.Encoding.UTF8.GetString(bytes) : value?.ToString()
            : null;
    }

    public Task Empty(string queue) => Look(looking => looking.QueuePurgeAsync(queue));

    /// <summary>How many messages lie in the queues where failures go.</summary>
    public async Task<long> Failures()
    {
        var failures = 0L;

        foreach (var queue in (string[])["audit_error", "audit_skipped", "data-readiness_error", "data-readiness_skipped", "governance.dead-letter"])
        {
            failures += await Look(looking => looking.MessageCountAsync(queue));
        }

        return failures;
    }

    /// <summary>How many submissions a service has applied; Audit also hears what DataReadiness makes of them.</summary>
    public async Task<long> Applied(string queue)
    {
        var source = (queue is "audit" ? audit.Services : readiness.Services).GetRequiredService<NpgsqlDataSource>();
        await using var command = source.CreateCommand(
            $"select (select count(*) from {(queue is "audit" ? "fact where service = 'intake'" : "mt_events where type <> 'tombstone'")}), "
            + "(select count(*) from inbox where contract = 'governance.use-case-submitted.v1')");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var effects = reader.GetInt64(0);
        reader.GetInt64(1).ShouldBe(effects, "messages remembered and effects differ");

        return effects;
    }

    private static BasicProperties Properties(string contentType, string mac) => new()
    {
        ContentType = contentType,
        Persistent = true,
        Headers = new Dictionary<string, object?> { [MessageMac.Header] = mac },
    };

    private Task<BasicGetResult?> Get(string queue) => Look(looking => looking.BasicGetAsync(queue, autoAck: true));

    /// <summary>Nothing, where a queue does not exist yet. One that is being made can cost the connection, so each look has its own.</summary>
    private async Task<T?> Look<T>(Func<IChannel, Task<T>> look)
    {
        try
        {
            await using var mine = await factory.CreateConnectionAsync();
            await using var looking = await mine.CreateChannelAsync();

            return await look(looking);
        }
        catch (OperationInterruptedException)
        {
            return default;
        }
    }

    private async Task<Host<T>> Start<T>(string database) where T : class
    {
        await backing.Postgres.CreateDatabaseAsync(database, database);
        var host = new Host<T>(backing.Postgres.ConnectionStringFor(database, database, database), backing.RabbitMq.AmqpUri);
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, StartTime);

        return host;
    }

    private sealed class Host<T>(string store, Uri bus) : WebApplicationFactory<T> where T : class
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseContentRoot(AppContext.BaseDirectory);
            builder.UseSetting("ConnectionStrings:store", store);
            builder.UseSetting("ConnectionStrings:bus", bus.ToString());
            builder.UseSetting("Messages:Key", Wire.Key);
            builder.UseSetting("Ledger:Folder", Directory.CreateTempSubdirectory("governance-test-").FullName);
            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
        }
    }
}
