using System.Data;
using System.Text;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>What a service keeps of each stream of a kind, beside its events: a document, and narrow tables a trigger derives from it.</summary>
/// <param name="Schema">Makes these tables and triggers, wherever the document's table is.</param>
public sealed record ReadModel(SnapshotOf Document, IReadOnlyList<string> Schema, IReadOnlyList<DerivedTable> Tables)
{
    public static ReadModel Of<T>(params string[] schema) where T : class => new(SnapshotOf.Stream<T>(), schema, []);

    public ReadModel With(params DerivedTable[] tables) => this with { Tables = tables };
}

/// <param name="Id">The column that names the stream.</param>
/// <param name="NotCompared">Columns that do not follow from the document.</param>
public sealed record DerivedTable(string Name, string Id, params string[] NotCompared);

/// <summary>A row or document that is not what the events of its stream add up to.</summary>
public sealed record ReadModelDifference(string Table, Guid Stream, string Message);

/// <summary>After which stream of which read model a page begins.</summary>
public sealed record ReadModelPosition(int Model, Guid After);

/// <param name="Next">Where the page that follows begins; null after the last one.</param>
public sealed record ReadModelPage(int Streams, IReadOnlyList<ReadModelDifference> Differing, ReadModelPosition? Next);

/// <summary>
/// Folds every stream again and compares the result with the stored document and the tables derived from it, so that whoever changes what
/// is shown or decided on, and not the events, is found. The tables are made anew from the code in a schema that is never committed.
/// </summary>
public sealed class ReadModels(IEnumerable<ReadModel> models, IDocumentStore store, NpgsqlDataSource database)
{
    private const string Scratch = "read_model_check";

    private readonly ReadModel[] models = [.. models];

    public int PageSize { get; init; } = 500;

    /// <summary>All read models, page by page in the order of the ids of their streams. Not reachable through the portal.</summary>
    public static async Task<Ok<ReadModelPage>> Handle(int? model, Guid? after, ReadModels readModels, CancellationToken ct) =>
        TypedResults.Ok(await readModels.Compare(new(model ?? 0, after ?? Guid.Empty), ct));

    public async Task<ReadModelPage> Compare(ReadModelPosition begin, CancellationToken ct)
    {
        if (models.ElementAtOrDefault(begin.Model) is not { } model)
        {
            return new(0, [], null);
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var streams = await Streams(connection, model, begin.After, ct);
        var folded = await Fold(transaction, model, streams, ct);
        var differing = await Documents(connection, model, streams, folded, ct);

        if (model.Tables.Count > 0)
        {
            await Derive(connection, model, folded, ct);

            foreach (var table in model.Tables)
            {
                differing.AddRange(await Rows(connection, table, streams, ct));
            }
        }

        await transaction.RollbackAsync(ct);

        return new(streams.Length, differing, Next(begin, streams));
    }

    private ReadModelPosition? Next(ReadModelPosition begin, Guid[] streams) =>
        streams.Length == PageSize ? begin with { After = streams[^1] } : begin.Model + 1 < models.Length ? new(begin.Model + 1, Guid.Empty) : null;

    /// <summary>Also those that only the read model knows.</summary>
    private async Task<Guid[]> Streams(NpgsqlConnection connection, ReadModel model, Guid after, CancellationToken ct)
    {
        (string Table, string Id)[] sources = [($"public.{model.Document.Table}", "id"), .. model.Tables.Select(table => ($"public.{table.Name}", table.Id))];
        var known = string.Concat(sources.Select(source => $"union (select distinct {source.Id} from {source.Table} where {source.Id} > $1 order by 1 limit $3) "));
        await using var command = new NpgsqlCommand(
            $"(select id from public.mt_streams where type = $2 and id > $1 order by 1 limit $3) {known} order by 1 limit $3", connection);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(((Marten.Events.EventGraph)((StoreOptions)store.Options).Events).AggregateAliasFor(model.Document.State));
        command.Parameters.AddWithValue(PageSize);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var streams = new List<Guid>();

        while (await reader.ReadAsync(ct))
        {
            streams.Add(reader.GetGuid(0));
        }

        return [.. streams];
    }

    private async Task<Dictionary<Guid, string>> Fold(NpgsqlTransaction transaction, ReadModel model, Guid[] streams, CancellationToken ct)
    {
        await using var session = store.QuerySession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var folded = new Dictionary<Guid, string>();

        foreach (var stream in streams)
        {
            if (await model.Document.Fold(session, stream, ct) is { } state)
            {
                folded.Add(stream, store.Options.Serializer().ToJson(state));
            }
        }

        return folded;
    }

    private async Task<List<ReadModelDifference>> Documents(
        NpgsqlConnection connection, ReadModel model, Guid[] streams, Dictionary<Guid, string> folded, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select id, data::text from public.{model.Document.Table} where id = any($1)", connection);
        command.Parameters.AddWithValue(streams);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var stored = new Dictionary<Guid, string>();

        while (await reader.ReadAsync(ct))
        {
            stored.Add(reader.GetGuid(0), reader.GetString(1));
        }

        return
        [
            .. from stream in streams
               let problem = Problem(model.Document.State, stored.GetValueOrDefault(stream), folded.GetValueOrDefault(stream))
               where problem is not null
               select new ReadModelDifference(model.Document.Table, stream, problem),
        ];
    }

    private string? Problem(Type state, string? stored, string? folded)
    {
        if (stored is null || folded is null)
        {
            return (stored, folded) switch
            {
                (null, null) => null,
                (null, _) => "The events of the stream are there, the document is gone.",
                _ => "There are no events for the document.",
            };
        }

        return Agree(JsonNode.Parse(stored), JsonNode.Parse(folded)) && JsonNode.DeepEquals(JsonNode.Parse(Understood(state, stored)), JsonNode.Parse(folded))
            ? null
            : "The document is not what the events of the stream add up to.";
    }

    /// <summary>A document of an earlier release lacks members this one has, and holds some this one does not know.</summary>
    private static bool Agree(JsonNode? stored, JsonNode? folded) => (stored, folded) switch
    {
        (JsonObject a, JsonObject b) => a.All(member => !b.TryGetPropertyValue(member.Key, out var other) || Agree(member.Value, other)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => Agree(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(stored, folded),
    };

    /// <summary>What the service makes of a document when it reads it.</summary>
    private string Understood(Type state, string stored)
    {
        try
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(stored));

            return store.Options.Serializer().ToJson(store.Options.Serializer().FromJson(state, json));
        }
        catch (System.Text.Json.JsonException)
        {
            return "null";
        }
    }

    private static async Task Derive(NpgsqlConnection connection, ReadModel model, Dictionary<Guid, string> folded, CancellationToken ct)
    {
        await Execute($"""
            create schema {Scratch};
            set local search_path = {Scratch}, public;
            create table {model.Document.Table} (like public.{model.Document.Table} including defaults);
            {string.Join('\n', model.Schema)}
            """);
        await Execute(
            $"insert into {Scratch}.{model.Document.Table}(id, data) select id, data::jsonb from unnest($1, $2) as folded(id, data)",
            folded.Keys.ToArray(), folded.Values.ToArray());

        async Task Execute(string sql, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            Array.ForEach(values, value => command.Parameters.AddWithValue(value));
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private static async Task<List<ReadModelDifference>> Rows(NpgsqlConnection connection, DerivedTable table, Guid[] streams, CancellationToken ct)
    {
        var (kept, derived) = (Select("public"), Select(Scratch));
        await using var command = new NpgsqlCommand($"select distinct id from (({kept} except {derived}) union all ({derived} except {kept})) differing order by 1", connection);
        command.Parameters.AddWithValue(streams);
        command.Parameters.AddWithValue(table.NotCompared);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var differing = new List<ReadModelDifference>();

        while (await reader.ReadAsync(ct))
        {
            differing.Add(new(table.Name, reader.GetGuid(0), "The rows are not what the events of the stream add up to."));
        }

        return differing;

        string Select(string schema) => $"select t.{table.Id} as id, to_jsonb(t) - $2::text[] from {schema}.{table.Name} t where t.{table.Id} = any($1)";
    }
}

public static class ReadModelRegistration
{
    /// <summary>Lets the service say whether these are what its events add up to.</summary>
    public static void AddReadModels(this WebApplicationBuilder builder, params ReadModel[] models)
    {
        foreach (var model in models)
        {
            builder.Services.AddSingleton(model);
        }
    }
}
