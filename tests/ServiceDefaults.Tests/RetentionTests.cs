using Governance.Testing;

namespace Governance.ServiceDefaults.Tests;

public sealed class RetentionTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly Guid stream = Guid.CreateVersion7();
    private CountingService service = null!;

    public async ValueTask InitializeAsync() => service = await CountingService.Start(await postgres.CreateDatabaseAsync());

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task What_is_cleared_after_ninety_days_stays_counted()
    {
        await Work(days: 91);
        await Work(days: 89);
        var before = await service.FlowAsync();

        await service.Clear();

        (await service.Scalar<string>(Rows)).ShouldBe("outbox 3, inbox 1, receipt 1");
        var after = await service.FlowAsync();
        after.Outbox.ShouldBe(before.Outbox);
        after.Sent.ShouldBe(before.Sent);
        after.Applied.ShouldBe(before.Applied);
        after.Sent["governance.count-announced.v1"].ShouldBe(4);
        after.Applied["governance.number-heard.v1"].ShouldBe(2);
    }

    [Fact]
    public async Task Clearing_again_and_later_adds_up()
    {
        await Work(days: 100);
        await service.Clear();
        await service.Clear();
        await Work(days: 95);
        await service.Clear();

        (await service.Scalar<string>(Rows)).ShouldBe("outbox 0, inbox 0, receipt 0");
        var flow = await service.FlowAsync();
        flow.Outbox.ShouldBe(new(Ready: 0, Leased: 0, Sent: 6, Parked: 0));
        flow.Sent["governance.count-announced.v1"].ShouldBe(4);
        flow.Applied["governance.number-heard.v1"].ShouldBe(2);
    }

    [Fact]
    public async Task What_has_not_been_sent_is_kept_however_old_it_is()
    {
        await Work(days: 1);
        await service.Execute("update outbox set state = 3, enqueued_at = clock_timestamp() - interval '1000 days'");

        await service.Clear();

        (await service.FlowAsync()).Outbox.Parked.ShouldBe(3);
    }

    private const string Rows = """
        select format('outbox %s, inbox %s, receipt %s',
            (select count(*) from outbox), (select count(*) from inbox), (select count(*) from receipt))
        """;

    /// <summary>Two announced events, one of them heard from elsewhere, a private one and a receipt, so many days ago.</summary>
    private async Task Work(int days)
    {
        await service.Hear(stream, days, Guid.CreateVersion7());
        await service.Decide(stream, _ => [new Counted(1), new Whispered("secret")]);
        await service.Execute("insert into receipt(subject, key, fingerprint, reply) values ('somebody', $1, '', '{}')", $"{days}");
        await Eventually.Until(service.FlowAsync, flow => flow.Outbox is { Ready: 0, Leased: 0 }, what: "the outbox to be empty");
        await service.Execute($"update outbox set enqueued_at = clock_timestamp() - interval '{days} days' where enqueued_at > clock_timestamp() - interval '1 day'");
        await service.Execute($"update inbox set received_at = clock_timestamp() - interval '{days} days' where received_at > clock_timestamp() - interval '1 day'");
        await service.Execute($"update receipt set stored_at = clock_timestamp() - interval '{days} days' where stored_at > clock_timestamp() - interval '1 day'");
    }
}
