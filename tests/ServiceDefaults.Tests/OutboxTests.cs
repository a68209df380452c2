using Governance.Local;
using Governance.Testing;
using Npgsql;

namespace Governance.ServiceDefaults.Tests;

public sealed class OutboxTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string CopyOfFirstEvent = """
        insert into mt_events
        select (jsonb_populate_record(e, jsonb_build_object('seq_id', nextval('mt_events_sequence'), 'id', $2::uuid, 'version', $3::int) || $4::jsonb)).*
        from mt_events e where stream_id = $1 and version = 1
        """;

    private readonly Guid stream = Guid.CreateVersion7();
    private string connection = "";

    public async ValueTask InitializeAsync() => connection = await postgres.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Events_are_announced_in_order_under_their_own_ids_and_what_is_not_listed_stays_private()
    {
        await using var service = await CountingService.Start(connection);
        await service.Decide(stream, _ => [new Counted(1), new Whispered("secret"), new Counted(2)]);
        await service.Count(stream, 3);

        await service.UntilAnnounced(stream, 1, 2, 3);

        var ids = await service.Scalar<Guid[]>("select array_agg(id order by version) from mt_events where stream_id = $1 and type = 'counted'", stream);
        service.Traffic.Announced.Select(a => a.MessageId).ShouldBe(ids);
        service.Traffic.Announced.Select(a => a.Origin.Version).ShouldBe([1, 3, 4]);
        (await service.Scalar<long>("select count(*) from outbox where state = 2 and contract is null")).ShouldBe(1);
    }

    [Fact]
    public async Task An_event_written_past_the_service_is_announced_all_the_same()
    {
        await using var service = await CountingService.Start(connection);
        await service.Count(stream, 1);
        var id = Guid.CreateVersion7();

        await service.Execute(CopyOfFirstEvent, stream, id, 2, "{}");

        await service.UntilAnnounced(stream, 1, 1);
        service.Traffic.Announced[1].MessageId.ShouldBe(id);
    }

    [Fact]
    public async Task Not_even_the_role_of_a_replica_writes_past_the_outbox()
    {
        await using var service = await CountingService.Start(connection);
        await service.Count(stream, 1);

        await AsSuperuser("set session_replication_role = replica; " + CopyOfFirstEvent
            .Replace("$1", $"'{stream}'", StringComparison.Ordinal).Replace("$2", $"'{Guid.CreateVersion7()}'", StringComparison.Ordinal)
            .Replace("$3", "2", StringComparison.Ordinal).Replace("$4", "'{}'", StringComparison.Ordinal));

        await service.UntilAnnounced(stream, 1, 1);
    }

    [Fact]
    public async Task The_tombstone_of_a_failed_append_is_nothing_to_announce()
    {
        await using var service = await CountingService.Start(connection);
        await service.Count(stream, 1);

        await service.Execute(CopyOfFirstEvent, stream, Guid.CreateVersion7(), 2, """{"type": "tombstone"}""");
        await service.Execute(CopyOfFirstEvent, stream, Guid.CreateVersion7(), 3, "{}");

        await service.UntilAnnounced(stream, 1, 1);
        (await service.Scalar<long>("select count(*) from outbox")).ShouldBe(2);
    }

    [Fact]
    public async Task A_fact_that_cannot_be_mapped_holds_up_its_own_stream_only_until_the_service_that_can_map_it_starts()
    {
        var (other, third) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await using (var broken = await CountingService.Start(connection, e => e.Data is Counted { Number: 13 }
            ? throw new NotSupportedException("13 is unlucky")
            : CountingService.Translate(e)))
        {
            await broken.Decide(stream, _ => [new Counted(12), new Counted(13), new Counted(14)]);
            await broken.Count(other, 1);
            await broken.UntilAnnounced(other, 1);
            await broken.UntilAnnounced(stream, 12);
            await broken.Count(stream, 15);
            await broken.Count(third, 2);
            await broken.UntilAnnounced(third, 2);

            broken.AnnouncedOf(stream).ShouldBe([12]);
            (await broken.Scalar<string>("select last_error from outbox where state = 3")).ShouldBe("13 is unlucky");
            (await broken.Scalar<long>("select count(*) from outbox where state = 0")).ShouldBe(2);
        }

        await using var cured = await CountingService.Start(connection);

        await cured.UntilAnnounced(stream, 13, 14, 15);
        cured.AnnouncedOf(other).ShouldBeEmpty();
        await Eventually.Until(() => cured.Scalar<long>("select count(*) from outbox where state <> 2"), waiting => waiting == 0);
    }

    [Fact]
    public async Task A_decision_whose_engine_another_release_has_waits_for_that_release_and_is_not_parked()
    {
        var other = Guid.CreateVersion7();

        await using (var earlier = await CountingService.Start(connection, e => e.Data is Counted { Number: 2 }
            ? throw new UnknownEngineException("counting-2", ["counting-1"])
            : CountingService.Translate(e)))
        {
            await earlier.Decide(stream, _ => [new Counted(1), new Counted(2), new Counted(3)]);
            await earlier.UntilAnnounced(stream, 1);
            await earlier.Count(other, 1);
            await earlier.UntilAnnounced(other, 1);

            earlier.AnnouncedOf(stream).ShouldBe([1]);
            await Eventually.Until(async () => (await earlier.FlowAsync()).Outbox, counts => counts == new OutboxCounts(Ready: 2, Leased: 0, Sent: 2, Parked: 0));
            (await earlier.Scalar<string>("select last_error from outbox where last_error is not null")).ShouldContain("counting-2");
        }

        await using var later = await CountingService.Start(connection);

        await later.UntilAnnounced(stream, 2, 3);
    }

    [Theory]
    [InlineData("""{"type": "from_a_later_version", "mt_dotnet_type": "Governance.Later, Governance.Later"}""")]
    [InlineData("""{"data": {"number": "not a number"}}""")]
    public async Task A_fact_that_cannot_even_be_read_holds_up_its_own_stream_only(string damage)
    {
        var other = Guid.CreateVersion7();
        await using var service = await CountingService.Start(connection);
        await service.Count(stream, 1);
        await service.UntilAnnounced(stream, 1);

        await service.Execute(CopyOfFirstEvent, stream, Guid.CreateVersion7(), 2, damage);
        await service.Count(other, 2);

        await service.UntilAnnounced(other, 2);
        await Eventually.Until(
            () => service.Scalar<long>("select count(*) from outbox where state = 3"), parked => parked == 1, what: "the damaged event to be parked");
    }

    [Fact]
    public async Task The_relay_resumes_after_its_connection_is_cut_and_says_nothing_new_twice()
    {
        await using var service = await CountingService.Start(connection);
        await service.Count(stream, 1);
        await service.UntilAnnounced(stream, 1);

        for (var number = 2; number <= 4; number++)
        {
            await AsSuperuser("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");
            await Eventually.Until(async () => await service.Count(stream, number).ContinueWith(done => done.IsCompletedSuccessfully, TaskScheduler.Default));
            await service.UntilAnnounced(stream, [.. Enumerable.Range(1, number)]);
        }
    }

    [Fact]
    public async Task What_a_relay_had_leased_when_it_died_is_announced_by_the_next()
    {
        await using (var service = await CountingService.Start(connection))
        {
            await service.Count(stream, 1);
            await service.UntilAnnounced(stream, 1);
            await Eventually.Until(async () => await service.Scalar<long>("select count(*) from outbox where state = 2") == 1);
            await service.Execute("update outbox set state = 1, lease_until = clock_timestamp() + interval '30 seconds'");
        }

        await using var next = await CountingService.Start(connection);

        await next.UntilAnnounced(stream, 1);
    }

    [Fact]
    public async Task Of_two_instances_one_announces_and_the_other_takes_over()
    {
        var second = (CountingService?)null;

        await using (var first = await CountingService.Start(connection))
        {
            second = await CountingService.Start(connection);

            for (var number = 1; number <= 20; number++)
            {
                await (number % 2 == 0 ? first : second).Count(stream, number);
                await first.UntilAnnounced(stream, [.. Enumerable.Range(1, number)]);
            }

            second.Traffic.Announced.ShouldBeEmpty();
        }

        await using (second)
        {
            await second.Count(stream, 21);
            await second.UntilAnnounced(stream, 21);
        }
    }

    [Fact]
    public async Task Many_streams_are_announced_side_by_side_each_in_order()
    {
        await using var service = await CountingService.Start(connection);
        var streams = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToList();

        await Task.WhenAll(streams.SelectMany(s => Enumerable.Range(1, 10).Select(n => service.Decide(s, tally => [new Counted(tally.Times + 1)]))));

        foreach (var s in streams)
        {
            await service.UntilAnnounced(s, [.. Enumerable.Range(1, 10)]);
        }
    }

    private async Task AsSuperuser(string sql)
    {
        var server = await postgres.StartedAsync();
        var database = new NpgsqlConnectionStringBuilder(connection).Database!;
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionStringFor(database, "postgres", server.Password)};Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
