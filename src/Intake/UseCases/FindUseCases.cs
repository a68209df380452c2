using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Intake.UseCases;

/// <summary>Reading cases: managers see those of their own units, reviewers and auditors all of them.</summary>
public static class FindUseCases
{
    /// <summary>
    /// What lists are filtered and sorted by, and searched for words, as narrow tables, so that a page and its total need not open a hundred
    /// thousand cases. A trigger keeps them in the transaction that stores the case.
    /// </summary>
    public const string Schema = """
        create extension if not exists pg_trgm;

        create table if not exists use_case_list(
            id uuid primary key,
            number text not null,
            business_unit text not null,
            stage text not null,
            updated_at timestamptz not null);
        create index if not exists use_case_list_unit on use_case_list(business_unit, stage, updated_at);
        create index if not exists use_case_list_stage on use_case_list(stage, updated_at);
        create index if not exists use_case_list_updated on use_case_list(updated_at, id) include (business_unit);
        create index if not exists use_case_list_number on use_case_list(length(number), number);

        create table if not exists use_case_words(
            id uuid primary key,
            title text not null,
            words text not null);

        create or replace function words_of_use_case(facts jsonb) returns text language sql immutable as $$
            select lower((facts ->> 'title') || E'\n' || (facts ->> 'summary'))
        $$;

        create or replace function list_use_case() returns trigger language plpgsql as $$
        declare
            facts jsonb := new.data -> 'facts';
        begin
            if facts ->> 'businessUnit' is null then
                return null;
            end if;

            insert into use_case_list
                values (new.id, new.data ->> 'number', facts ->> 'businessUnit', new.data ->> 'stage', (new.data ->> 'updatedAt')::timestamptz)
            on conflict (id) do update set
                number = excluded.number, business_unit = excluded.business_unit, stage = excluded.stage, updated_at = excluded.updated_at;

            insert into use_case_words as kept values (new.id, facts ->> 'title', words_of_use_case(facts))
            on conflict (id) do update set title = excluded.title, words = excluded.words
                where (kept.title, kept.words) <> (excluded.title, excluded.words);

            return null;
        end $$;

        create or replace trigger list_use_case after insert or update on mt_doc_usecase
            for each row execute function list_use_case();

        insert into use_case_list
            select id, data ->> 'number', data -> 'facts' ->> 'businessUnit', data ->> 'stage', (data ->> 'updatedAt')::timestamptz
            from mt_doc_usecase
            where data -> 'facts' ->> 'businessUnit' is not null and not exists (select from use_case_list);

        insert into use_case_words
            select id, data -> 'facts' ->> 'title', words_of_use_case(data -> 'facts')
            from mt_doc_usecase
            where data -> 'facts' ->> 'businessUnit' is not null and not exists (select from use_case_words);

        create index if not exists use_case_words_title on use_case_words(title, id);
        create index if not exists use_case_words_trigrams on use_case_words using gin(words gin_trgm_ops);
        """;

    private const string Title = "w.title";

    /// <summary>A word of fewer letters than a trigram has is found faster by reading all words than through the index.</summary>
    private const int Trigram = 3;

    /// <summary>The case as it is now or, where an earlier revision is named, with the facts of that one.</summary>
    public static async Task<Ok<UseCaseView>> One(Guid id, int? revision, HttpContext http, IQuerySession session, CancellationToken ct)
    {
        var useCase = await session.LoadAsync<UseCase>(id, ct);
        Caller.From(http.User).RequireSight(useCase?.Facts.BusinessUnit);

        if (revision is { } earlier && earlier != useCase!.Revision)
        {
            return TypedResults.Ok(UseCaseView.Of(useCase) with { Revision = earlier, Facts = await FactsOf(id, earlier, session, ct) });
        }

        http.Response.Headers.ETag = useCase!.ETag;

        return TypedResults.Ok(UseCaseView.Of(useCase));
    }

    private static async Task<UseCaseFacts> FactsOf(Guid id, int revision, IQuerySession session, CancellationToken ct) =>
        (await session.Events.FetchStreamAsync(id, token: ct)).Select(e => e.Data switch
        {
            Submitted first when revision == 1 => first.Facts,
            Revised later when revision == later.Revision => later.Facts,
            _ => null,
        }).FirstOrDefault(facts => facts is not null) ?? throw new NotFoundException($"The case has no revision {revision}.");

    public static async Task<Ok<Page<UseCaseView>>> Many(
        Caller caller, IQuerySession session, NpgsqlDataSource database, [AsParameters] UseCaseFilter filter, string? sort, int? page, int? pageSize,
        CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        var (ids, total) = await Find(database, Conditions.Of(filter, caller), Order(sort), window, ct);
        var found = (await session.LoadManyAsync<UseCase>(ct, ids)).ToDictionary(useCase => useCase.Id);

        return TypedResults.Ok(new Page<UseCaseView>(
            [.. ids.Where(found.ContainsKey).Select(id => UseCaseView.Of(found[id]))], total, window.Page, window.Size));
    }

    private static async Task<(List<Guid> Page, long Total)> Find(
        NpgsqlDataSource database, Conditions conditions, string order, Window window, CancellationToken ct)
    {
        var titles = order.StartsWith(Title, StringComparison.Ordinal) ? " join use_case_words w on w.id = l.id" : "";
        await using var page = database.CreateCommand(
            $"select l.id from use_case_list l{titles}{conditions.Sql} order by {order} offset {window.Skip} limit {window.Size}");
        await using var total = database.CreateCommand($"select count(*) from use_case_list l{conditions.Sql}");
        conditions.Bind(page);
        conditions.Bind(total);
        var counting = total.ExecuteScalarAsync(ct);
        await using var reader = await page.ExecuteReaderAsync(ct);
        var ids = new List<Guid>();

        while (await reader.ReadAsync(ct))
        {
            ids.Add(reader.GetGuid(0));
        }

        return (ids, (long)(await counting)!);
    }

    /// <summary>The counter in a number has four digits and, from the ten thousandth case on, more: a longer number is a later one.</summary>
    private static string Order(string? sort) => sort switch
    {
        null or "-number" => "length(l.number) desc, l.number desc",
        "number" => "length(l.number), l.number",
        "updatedAt" => "l.updated_at, l.id",
        "-updatedAt" => "l.updated_at desc, l.id desc",
        "title" => $"{Title}, w.id",
        "-title" => $"{Title} desc, w.id desc",
        _ => throw new InvalidRequestException("sort", "must be number, updatedAt or title, with - before it for descending."),
    };

    private sealed record Conditions(string Sql, IReadOnlyList<object> Values)
    {
        private const string Like = """words like '%' || regexp_replace(lower({0}), '([\\%_])', '\\\1', 'g') || '%'""";

        public static Conditions Of(UseCaseFilter filter, Caller caller)
        {
            var clauses = new List<string>();
            var values = new List<object>();
            var words = Parameter.Text("q", filter.Q) is { } q && !string.IsNullOrWhiteSpace(q) ? q : null;

            Add(caller.SeesAllUnits ? null : caller.BusinessUnits.ToArray(), "l.business_unit = any({0})");
            Add(Choice.Of<Stage>("status", filter.Status) is { } stage ? Choice.NameOf(stage) : null, "l.stage = {0}");
            Add(Parameter.Text("businessUnit", filter.BusinessUnit), "l.business_unit = {0}");
            Add(words, Named(words?.Length < Trigram ? "strpos(words, lower({0})) > 0" : Like));

            return new(clauses.Count == 0 ? "" : $" where {string.Join(" and ", clauses)}", values);

            static string Named(string words) => $$"""
                l.id in (
                    select id from use_case_list where length(number) = length({0}) and number = {0}
                    union select id from use_case_words where {{words}})
                """;

            void Add(object? value, string clause)
            {
                if (value is not null)
                {
                    values.Add(value);
                    clauses.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, clause, $"${values.Count}"));
                }
            }
        }

        public void Bind(NpgsqlCommand command)
        {
            foreach (var value in Values)
            {
                command.Parameters.AddWithValue(value);
            }
        }
    }
}

/// <summary>Which cases to list; all filters hold together, and words are looked for in number, title and summary.</summary>
public sealed record UseCaseFilter(string? Status, string? BusinessUnit, string? Q);
