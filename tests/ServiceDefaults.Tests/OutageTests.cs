using Governance.Local;
using Governance.Testing;
using Governance.Testing.Backing;

namespace Governance.ServiceDefaults.Tests;

public sealed class OutageTests
{
    [Fact]
    public async Task While_PostgreSQL_is_dead_messages_wait_callers_are_told_and_afterwards_nothing_is_lost_or_doubled()
    {
        var (stream, heard) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var backing = await TestBacking.OpenAsync();
        var postgres = backing.Postgres;
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        await postgres.CreateDatabaseAsync("outage", "secret", TestContext.Current.CancellationToken);
        await using var service = await CountingService.Start(postgres.ConnectionStringFor("outage", "outage", "secret"));
        await service.Count(stream, 1);
        await service.UntilAnnounced(stream, 1);

        postgres.Kill();
        var waiting = Task.WhenAll(service.Hear(stream, 2, heard), service.Hear(stream, 2, heard));
        var refusal = await Should.ThrowAsync<Exception>(service.Count(stream, 3));

        Faults.IsInfrastructure(refusal).ShouldBeTrue(refusal.ToString());
        waiting.IsCompleted.ShouldBeFalse();
        var health = await service.HealthAsync();
        health.ShouldContain("The database does not answer");
        health.ShouldNotContain("127.0.0.1");
        health.ShouldNotContain("Failed to connect");

        await postgres.StartAsync(TestContext.Current.CancellationToken);
        (await waiting).ShouldAllBe(delivery => delivery.Fault == null);
        await service.UntilAnnounced(stream, 1, 2);
        (await service.Read(stream)).ShouldBe(new Tally { Id = stream, Times = 2, Sum = 3 });
        service.Traffic.ErrorQueue.ShouldBeEmpty();
    }
}
