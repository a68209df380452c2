using Governance.Testing;

namespace Governance.ServiceDefaults.Tests;

/// <summary>The database of a service belongs to the attacker, who leaves the events alone and changes what is shown or decided on.</summary>
public sealed class ReadModelTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly Guid id = Guid.CreateVersion7();
    private CountingService service = null!;

    /// <summary>What is done to the stream $1, and where it must be found.</summary>
    public static TheoryData<string, string, string[]> Attacks => new()
    {
        { "a document", "update mt_doc_tally set data = jsonb_set(data, '{sum}', '99') where id = $1", ["mt_doc_tally", "tally_list"] },
        { "what a document only repeats", "update mt_doc_tally set data = jsonb_set(data, '{isEmpty}', 'true') where id = $1", ["mt_doc_tally"] },
        { "a document that cannot be read any more", "alter table mt_doc_tally disable trigger list_tally ;; update mt_doc_tally set data = '{\"sum\": \"x\"}' where id = $1", ["mt_doc_tally"] },
        { "a document is gone", "delete from mt_doc_tally where id = $1", ["mt_doc_tally"] },
        { "a row", "update tally_list set sum = 99 where tally = $1", ["tally_list"] },
        { "a row is gone", "delete from tally_list where tally = $1", ["tally_list"] },
        { "the trigger", "create or replace function list_tally() returns trigger language plpgsql as 'begin update tally_list set sum = 99 where tally = new.id; return null; end' ;; update mt_doc_tally set data = data where id = $1", ["tally_list"] },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task T18_What_is_not_what_the_events_say_is_named(string what, string statements, string[] tables)
    {
        await service.Count(id, 4);
        await service.Count(Guid.CreateVersion7(), 5);
        (await Differing()).ShouldBeEmpty("nothing is wrong yet");

        foreach (var statement in statements.Split(" ;; "))
        {
            await service.Execute(statement, statement.Contains("$1", StringComparison.Ordinal) ? [id] : []);
        }

        (await Differing()).Select(found => (found.Stream, found.Table)).ShouldBe(tables.Select(table => (id, table)), ignoreOrder: true, what);
    }

    [Theory]
    [InlineData("insert into mt_doc_tally(id, data) select $1, jsonb_set(data, '{id}', to_jsonb($1::uuid)) from mt_doc_tally", "mt_doc_tally", "tally_list")]
    [InlineData("insert into tally_list values ($1, 5, 1)", "tally_list")]
    public async Task T18_What_no_events_stand_behind_is_named(string statement, params string[] tables)
    {
        await service.Count(id, 4);
        var invented = Guid.CreateVersion7();

        await service.Execute(statement, invented);

        (await Differing()).Select(found => (found.Stream, found.Table)).ShouldBe(tables.Select(table => (invented, table)), ignoreOrder: true);
    }

    [Theory]
    [InlineData("update mt_doc_tally set data = data - 'isEmpty'")]
    [InlineData("update mt_doc_tally set data = data || '{\"dropped\": 1}'")]
    public async Task What_an_earlier_release_has_kept_is_not_called_wrong(string statement)
    {
        await service.Count(id, 4);

        await service.Execute(statement);

        (await Differing()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_by_page_every_stream_is_compared_once()
    {
        var streams = Enumerable.Range(0, 7).Select(_ => Guid.CreateVersion7()).ToArray();

        foreach (var stream in streams)
        {
            await service.Count(stream, 1);
        }

        await service.Execute("update tally_list set sum = 2");
        var paged = new ReadModels(service.AllReadModels, service.Store, service.Database) { PageSize = 2 };

        var pages = await Pages(paged);

        pages.Select(page => page.Streams).ShouldBe([2, 2, 2, 1]);
        pages.SelectMany(page => page.Differing).Select(found => found.Stream).ShouldBe(streams.OrderBy(stream => stream.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public async Task While_the_service_goes_on_deciding_nothing_is_called_wrong()
    {
        var streams = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        var counting = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await Task.WhenAll(streams.Select(stream => service.Count(stream, i)));
            }
        }, TestContext.Current.CancellationToken);

        while (!counting.IsCompleted)
        {
            (await Differing()).ShouldBeEmpty();
        }

        await counting;
        (await Pages(service.ReadModels)).Sum(page => page.Streams).ShouldBe(streams.Length);
    }

    [Fact]
    public async Task The_comparison_leaves_nothing_behind()
    {
        await service.Count(id, 4);
        await Differing();

        (await service.Scalar<long>("select count(*) from pg_namespace where nspname = 'read_model_check'")).ShouldBe(0);
        (await service.Scalar<int>("select changes from tally_list where tally = $1", id)).ShouldBe(1);
    }

    public async ValueTask InitializeAsync() => service = await CountingService.Start(await postgres.CreateDatabaseAsync());

    public async ValueTask DisposeAsync() => await service.DisposeAsync();

    private async Task<List<ReadModelDifference>> Differing() => [.. (await Pages(service.ReadModels)).SelectMany(page => page.Differing)];

    private static async Task<List<ReadModelPage>> Pages(ReadModels readModels)
    {
        var pages = new List<ReadModelPage>();

        for (ReadModelPosition? next = new(0, Guid.Empty); next is not null; next = pages[^1].Next)
        {
            pages.Add(await readModels.Compare(next, TestContext.Current.CancellationToken));
        }

        return pages;
    }
}
