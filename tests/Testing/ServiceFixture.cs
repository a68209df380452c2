using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.ServiceDefaults;
using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Xunit;

namespace Governance.Testing;

/// <summary>
/// One service of the platform inside the test process, as it runs in production but for three things: its bus stays in the
/// process, tokens are signed by the test, and the clock can be put forward. It listens on a real port and owns a real, fresh
/// PostgreSQL database.
/// </summary>
/// <typeparam name="TProgram">Any type of the service's assembly.</typeparam>
public class ServiceFixture<TProgram>(PostgresServer postgres) : IAsyncLifetime where TProgram : class
{
    private readonly Host host = new();

    public SettableClock Clock => host.Clock;

    public IServiceProvider Services => host.Services;

    public string Name => Services.GetRequiredService<ServiceIdentity>().Name;

    /// <summary>Where the service listens.</summary>
    public Uri Address => host.ClientOptions.BaseAddress;

    /// <summary>The connection string of one more database.</summary>
    public Task<string> SecondDatabase() => postgres.CreateDatabaseAsync();

    /// <summary>The service's own folder, apart from its database.</summary>
    public string Folder => host.Folder.FullName;

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    public IDocumentStore Store => Services.GetRequiredService<IDocumentStore>();

    /// <summary>Everything that went over the bus, and what became of it.</summary>
    public Traffic Traffic { get; } = new();

    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>Settings beyond those of every fixture.</summary>
    protected virtual void Configure(IWebHostBuilder builder)
    {
    }

    public async ValueTask InitializeAsync()
    {
        host.Configure = Configure;
        host.ConnectionString = await postgres.CreateDatabaseAsync();
        host.UseKestrel(0);
        host.StartServer();
        Anonymous = host.CreateClient();
        var bus = Services.GetRequiredService<IBusControl>();
        Traffic.Observe(bus, Name);
        await Traffic.ListenToErrors(bus);
    }

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        await host.DisposeAsync();
        host.Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    public HttpClient As(string role, params string[] businessUnits) => As(new Person(role, businessUnits));

    public HttpClient As(Person person) => WithToken(TestTokens.For(person));

    public HttpClient WithToken(string token)
    {
        var http = host.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        return http;
    }

    /// <summary>
    /// Sends a fact to the service as its publisher would, and returns once the service has dealt with it: applied it, or moved it to
    /// its error queue.
    /// </summary>
    public async Task<Delivery> Publish(IGovernanceEvent fact, Origin? from = null, Guid? messageId = null)
    {
        var id = messageId ?? Guid.CreateVersion7();
        var origin = (from ?? new()).Of(fact);
        var delivery = Traffic.Expect(id);
        await Services.GetRequiredService<IBus>().Publish(fact, fact.GetType(), Pipe.Execute<PublishContext>(message =>
        {
            message.MessageId = id;
            origin.WriteTo(message);
        }));

        return await delivery;
    }

    /// <summary>What services of the platform authenticate their messages with.</summary>
    public MessageMac Mac => Services.GetRequiredService<MessageMac>();

    /// <summary>Puts a message on the service's queue byte by byte, whether it makes sense or not, and returns what became of it.</summary>
    public Task<Delivery> Send(string envelope) => Send(envelope, Mac.Of(Encoding.UTF8.GetBytes(envelope)));

    /// <summary>The same for somebody who may not know the key.</summary>
    public async Task<Delivery> Send(string envelope, string? mac)
    {
        var delivery = Traffic.Expect(AsWritten.MessageIdIn(envelope));
        var queue = await Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{Name}"));
        await queue.Send(new Written(), Pipe.Execute<SendContext>(message =>
        {
            message.Serializer = new AsWritten(envelope);
            message.Headers.Set(MessageMac.Header, mac);
        }));

        return await delivery;
    }

    public async Task<Flow> FlowAsync() => (await Anonymous.GetFromJsonAsync<Flow>("/internal/flow", Json.Options))!;

    /// <summary>Waits until the service has announced every fact it stored.</summary>
    public Task Settled() => Eventually.Until(
        FlowAsync, flow => flow.Outbox is { Ready: 0, Leased: 0 }, what: $"the outbox of {Name} to be empty");

    /// <summary>Waits until the service has also applied what it hears of itself.</summary>
    public async Task Heard()
    {
        await Settled();
        string[] own = [.. Subscriptions.Subscribers.Where(s => s.Value.Contains(Name)).Select(s => ContractName.Of(s.Key))];
        await Eventually.Until(
            async () =>
            {
                await using var command = Database.CreateCommand(
                    "select count(*) from outbox o where o.contract = any($1) and not exists (select 1 from inbox i where i.message_id = o.event_id)");
                command.Parameters.AddWithValue(own);

                return (long)(await command.ExecuteScalarAsync())!;
            },
            left => left == 0,
            what: $"{Name} to hear what it said");
    }

    /// <summary>The announced facts of one kind about one use case, in order; waits for the outbox first.</summary>
    public async Task<IReadOnlyList<Announcement<T>>> Announced<T>(Guid useCase) where T : IUseCaseEvent
    {
        await Settled();

        return [.. Traffic.Announced
            .Where(a => a.Fact is T about && about.UseCaseId == useCase)
            .Select(a => new Announcement<T>(a.MessageId, (T)a.Fact, a.Origin))];
    }

    /// <summary>The announced facts of one kind that are about no use case, in order; waits for the outbox first.</summary>
    public async Task<IReadOnlyList<Announcement<T>>> Announced<T>() where T : IGovernanceEvent
    {
        await Settled();

        return [.. Traffic.Announced.Where(a => a.Fact is T).Select(a => new Announcement<T>(a.MessageId, (T)a.Fact, a.Origin))];
    }

    /// <summary>The events of a stream, in order.</summary>
    public async Task<IReadOnlyList<object>> EventsOf(Guid stream) => [.. (await StoredEventsOf(stream)).Select(e => e.Data)];

    /// <summary>The events of a stream with their ids, versions, times and causes.</summary>
    public async Task<IReadOnlyList<IEvent>> StoredEventsOf(Guid stream)
    {
        await using var session = Store.QuerySession();

        return await session.Events.FetchStreamAsync(stream);
    }

    /// <summary>The stored snapshot of a stream must be what its events add up to.</summary>
    public async Task SnapshotShouldEqualLiveFold<TState>(Guid stream) where TState : class, new()
    {
        await using var session = Store.QuerySession();
        var snapshot = Fold.Canonical((await session.LoadAsync<TState>(stream))!);

        snapshot.ShouldBe(await LiveFoldShouldBePlain<TState>(stream));
    }

    /// <summary>
    /// Events must add up to the same by Marten and by the plain <c>Apply</c> methods: Marten's source generator may otherwise pass
    /// over an event without a word.
    /// </summary>
    public async Task<string> LiveFoldShouldBePlain<TState>(Guid stream) where TState : class, new()
    {
        await using var session = Store.QuerySession();
        var live = Fold.Canonical((await session.Events.AggregateStreamAsync<TState>(stream))!);
        var plain = Fold.Canonical(Fold.Of<TState>(await EventsOf(stream)));

        live.ShouldBe(plain.Replace(Guid.Empty.ToString(), stream.ToString(), StringComparison.Ordinal));

        return live;
    }

    /// <summary>The message must end in the error queue and leave no trace in the store.</summary>
    public async Task ShouldRefuse(JsonNode envelope)
    {
        var before = await Footprint();
        var failed = Traffic.ErrorQueue.Count;
        var delivery = await Send(envelope.ToJsonString());

        await Eventually.Until(() => Traffic.ErrorQueue.Count > failed, what: $"the message in the error queue of {Name}; it {delivery}");
        (await Footprint()).ShouldBe(before);
    }

    /// <summary>Applies a message twice: the second time must change nothing, and it is counted once.</summary>
    public async Task ShouldApplyOnce(IGovernanceEvent fact, Origin? from = null)
    {
        var contract = ContractName.Of(fact.GetType());
        var id = Guid.CreateVersion7();
        var applied = (await FlowAsync()).Applied.GetValueOrDefault(contract);
        (await Publish(fact, from, id)).Fault.ShouldBeNull();
        var once = await Footprint();

        var again = await Task.WhenAll(Publish(fact, from, id), Publish(fact, from, id));

        again.ShouldAllBe(delivery => delivery.Fault == null);
        (await Footprint()).ShouldBe(once);
        (await FlowAsync()).Applied[contract].ShouldBe(applied + 1);
    }

    /// <summary>Where the service keeps something else than its events add up to.</summary>
    public async Task<IReadOnlyList<ReadModelDifference>> ReadModelDifferences()
    {
        var differing = new List<ReadModelDifference>();

        for (ReadModelPosition? next = new(0, Guid.Empty); next is not null;)
        {
            var page = (await Anonymous.GetFromJsonAsync<ReadModelPage>($"/internal/read-models?model={next.Model}&after={next.After}", Json.Options))!;
            differing.AddRange(page.Differing);
            next = page.Next;
        }

        return differing;
    }

    /// <summary>
    /// How much the service has stored: events, received messages, receipts and whatever else is its own. Who has signed in, and what the relay and the ledger
    /// make of it later, does not count; nor do the ledger's keys, which it makes a moment after the start.
    /// </summary>
    public async Task<string> Footprint()
    {
        await Heard();
        await Quiet();
        var counts = new List<string>();
        await using var command = Database.CreateCommand("""
            select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
                and c.relname not in ('announced', 'pending', 'leaf', 'checkpoint', 'signing_key', 'mt_doc_person') order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync();

        while (await reader.ReadAsync())
        {
            var table = reader.GetString(0);
            counts.Add($"{table} {await Count(table is "mt_events" ? "mt_events where type <> 'tombstone'" : table)}");
        }

        return string.Join(", ", counts);
    }

    /// <summary>Waits for what the service still does about earlier requests by itself.</summary>
    protected virtual Task Quiet() => Task.CompletedTask;

    /// <summary>How many rows a table has; a condition may follow its name.</summary>
    public async Task<long> Count(string table)
    {
        await using var command = Database.CreateCommand($"select count(*) from {table}");

        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class Host : WebApplicationFactory<TProgram>
    {
        public string ConnectionString { get; set; } = "";

        public Action<IWebHostBuilder>? Configure { get; set; }

        public SettableClock Clock { get; } = new();

        /// <summary>Where Audit keeps the key it seals with, and Compliance those it encrypts with.</summary>
        public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("governance-test-");

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseContentRoot(AppContext.BaseDirectory);
            builder.UseSetting("ConnectionStrings:store", ConnectionString);
            builder.UseSetting("ConnectionStrings:bus", Messaging.InMemory);
            builder.UseSetting("Messages:Key", Wire.Key);
            builder.UseSetting("Ledger:Folder", Folder.FullName);
            builder.UseSetting("Secrets:Folder", Path.Combine(Folder.FullName, "secrets"));
            builder.UseSetting("Keycloak:auth-server-url", TestTokens.Server);
            builder.UseSetting("Keycloak:resource", TestTokens.Audience);
            Configure?.Invoke(builder);
            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            builder.ConfigureTestServices(services =>
            {
                services.AddSingleton<TimeProvider>(Clock);
                services.Configure<JwtBearerOptions>(
                    JwtBearerDefaults.AuthenticationScheme, bearer => bearer.Configuration = TestTokens.Configuration);
            });
        }
    }
}
