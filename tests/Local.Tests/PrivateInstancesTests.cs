using System.Text;
using Npgsql;
using RabbitMQ.Client;

namespace Governance.Local.Tests;

/// <summary>PostgreSQL and RabbitMQ of our own, started, killed and started again.</summary>
public sealed class PrivateInstancesTests : IDisposable
{
    private static readonly string[] Queues = ["costs", "costs_error", "governance.dead-letter"];

    private readonly string _folder;
    private readonly ProcessRegister _register;

    public PrivateInstancesTests()
    {
        Assert.SkipUnless(Machine.HasServers, "PostgreSQL and RabbitMQ are not installed on this machine.");
        _folder = Folders.Temporary();
        _register = ProcessRegister.Open(Path.Combine(_folder, "run"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_PostgreSQL_has_committed_outlives_a_kill_and_no_service_enters_anothers_database()
    {
        await using var postgres = new LocalPostgres(Path.Combine(_folder, "postgres"), _register);
        await postgres.StartAsync(Token);
        await postgres.CreateDatabaseAsync("costs", "first", Token);
        await postgres.CreateDatabaseAsync("audit", "second", Token);
        await ExecuteAsync(postgres.ConnectionStringFor("costs", "costs", "first"), "create table price (amount numeric); insert into price values (42)");

        postgres.Kill();
        await postgres.StartAsync(Token);

        (await ScalarAsync(postgres.ConnectionStringFor("costs", "costs", "first"), "select amount from price")).ShouldBe(42m);
        (await Should.ThrowAsync<PostgresException>(
            () => ScalarAsync(postgres.ConnectionStringFor("costs", "audit", "second"), "select 1"))).SqlState.ShouldBe("42501");
    }

    [Fact]
    public async Task Failed_messages_outlive_a_kill_of_RabbitMQ_and_go_back_to_their_service_as_they_were()
    {
        await using var rabbit = new LocalRabbitMq(Path.Combine(_folder, "rabbitmq"), _register);
        await rabbit.StartAsync(Token);
        await WithChannelAsync(rabbit, async channel =>
        {
            foreach (var queue in Queues)
            {
                await channel.QueueDeclareAsync(
                    queue, durable: true, exclusive: false, autoDelete: false,
                    new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Token);
            }

            await PublishAsync(channel, "costs_error", "1", new() { ["MT-Fault-Message"] = "no price", ["kept"] = "yes" });
            await PublishAsync(channel, "governance.dead-letter", "2", new() { ["x-first-death-queue"] = "costs" });
            await PublishAsync(channel, "governance.dead-letter", "3", new() { ["x-first-death-queue"] = "audit" });
        });

        // RabbitMQ writes down a new quorum queue half a second late and cannot start one again that it never wrote down.
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        rabbit.Kill();
        await rabbit.StartAsync(Token);
        var moved = await Requeue.MoveAsync(rabbit.AmqpUri, "costs", Token);

        moved.ShouldBe(2);
        await WithChannelAsync(rabbit, async channel =>
        {
            var first = (await channel.BasicGetAsync("costs", autoAck: true, Token))!;
            first.BasicProperties.MessageId.ShouldBe("1");
            first.BasicProperties.Headers!.ShouldContainKey("kept");
            first.BasicProperties.Headers!.ShouldNotContainKey("MT-Fault-Message");
            Encoding.UTF8.GetString(first.Body.Span).ShouldBe("body 1");
            (await channel.BasicGetAsync("costs", autoAck: true, Token))!.BasicProperties.MessageId.ShouldBe("2");
            (await channel.BasicGetAsync("governance.dead-letter", autoAck: true, Token))!.BasicProperties.MessageId.ShouldBe("3");
            (await channel.MessageCountAsync("costs_error", Token)).ShouldBe(0u);
        });
    }

    public void Dispose()
    {
        _register.Dispose();
        Folders.Delete(_folder);
    }

    private static Task PublishAsync(IChannel channel, string queue, string id, Dictionary<string, object?> headers) =>
        channel.BasicPublishAsync(
            "", queue, mandatory: true, new BasicProperties { MessageId = id, Persistent = true, Headers = headers },
            Encoding.UTF8.GetBytes($"body {id}"), Token).AsTask();

    private static async Task WithChannelAsync(LocalRabbitMq rabbit, Func<IChannel, Task> use)
    {
        await using var connection = await new ConnectionFactory { Uri = rabbit.AmqpUri }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new(true, true), Token);
        await use(channel);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);

        return await command.ExecuteScalarAsync(Token);
    }
}
