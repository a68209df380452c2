using Governance.Contracts;
using Governance.Testing;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.ServiceDefaults.Tests;

/// <summary>The smallest service there can be: it counts, and tells the platform about it.</summary>
internal sealed class CountingService : IAsyncDisposable
{
    private static readonly Caller Caller = new("somebody", "Somebody", [], []);

    private readonly WebApplication app;

    private CountingService(string connectionString, Publish? publish)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:store"] = connectionString,
            ["ConnectionStrings:bus"] = Messaging.InMemory,
            ["Messages:Key"] = Wire.Key,
        });
        builder.AddServiceDefaults("counting");
        builder.AddEventStore(publish ?? Translate, store => store.Projections.Snapshot<Tally>(SnapshotLifecycle.Inline), Tally.ListSchema);
        builder.AddReadModels(ReadModel.Of<Tally>(Tally.ListSchema).With(new DerivedTable("tally_list", "tally", "changes")));
        builder.AddMessaging(typeof(CountingService).Assembly);
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapDefaultEndpoints();
    }

    public Traffic Traffic { get; } = new();

    public Decisions Decisions => app.Services.GetRequiredService<Decisions>();

    public IDocumentStore Store => app.Services.GetRequiredService<IDocumentStore>();

    public NpgsqlDataSource Database => app.Services.GetRequiredService<NpgsqlDataSource>();

    public ReadModels ReadModels => app.Services.GetRequiredService<ReadModels>();

    public IEnumerable<ReadModel> AllReadModels => app.Services.GetServices<ReadModel>();

    public IBus Bus => app.Services.GetRequiredService<IBus>();

    public static async Task<CountingService> Start(string connectionString, Publish? publish = null)
    {
        var service = new CountingService(connectionString, publish);
        var bus = service.app.Services.GetRequiredService<IBusControl>();
        service.Traffic.Observe(bus, "counting");
        await service.app.StartAsync();
        await service.Traffic.ListenToErrors(bus);

        return service;
    }

    public static IGovernanceEvent? Translate(IEvent e) => e.Data is Counted x ? new CountAnnounced(e.StreamId, 1, x.Number) : null;

    public Task<bool> Decide(Guid stream, Func<Tally, IEnumerable<object>> decide) =>
        Decisions.Command(stream, decide, FactContext.Of(Caller, "counter", TimeProvider.System), once: null, CancellationToken.None);

    public Task<bool> Count(Guid stream, int number) => Decide(stream, _ => [new Counted(number)]);

    /// <summary>Hands a number to the service's consumer, over the bus.</summary>
    public async Task<Delivery> Hear(Guid stream, int number, Guid messageId)
    {
        var delivery = Traffic.Expect(messageId);
        await Bus.Publish(new NumberHeard(stream, 1, number), message =>
        {
            message.MessageId = messageId;
            new FactOrigin("elsewhere", stream, 1, Origin.Moment, new("somebody", "counter", stream, stream, Origin.Moment, null)).WriteTo(message);
        });

        return await delivery;
    }

    public async Task<Tally> Read(Guid stream)
    {
        await using var session = Store.QuerySession();

        return await session.LoadAsync<Tally>(stream) ?? new();
    }

    /// <summary>What a consumer that passes over repeated messages gets to know, in order.</summary>
    public IReadOnlyList<int> AnnouncedOf(Guid stream) => [.. Traffic.Announced
        .Where(a => a.Fact is IUseCaseEvent about && about.UseCaseId == stream)
        .DistinctBy(a => a.MessageId)
        .Select(a => ((CountAnnounced)a.Fact).Number)];

    public async Task<Flow> FlowAsync() => (await Flow.Handle(new("counting"), Database, CancellationToken.None)).Value!;

    public async Task<string> HealthAsync()
    {
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
        using var answer = await http.GetAsync("/health");

        return await answer.Content.ReadAsStringAsync();
    }

    public Task Clear() => app.Services.GetServices<IHostedService>().OfType<Retention>().Single().Clear(CancellationToken.None);

    public Task UntilAnnounced(Guid stream, params int[] numbers) => Eventually.Until(
        () => Task.FromResult(string.Join(',', AnnouncedOf(stream))), seen => seen == string.Join(',', numbers), what: string.Join(',', numbers));

    public async Task<T> Scalar<T>(string sql, params object[] parameters)
    {
        await using var command = Database.CreateCommand(sql);

        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<int> Execute(string sql, params object[] parameters)
    {
        await using var command = Database.CreateCommand(sql);

        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>What was counted on one stream, and how often.</summary>
public sealed record Tally
{
    /// <summary>A table that follows from the tally, but for how often it was written.</summary>
    public const string ListSchema = """
        create table if not exists tally_list(tally uuid primary key, sum int not null, changes int not null);
        create or replace function list_tally() returns trigger language plpgsql as $$
        begin
            insert into tally_list as known values (new.id, (new.data ->> 'sum')::int, 1)
                on conflict (tally) do update set sum = excluded.sum, changes = known.changes + 1;
            return null;
        end $$;
        create or replace trigger list_tally after insert or update on mt_doc_tally for each row execute function list_tally();
        """;

    public Guid Id { get; init; }

    public int Times { get; init; }

    public int Sum { get; init; }

    public bool IsEmpty => Times == 0;

    public Tally Apply(Counted e) => this with { Times = Times + 1, Sum = Sum + e.Number };

    public Tally Apply(Whispered _) => this;
}

public sealed record Counted(int Number);

/// <summary>Stays private.</summary>
public sealed record Whispered(string Secret);

[Contract("count-announced", 1)]
public sealed record CountAnnounced(Guid UseCaseId, int Revision, int Number) : IUseCaseEvent;

[Contract("number-heard", 1)]
public sealed record NumberHeard(Guid UseCaseId, int Revision, int Number) : IUseCaseEvent;

public sealed class NumberHeardConsumer(Decisions decisions) : IConsumer<NumberHeard>
{
    /// <summary>Runs inside the decision on a number, for tests that interfere.</summary>
    public static System.Collections.Concurrent.ConcurrentDictionary<int, Action> Meanwhile { get; } = new();

    public Task Consume(ConsumeContext<NumberHeard> context) => decisions.Consume<Tally, NumberHeard>(
        context,
        context.Message.UseCaseId,
        _ =>
        {
            if (Meanwhile.TryRemove(context.Message.Number, out var interfere))
            {
                interfere();
            }

            return [new Counted(context.Message.Number)];
        });
}
