using Governance.Local;
using Governance.Testing;
using Marten;
using Npgsql;

namespace Governance.ServiceDefaults.Tests;

public sealed class DecisionsTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly Guid stream = Guid.CreateVersion7();
    private string connection = "";
    private CountingService service = null!;

    public async ValueTask InitializeAsync()
    {
        connection = await postgres.CreateDatabaseAsync();
        service = await CountingService.Start(connection);
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_decision_that_fails_fails_alone_among_those_committed_with_it()
    {
        var streams = Enumerable.Range(0, 60).Select(_ => Guid.CreateVersion7()).ToList();

        var outcomes = await Task.WhenAll(streams.Select(async (s, i) =>
        {
            try
            {
                await service.Decide(s, _ => i % 20 == 7 ? throw new RuleViolationException($"no {i}") : [new Counted(i)]);

                return "done";
            }
            catch (RuleViolationException refusal)
            {
                return refusal.Message;
            }
        }));

        outcomes.Select((outcome, i) => (outcome, i)).Where(x => x.outcome != "done").ShouldBe([("no 7", 7), ("no 27", 27), ("no 47", 47)]);
        (await service.Scalar<long>("select count(*) from mt_events")).ShouldBe(57);
        (await Task.WhenAll(streams.Select(service.Read))).Select(t => t.Times).ShouldBe(outcomes.Select(o => o == "done" ? 1 : 0));
    }

    [Fact]
    public async Task Decisions_on_one_stream_wait_for_each_other_and_none_is_taken_twice()
    {
        var taken = 0;

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.Decide(stream, tally =>
        {
            Interlocked.Increment(ref taken);

            return [new Counted(tally.Times)];
        })));

        taken.ShouldBe(100);
        (await service.Read(stream)).ShouldBe(new Tally { Id = stream, Times = 100, Sum = 4950 });
    }

    [Fact]
    public async Task A_decision_that_met_a_writer_from_outside_is_taken_again_on_the_new_state()
    {
        await service.Count(stream, 1);
        var seen = new List<int>();

        await service.Decide(stream, tally =>
        {
            seen.Add(tally.Times);

            if (seen.Count == 1)
            {
                AppendFromOutside(100);
            }

            return [new Counted(tally.Times)];
        });

        seen.ShouldBe([1, 2]);
        (await service.Read(stream)).ShouldBe(new Tally { Id = stream, Times = 3, Sum = 103 });
    }

    [Fact]
    public async Task A_new_stream_that_somebody_else_started_meanwhile_is_continued()
    {
        await service.Decide(stream, tally =>
        {
            if (tally.Times == 0)
            {
                AppendFromOutside(100);
            }

            return [new Counted(tally.Times)];
        });

        (await service.Read(stream)).ShouldBe(new Tally { Id = stream, Times = 2, Sum = 101 });
    }

    [Fact]
    public async Task Two_processes_that_decide_on_one_stream_lose_nothing()
    {
        await using var second = await CountingService.Start(connection);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => (i % 2 == 0 ? service : second).Decide(stream, tally => [new Counted(tally.Times)])));

        (await service.Read(stream)).ShouldBe(new Tally { Id = stream, Times = 30, Sum = 435 });
    }

    [Fact]
    public async Task A_message_heard_many_times_at_once_counts_once()
    {
        var id = Guid.CreateVersion7();

        var deliveries = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => service.Hear(stream, 5, id)));

        deliveries.ShouldAllBe(d => d.Fault == null);
        (await service.Read(stream)).Times.ShouldBe(1);
        (await service.Scalar<long>("select count(*) from inbox")).ShouldBe(1);
    }

    [Fact]
    public async Task A_message_heard_by_two_processes_counts_once()
    {
        await using var second = await CountingService.Start(connection);
        var ids = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToList();

        var deliveries = await Task.WhenAll(ids.SelectMany(id => new[] { service.Hear(stream, 1, id), second.Hear(stream, 1, id) }));

        deliveries.ShouldAllBe(d => d.Fault == null);
        (await service.Read(stream)).Times.ShouldBe(10);
    }

    [Fact]
    public async Task A_message_outlasts_a_database_that_hangs_up()
    {
        NumberHeardConsumer.Meanwhile[4711] = HangUp;

        (await service.Hear(stream, 4711, Guid.CreateVersion7())).Fault.ShouldBeNull();

        (await service.Read(stream)).Sum.ShouldBe(4711);
    }

    private void AppendFromOutside(int number) => Task.Run(async () =>
    {
        await using var session = service.Store.LightweightSession();
        var writing = await session.Events.FetchForWriting<Tally>(stream);
        var e = session.Events.BuildEvent(new Counted(number));
        new FactContext("outsider", "counter", stream, stream, Origin.Moment, null).WriteTo(e);
        writing.AppendOne(e);
        await session.SaveChangesAsync();
    }).GetAwaiter().GetResult();

    private void HangUp() => Task.Run(async () =>
    {
        var server = await postgres.StartedAsync();
        var database = new NpgsqlConnectionStringBuilder(connection).Database!;
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionString};Pooling=false");
        await using var command = source.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1");
        command.Parameters.AddWithValue(database);
        await command.ExecuteNonQueryAsync();
    }).GetAwaiter().GetResult();
}
