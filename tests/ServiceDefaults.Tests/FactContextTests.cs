using System.Globalization;
using Governance.Testing;

namespace Governance.ServiceDefaults.Tests;

public sealed class FactContextTests(PostgresServer postgres)
{
    /// <summary>Written as text, such a day and month would be swapped in London and unreadable in Berlin.</summary>
    private static readonly DateTimeOffset Effective = new DateTimeOffset(2026, 11, 5, 23, 59, 59, TimeSpan.Zero).AddTicks(1_234_567);

    [Theory]
    [InlineData("de-DE")]
    [InlineData("en-GB")]
    [InlineData("ar-SA")]
    [InlineData("")]
    public async Task Who_why_and_when_survive_the_store_to_the_tick_in_every_culture(string culture)
    {
        var stream = Guid.CreateVersion7();
        var written = new FactContext("somebody", "counter", Guid.CreateVersion7(), Guid.CreateVersion7(), Effective, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await using var service = await CountingService.Start(await postgres.CreateDatabaseAsync());
        await service.Decisions.Command<Tally>(stream, _ => [new Counted(1)], written, once: null, TestContext.Current.CancellationToken);
        await using var session = service.Store.QuerySession();
        var stored = (await session.Events.FetchStreamAsync(stream, token: TestContext.Current.CancellationToken)).Single();

        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

        FactContext.ReadFrom(stored).ShouldBe(written);
    }

    [Fact]
    public async Task An_announcement_carries_the_moment_to_the_tick()
    {
        var stream = Guid.CreateVersion7();
        await using var service = await CountingService.Start(await postgres.CreateDatabaseAsync());
        await service.Decisions.Command<Tally>(
            stream, _ => [new Counted(1)], new("somebody", "counter", stream, stream, Effective, null), once: null, TestContext.Current.CancellationToken);

        await service.UntilAnnounced(stream, 1);

        service.Traffic.Announced.Single().Origin.Context.EffectiveAt.ShouldBe(Effective);
    }
}
