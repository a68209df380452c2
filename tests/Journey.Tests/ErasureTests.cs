using System.Text;
using Governance.Local;
using Governance.Platform;
using Governance.Testing;
using Npgsql;

namespace Governance.Journey.Tests;

/// <summary>What is erased is looked for in everything the platform stores, byte by byte where its files can be reached.</summary>
public sealed class ErasureTests(PlatformFixture fixture)
{
    private readonly RunningPlatform platform = fixture.Platform;
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;
    private readonly string marker = $"Quagga{Guid.CreateVersion7():N}";

    private string BrokersFiles => Path.Combine(platform.Layout.Data, "rabbitmq");

    [Fact]
    public async Task An_erased_case_leaves_no_text_in_any_database_or_queue_nor_in_a_file_of_either()
    {
        var marked = new MarkedCases(platform, marker);
        var id = await marked.SubmitAsync(ct);
        await marked.ApproveAsync(id, ct);
        var message = await marked.FailAsync(id, ct);

        foreach (var store in RunningPlatform.Stores)
        {
            await using var database = platform.Database(store);
            (await StoredTexts.Holding(database, marker)).ShouldNotBeEmpty($"{store} is looked into where the text must be");
        }

        if (Directory.Exists(BrokersFiles))
        {
            FilesHolding(BrokersFiles).ShouldNotBeEmpty("the broker's files are looked into where the text must be");
        }

        var erased = await marked.ErasedAsync(await marked.EraseAsync(id, ct), ct);

        erased.GetProperty("useCases")[0].GetProperty("services").EnumerateArray()
            .Single(service => service.GetProperty("service").GetString() == "data-readiness").GetProperty("failedMessages").EnumerateArray()
            .Select(failed => failed.GetGuid()).ShouldBe([message]);

        foreach (var store in RunningPlatform.Stores)
        {
            await using var database = platform.Database(store);
            (await StoredTexts.Holding(database, marker)).ShouldBeEmpty(store);
        }

        await OnlyFilesOfFailedMessagesShouldHoldItOnTheBroker();
        (await marked.NoFailedMessageShouldHoldItAsync(ct)).ShouldBePositive();
        await NoFileOfTheBrokerShouldHold();
        (await platform.As("auditor").PostAsync("/api/audit/ledger/verification", "", $"verify-{id}", ct)).Require().GetProperty("findings").GetArrayLength().ShouldBe(0);
        await NoFileOfTheDatabaseShouldHold();
    }

    [Fact]
    public async Task The_person_behind_an_erased_account_is_known_to_nobody_any_more()
    {
        var executive = platform.As("executive");
        var account = (await executive.GetAsync("/api/me", ct)).Require().GetProperty("subject").GetString()!;
        (await executive.GetAsync("/api/notifications", ct)).Require();
        (await PeopleKnown(account)).ShouldBe([1]);
        var marked = new MarkedCases(platform, marker);

        await marked.ErasedAsync(await marked.EraseAccountAsync(account, ct), ct);

        (await PeopleKnown(account)).ShouldBe([0]);
    }

    private Task<List<long>> PeopleKnown(string account) =>
        platform.QueryAsync("compliance", $"select count(*) from mt_doc_person where id = '{account}'", row => row.GetInt64(0), ct);

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

    /// <summary>A queue keeps the files of what it has ever held until it is empty, so also the failed message as it was before it was blanked.</summary>
    private Task OnlyFilesOfFailedMessagesShouldHoldItOnTheBroker() => BrokerShouldHold([MarkedCases.Failed]);

    private Task NoFileOfTheBrokerShouldHold() => BrokerShouldHold([]);

    /// <summary>Looks until no other queue has it in its files; the log all queues share counts as one more. Containers are not looked into.</summary>
    private async Task BrokerShouldHold(IReadOnlyList<string> atMost)
    {
        if (Directory.Exists(BrokersFiles))
        {
            await RunningPlatform.UntilAsync(
                "the broker's files to be clean",
                _ => FilesHolding(BrokersFiles).Where(file => !atMost.Any(queue => BelongsTo(queue, file))).ToList() is { Count: > 0 } others
                    ? throw new ProblemException($"{string.Join(", ", others)} hold the text.", "")
                    : Task.FromResult<string?>("clean"),
                TimeSpan.FromMinutes(5),
                ct);
        }
    }

    /// <summary>Beside the files of a queue, one names it.</summary>
    private static bool BelongsTo(string queue, string file) =>
        Path.Combine(Path.GetDirectoryName(file)!, "config") is var config && File.Exists(config)
            && File.ReadAllText(config).Contains($"'%2F_{queue}'", StringComparison.Ordinal);

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
