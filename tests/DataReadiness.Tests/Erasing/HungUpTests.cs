using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Testing;
using Marten;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Governance.DataReadiness.Tests.Erasing;

public sealed class HungUpTests(HungUpService service) : IClassFixture<HungUpService>
{
    [Fact]
    public async Task An_erasure_whose_database_hangs_up_in_the_middle_is_begun_again_and_reported_once()
    {
        var id = Guid.CreateVersion7();
        (await service.Publish(Messages.Submitted(id, Messages.Marked("Zanzibar")))).Fault.ShouldBeNull();

        (await service.Publish(Messages.Erased(id))).Fault.ShouldBeNull();

        service.TimesHungUp.ShouldBe(1);
        (await StoredTexts.Holding(service.Database, "Zanzibar")).ShouldBeEmpty();
        (await service.Announced<PersonalDataErasedFrom>(id)).ShouldHaveSingleItem().Fact.Events.ShouldBe(1);
        service.Traffic.ErrorQueue.ShouldBeEmpty();
    }
}

/// <summary>DataReadiness, whose database hangs up the first time that something is folded again.</summary>
public sealed class HungUpService(PostgresServer postgres) : ServiceFixture<ReadinessFile>(postgres)
{
    private static readonly SnapshotOf File = SnapshotOf.Stream<ReadinessFile>();

    public int TimesHungUp { get; private set; }

    protected override void Configure(IWebHostBuilder builder) =>
        builder.ConfigureTestServices(services => services.AddSingleton(new TextsOf([File with { Fold = HangUpOnce }])));

    private async Task<object?> HangUpOnce(IQuerySession session, Guid stream, CancellationToken ct)
    {
        if (TimesHungUp == 0)
        {
            TimesHungUp++;
            await using var command = Database.CreateCommand("select pg_terminate_backend($1, 60000)");
            command.Parameters.AddWithValue(((NpgsqlConnection)session.Connection!).ProcessID);
            (await command.ExecuteScalarAsync(ct)).ShouldBe(true);
        }

        return await File.Fold(session, stream, ct);
    }
}
