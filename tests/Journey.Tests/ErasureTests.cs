using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Local;
using Governance.Platform;
using Governance.Testing;
using Npgsql;

namespace Governance.Journey.Tests;

/// <summary>What is erased is looked for in everything the platform stores, byte by byte where the files can be reached.</summary>
public sealed class ErasureTests(PlatformFixture fixture)
{
    private const string Failed = "data-readiness_error";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(120);

    private readonly RunningPlatform platform = fixture.Platform;
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private readonly string marker = $"Quagga{Guid.CreateVersion7():N}";

    [Fact]
    public async Task An_erased_case_leaves_no_text_in_any_database_queue_or_file_of_the_database()
    {
        var facts = Marked();
        var id = (await platform.As("portfolio.manager").PostAsync("/api/use-cases", facts.ToJsonString(), $"erased-{Guid.CreateVersion7()}", ct)).Require().GetProperty("id").GetGuid();
        await Review(id);
        var message = await Fail(id, facts);

        foreach (var store in RunningPlatform.Stores)
        {
            await using var database = platform.Database(store);
            (await StoredTexts.Holding(database, marker)).ShouldNotBeEmpty($"{store} is looked into where the text must be");
        }

        var asked = (await platform.As("privacy.reviewer").PostAsync(
            "/api/audit/erasures", $$"""{"subject":"use-case","useCaseId":"{{id}}","ground":"no-longer-needed","reason":"A test."}""", $"ask-{id}", ct)).Require();
        (await platform.As("administrator").PostAsync($"/api/audit/erasures/{asked.GetProperty("id").GetGuid()}/approval", "{}", $"approve-{id}", ct)).Status.ShouldBe(200);
        var erased = (await RunningPlatform.UntilAsync(
            "every service to have erased",
            async deadline => await platform.As("auditor").GetAsync($"/api/audit/erasures/{asked.GetProperty("id").GetGuid()}", deadline) is { Succeeded: true } found
                && found.Body.GetProperty("state").GetString() == "erased" ? found : null,
            Soon,
            ct)).Body;

        erased.GetProperty("useCases")[0].GetProperty("services").EnumerateArray()
            .Single(service => service.GetProperty("service").GetString() == "data-readiness").GetProperty("failedMessages").EnumerateArray()
            .Select(failed => failed.GetGuid()).ShouldBe([message]);

        foreach (var store in RunningPlatform.Stores)
        {
            await using var database = platform.Database(store);
            (await StoredTexts.Holding(database, marker)).ShouldBeEmpty(store);
        }

        await using (var wire = await Wire.ConnectAsync(platform, ct))
        {
            (await wire.TakeAsync(Failed, ct)).ShouldNotContain(marker);
        }

        (await platform.As("auditor").PostAsync("/api/audit/ledger/verification", "", $"verify-{id}", ct)).Require().GetProperty("findings").GetArrayLength().ShouldBe(0);
        await NoFileOfTheDatabaseShouldHold();
    }

    private JsonObject Marked()
    {
        var facts = JsonNode.Parse(RunningPlatform.ExampleUseCase)!.AsObject();
        facts["title"] = $"{marker} title";
        facts["summary"] = $"{marker} summary";
        facts["sponsor"] = $"{marker} sponsor";
        facts["objective"]!["statement"] = $"{marker} answers 30 percent more letters";
        facts["task"]!["components"] = new JsonArray(
            new JsonObject { ["name"] = $"{marker} one", ["requestShare"] = 0.5 }, new JsonObject { ["name"] = $"{marker} two", ["requestShare"] = 0.5 });
        facts["benefit"]!["owner"] = $"{marker} owner";
        facts["benefit"]!["evidence"] = $"{marker} evidence";
        facts["benefit"]!["claims"] = new JsonArray(new JsonObject { ["measure"] = $"{marker} measure", ["before"] = 22, ["after"] = 3 });

        return facts;
    }

    private async Task Review(Guid id)
    {
        var review = (await RunningPlatform.UntilAsync(
            "the review", async deadline => await platform.As("portfolio.manager").GetAsync($"/api/reviews/{id}", deadline) is { Succeeded: true } found ? found : null, Soon, ct)).Body;

        foreach (var queue in review.GetProperty("signOffs").EnumerateArray().Select(signOff => signOff.GetProperty("queue").GetString()!))
        {
            (await platform.As($"{queue}.reviewer").PostAsync($"/api/reviews/{id}/approve", $$"""{"conditions":["{{marker}} must report."]}""", $"{id}{queue}", ct)).Status.ShouldBe(200);
        }

        await RunningPlatform.UntilAsync(
            "the approval in the ledger",
            async deadline => await platform.As("auditor").GetAsync($"/api/audit/use-cases/{id}?pageSize=200", deadline) is { Succeeded: true } trail
                && trail.Body.GetProperty("items").EnumerateArray().Any(fact => fact.GetProperty("contract").GetString() == "governance.use-case-approved.v1") ? "there" : null,
            Soon,
            ct);
    }

    /// <summary>One message of the case waits among the failed ones.</summary>
    private async Task<Guid> Fail(Guid id, JsonObject facts)
    {
        await using var wire = await Wire.ConnectAsync(platform, ct);
        await wire.SendAsync("data-readiness", """{"messageType":["governance:use-case-submitted:v1"],"message":{}}""", [], ct);
        await RunningPlatform.UntilAsync(
            "the error queue", async deadline => (await platform.QueueLengthsAsync(deadline)).GetValueOrDefault(Failed) > 0 ? "there" : null, Soon, ct);
        await wire.PurgeAsync(Failed, ct);

        return await wire.SendFaultedAsync(
            Failed, "governance:use-case-submitted:v1",
            new JsonObject { ["useCaseId"] = id, ["revision"] = 1, ["number"] = "UC-2026-9999", ["facts"] = facts.DeepClone() }, id, ct);
    }

    /// <summary>
    /// Dead rows go with a full vacuum, statistics that quote values with an analysis, and the log of what was written with the next
    /// checkpoints. Where the database runs in a container its files are not looked into.
    /// </summary>
    private async Task NoFileOfTheDatabaseShouldHold()
    {
        var data = Path.Combine(platform.Layout.Data, "postgres", "data");

        if (!Directory.Exists(data))
        {
            return;
        }

        await Administer("postgres", "alter system set wal_recycle = off", "alter system set min_wal_size = '32MB'", "select pg_reload_conf()");
        await RunningPlatform.UntilAsync(
            "the database's files to be clean",
            async _ =>
            {
                foreach (var store in RunningPlatform.Stores)
                {
                    var tables = await platform.QueryAsync(store, "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'public'", row => row.GetString(0), ct);
                    await Administer(store.Replace('-', '_'), $"vacuum (full, analyze) {string.Join(", ", tables)}", "vacuum full pg_catalog.pg_statistic");
                }

                await Administer("postgres", "checkpoint", "select pg_switch_wal()", "checkpoint", "select pg_switch_wal()", "checkpoint");

                return FilesHolding(data).ToList() is [] ? "clean" : throw new NpgsqlException($"{string.Join(", ", FilesHolding(data))} hold the text");
            },
            TimeSpan.FromMinutes(5),
            ct);
    }

    private async Task Administer(string database, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={platform.Supervisor.Postgres.Port};Username=postgres;Password={platform.Supervisor.Postgres.Password};Database={database};Pooling=false;Command Timeout=300");
        await connection.OpenAsync(ct);

        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private IEnumerable<string> FilesHolding(string folder)
    {
        var utf8 = Encoding.UTF8.GetBytes(marker);
        byte[][] ways =
        [
            utf8,
            Encoding.Unicode.GetBytes(marker),
            .. Enumerable.Range(0, 3).Select(shift => Encoding.ASCII.GetBytes(Convert.ToBase64String([.. new byte[shift], .. utf8])[4..^4])),
        ];

        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Read(file) is { } content && ways.Any(way => content.AsSpan().IndexOf(way) >= 0));
    }

    /// <summary>Null for a file that has gone in the meantime.</summary>
    private static byte[]? Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            stream.CopyTo(content);

            return content.ToArray();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
