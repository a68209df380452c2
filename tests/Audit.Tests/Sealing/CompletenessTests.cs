using System.Net;
using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Audit.Tests.Sealing;

public sealed class CompletenessTests(AuditService audit) : IClassFixture<AuditService>, IAsyncLifetime
{
    private readonly WebApplication intake = StandIn.Create();
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task A_ledger_that_holds_what_was_published_is_complete()
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Publish(Messages.Revised(id, 2));
        await Says(await Recorded());

        (await Report()).ShouldSatisfyAllConditions(
            report => report.Problem.ShouldBeNull(),
            report => report.Missing.ShouldBeEmpty(),
            report => report.Surplus.ShouldBeEmpty(),
            report => report.Published.ShouldBe(report.Recorded));
    }

    [Fact]
    public async Task A_fact_that_never_arrived_is_missed_by_name()
    {
        await audit.Publish(Messages.Submitted(id));
        await Says([.. (await Recorded()).Where(stream => stream.Stream != id), new(id, 3, 2)]);

        var missing = (await Report()).Missing.ShouldHaveSingleItem();

        (missing.Stream, missing.LastPublished, missing.LastRecorded).ShouldBe((id, 3, 1));
        missing.Message.ShouldContain("1 are missing");
    }

    [Fact]
    public async Task A_fact_its_origin_knows_nothing_of_is_one_too_many()
    {
        await audit.Publish(Messages.Submitted(id));
        await Says([.. (await Recorded()).Where(stream => stream.Stream != id)]);

        (await Report()).Surplus.ShouldHaveSingleItem().Stream.ShouldBe(id);
    }

    [Fact]
    public async Task An_origin_that_cannot_be_asked_is_named() =>
        (await audit.Read<IReadOnlyList<OriginReport>>("/api/audit/completeness")).Single(report => report.Service is "compliance").Problem.ShouldNotBeNull();

    [Fact]
    public async Task What_audit_itself_did_is_compared_as_well()
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Read<object>($"/api/audit/use-cases/{id}");
        await audit.Footprint();

        (await audit.Read<IReadOnlyList<OriginReport>>("/api/audit/completeness")).Single(report => report.Service is "audit")
            .ShouldSatisfyAllConditions(own => own.Recorded.ShouldBeGreaterThan(0), own => own.Missing.ShouldBeEmpty(), own => own.Surplus.ShouldBeEmpty());
    }

    [Fact]
    public async Task Checkpoints_are_handed_to_every_anchor_and_the_next_verification_asks_them()
    {
        var folder = Directory.CreateTempSubdirectory("governance-test-").FullName;
        var (file, database) = (Path.Combine(folder, "anchored.jsonl"), audit.Database.ConnectionString);
        var configuration = audit.Services.GetRequiredService<IConfiguration>();
        configuration["Ledger:Anchors:File"] = file;
        configuration["Ledger:Anchors:Postgres"] = await audit.SecondDatabase();
        configuration["Ledger:Anchors:Webhook"] = "http://127.0.0.1:9/unreachable";
        await audit.Publish(Messages.Submitted(id));
        var checkpoint = await audit.Sealed();

        await audit.Services.GetRequiredService<Anchors>().Anchor(CancellationToken.None);

        var kept = await audit.Services.GetRequiredService<Anchors>().Kept(CancellationToken.None);
        kept.Select(note => note.Note).ShouldAllBe(note => note == checkpoint.Note);
        kept.Count.ShouldBe(2);
        var status = (await audit.Read<LedgerView>("/api/audit/ledger")).Anchors;
        status.Single(anchor => anchor.Anchor is "webhook").Problem.ShouldNotBeNull();
        status.Where(anchor => anchor.Size == checkpoint.Size).Select(anchor => anchor.Anchor).ShouldBe(["file", "postgres"], ignoreOrder: true);

        await File.AppendAllTextAsync(file, JsonSerializer.Serialize(new { at = DateTimeOffset.UnixEpoch, note = Forged(checkpoint) }) + "\n");
        var report = (await audit.As(Roles.Auditor).Post("/api/audit/ledger/verification", "")).Expect(HttpStatusCode.OK).Read<LedgerReport>();
        report.Findings.ShouldHaveSingleItem().Message.ShouldContain("the anchor file");

        configuration["Ledger:Anchors:File"] = null;
        configuration["Ledger:Anchors:Postgres"] = null;
        configuration["Ledger:Anchors:Webhook"] = null;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        audit.Services.GetRequiredService<IConfiguration>()["services:intake:http:0"] = null;
        await intake.DisposeAsync();
    }

    private static string Forged(CheckpointView checkpoint) => checkpoint.Note.Replace($"\n{checkpoint.Size}\n", $"\n{checkpoint.Size + 1}\n", StringComparison.Ordinal);

    private async Task<OriginReport> Report() =>
        (await audit.Read<IReadOnlyList<OriginReport>>("/api/audit/completeness")).Single(report => report.Service is "intake");

    private async Task<List<AnnouncedStream>> Recorded()
    {
        await using var command = audit.Database.CreateCommand("select stream, max(version), count(*) from fact where service = 'intake' group by stream");
        await using var reader = await command.ExecuteReaderAsync();
        var streams = new List<AnnouncedStream>();

        while (await reader.ReadAsync())
        {
            streams.Add(new(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        return streams;
    }

    /// <summary>Stands in for Intake and says what it has published.</summary>
    private async Task Says(List<AnnouncedStream> streams)
    {
        intake.Run(http => http.Response.WriteAsJsonAsync(streams.OrderBy(stream => stream.Stream.ToString(), StringComparer.Ordinal), Json.Options));
        await intake.StartAsync(TestContext.Current.CancellationToken);
        audit.Services.GetRequiredService<IConfiguration>()["services:intake:http:0"] = intake.Urls.Single();
    }
}
