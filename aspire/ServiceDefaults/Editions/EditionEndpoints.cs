using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Governance.ServiceDefaults;

public enum EditionState { BuiltIn, Draft, Published }

/// <summary>A version with who wrote and who published it; its content is left out of lists.</summary>
public sealed record EditionView(
    string Version,
    EditionState State,
    DateTimeOffset EffectiveFrom,
    string Hash,
    IReadOnlyList<string> Authors,
    string? PublishedBy,
    DateTimeOffset? PublishedAt,
    JsonElement? Content);

/// <summary>The doors through which administrators draft, change, discard and publish versions, and auditors read them.</summary>
public static partial class EditionEndpoints
{
    private static readonly string[] Readers = [Roles.Administrator, Roles.Auditor];

    public static void MapEditions<T>(this WebApplication app, string path) where T : IVersionedData
    {
        var editions = app.MapGroup(path);
        editions.MapGet("/", Many<T>).RequireRole(Readers);
        editions.MapGet("/{version}", One<T>).RequireRole(Readers);
        editions.MapPost("/", Create<T>).Accepts<T>("application/json").RequireRole(Roles.Administrator);
        editions.MapPut("/{version}", Change<T>).Accepts<T>("application/json").RequireRole(Roles.Administrator);
        editions.MapDelete("/{version}", Discard<T>).Produces(StatusCodes.Status204NoContent).RequireRole(Roles.Administrator);
        editions.MapPost("/{version}/publication", Publish<T>).RequireRole(Roles.Administrator);
    }

    private static async Task<Ok<Page<EditionView>>> Many<T>(Editions<T> editions, int? page, int? pageSize, CancellationToken ct)
        where T : IVersionedData
    {
        var window = Window.Of(page, pageSize);
        var drafted = (await editions.Read(ct)).Editions.Values.Select(edition => View(edition));
        List<EditionView> all = [.. drafted.Concat(editions.BuiltIn.Select(v => View(v))).OrderBy(v => v.EffectiveFrom).ThenBy(v => v.Version, StringComparer.Ordinal)];

        return TypedResults.Ok(new Page<EditionView>([.. all.Skip(window.Skip).Take(window.Size)], all.Count, window.Page, window.Size));
    }

    private static async Task<Ok<EditionView>> One<T>(string version, HttpContext http, Editions<T> editions, CancellationToken ct)
        where T : IVersionedData
    {
        if (editions.BuiltIn.FirstOrDefault(v => v.Version == version) is { } builtIn)
        {
            return TypedResults.Ok(View(builtIn, JsonElement.Parse(builtIn.Json!)));
        }

        var edition = (await editions.Read(ct)).Find(version);
        http.Response.Headers.ETag = edition.ETag;

        return TypedResults.Ok(View(edition, edition.Content));
    }

    private static async Task<IResult> Create<T>(HttpContext http, Editions<T> editions, Commands commands, TimeProvider clock)
        where T : IVersionedData
    {
        var content = await ReadContent(http, editions);

        if (!VersionName().IsMatch(content.Version))
        {
            throw new InvalidRequestException("version", "must be 1 to 40 lower-case letters, digits, dots or hyphens, such as 2027-01.");
        }

        return await Save(content, isNew: true, http, editions, commands, clock);
    }

    private static async Task<IResult> Change<T>(
        string version, HttpContext http, Editions<T> editions, Commands commands, TimeProvider clock)
        where T : IVersionedData
    {
        var content = await ReadContent(http, editions);

        return content.Version == version
            ? await Save(content, isNew: false, http, editions, commands, clock)
            : throw new InvalidRequestException("version", "must be the version named in the path.");
    }

    private static async Task<IResult> Publish<T>(
        string version, HttpContext http, Editions<T> editions, Commands commands, TimeProvider clock)
        where T : IVersionedData
    {
        var command = new PublishEdition(version, Precondition.Of(http.Request), Caller.From(http.User).Subject, clock.GetUtcNow());
        editions.Require((await editions.Find(version, http.RequestAborted)).Content);

        return await commands.Run<Catalogue>(
            http,
            editions.Stream,
            Roles.Administrator,
            catalogue => command.Decide(catalogue, editions.Shipped),
            (catalogue, decided) => Reply(StatusCodes.Status200OK, After(catalogue, decided).Find(version)));
    }

    private static Task<IResult> Discard<T>(string version, HttpContext http, Editions<T> editions, Commands commands, TimeProvider clock)
        where T : IVersionedData
    {
        var command = new DiscardDraft(version, Precondition.Of(http.Request), Caller.From(http.User).Subject, clock.GetUtcNow());

        return commands.Run<Catalogue>(
            http, editions.Stream, Roles.Administrator, command.Decide, (_, _) => new(StatusCodes.Status204NoContent, Body: null));
    }

    private static async Task<IResult> Save<T>(
        T content, bool isNew, HttpContext http, Editions<T> editions, Commands commands, TimeProvider clock)
        where T : IVersionedData
    {
        var json = JsonSerializer.SerializeToElement(content, Json.Options);
        var command = new SaveDraft(
            content.Version,
            content.EffectiveFrom,
            VersionedData.Parse<T>(json).Hash,
            json,
            isNew,
            Precondition.Of(http.Request),
            Caller.From(http.User).Subject,
            clock.GetUtcNow());
        var location = isNew ? $"{http.Request.Path.Value!.TrimEnd('/')}/{content.Version}" : null;

        return await commands.Run<Catalogue>(
            http,
            editions.Stream,
            Roles.Administrator,
            catalogue => command.Decide(catalogue, editions.Shipped),
            (catalogue, decided) => Reply(
                isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK,
                After(catalogue, decided).Find(content.Version),
                location));
    }

    private static async Task<T> ReadContent<T>(HttpContext http, Editions<T> editions) where T : IVersionedData
    {
        var content = await http.Request.Read<T>();
        editions.Require(content);

        return content;
    }

    private static Catalogue After(Catalogue catalogue, IEnumerable<object> events) => events.Aggregate(catalogue, (before, e) => e switch
    {
        DraftSaved saved => before.Apply(saved),
        EditionPublished published => before.Apply(published),
        _ => before,
    });

    private static Reply Reply(int status, Edition edition, string? location = null) => new(status, View(edition), location, edition.ETag);

    private static EditionView View(Edition edition, JsonElement? content = null) => new(
        edition.Version,
        edition.IsPublished ? EditionState.Published : EditionState.Draft,
        edition.EffectiveFrom,
        edition.Hash,
        edition.Authors,
        edition.PublishedBy,
        edition.PublishedAt,
        content);

    private static EditionView View<T>(Versioned<T> builtIn, JsonElement? content = null) where T : IVersionedData => new(
        builtIn.Version, EditionState.BuiltIn, builtIn.Content.EffectiveFrom, builtIn.Hash, [], null, null, content);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{0,39}\z")]
    private static partial Regex VersionName();
}
