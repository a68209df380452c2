using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using Marten.Linq.MatchesSql;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Governance.Intake.UseCases;

/// <summary>Reading cases: managers see those of their own units, reviewers and auditors all of them.</summary>
public static class FindUseCases
{
    /// <summary>The counter in a number has four digits and, from the ten thousandth case on, more: a longer number is a later one.</summary>
    private const string Number = "d.data ->> 'number'";

    /// <summary>Moments are stored in UTC, so that their text sorts as they do.</summary>
    private const string Updated = "d.data ->> 'updatedAt' collate \"C\"";

    /// <summary>A list and its total are read from these, without opening the cases that are not shown.</summary>
    public const string Indexes = """
        create index if not exists use_case_unit on mt_doc_usecase((data -> 'facts' ->> 'businessUnit'), (data ->> 'stage'));
        create index if not exists use_case_stage on mt_doc_usecase((data ->> 'stage'), (data ->> 'updatedAt') collate "C");
        create index if not exists use_case_updated on mt_doc_usecase((data ->> 'updatedAt') collate "C");
        create index if not exists use_case_number on mt_doc_usecase(length(data ->> 'number'), (data ->> 'number'));
        """;

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
        HttpContext http, IQuerySession session, string? status, string? businessUnit, string? q, string? sort, int? page, int? pageSize,
        CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        var caller = Caller.From(http.User);
        var cases = session.Query<UseCase>().AsQueryable();

        if (!caller.SeesAllUnits)
        {
            cases = cases.Where(c => c.Facts.BusinessUnit.IsOneOf(caller.BusinessUnits.ToArray()));
        }

        if (Choice.Of<Stage>("status", status) is { } stage)
        {
            cases = cases.Where(c => c.MatchesSql("d.data ->> 'stage' = ?", Choice.NameOf(stage)));
        }

        if (Parameter.Text("businessUnit", businessUnit) is { } unit)
        {
            cases = cases.Where(c => c.Facts.BusinessUnit == unit);
        }

        if (Parameter.Text("q", q) is { } text && !string.IsNullOrWhiteSpace(text))
        {
            cases = cases.Where(c => c.Number == text
                || c.Facts.Title.Contains(text, StringComparison.OrdinalIgnoreCase)
                || c.Facts.Summary.Contains(text, StringComparison.OrdinalIgnoreCase));
        }

        return TypedResults.Ok(await window.Of(Sort(cases, sort), UseCaseView.Of, ct));
    }

    private static IQueryable<UseCase> Sort(IQueryable<UseCase> cases, string? sort) => sort switch
    {
        null or "-number" => cases.OrderBySql($"length({Number}) desc, {Number} desc"),
        "number" => cases.OrderBySql($"length({Number}), {Number}"),
        "updatedAt" => cases.OrderBySql(Updated),
        "-updatedAt" => cases.OrderBySql($"{Updated} desc"),
        "title" => cases.OrderBy(c => c.Facts.Title),
        "-title" => cases.OrderByDescending(c => c.Facts.Title),
        _ => throw new InvalidRequestException("sort", "must be number, updatedAt or title, with - before it for descending."),
    };
}
