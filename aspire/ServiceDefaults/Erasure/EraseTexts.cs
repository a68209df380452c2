using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using JasperFx.Events;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>Where a service keeps texts besides the events of the case's stream.</summary>
/// <param name="Snapshots">Folds the blanked events of a stream again into the documents kept of it.</param>
/// <param name="OtherStreams">Selects further streams about the case in $1.</param>
public sealed record TextsOf(IReadOnlyList<SnapshotOf> Snapshots, string? OtherStreams = null);

/// <summary>A document that an inline projection keeps of each stream of a kind.</summary>
public sealed record SnapshotOf(Type State, Func<IQuerySession, Guid, CancellationToken, Task<object?>> Fold)
{
    public string Table => $"mt_doc_{State.Name.ToLowerInvariant()}";

    public static SnapshotOf Stream<T>() where T : class =>
        new(typeof(T), async (session, id, ct) => await session.Events.AggregateStreamAsync<T>(id, token: ct));
}

/// <summary>A service has blanked its texts of a case; a stream of its own for each fact it has carried out.</summary>
public sealed record TextsErased(Guid UseCaseId, int Revision, Guid ErasureId, string Service, int Events, IReadOnlyList<Guid> FailedMessages);

/// <summary>The stream of a carried out erasure.</summary>
public sealed record CarriedOut
{
    public Guid Id { get; init; }

    public CarriedOut Apply(TextsErased _) => this;
}

/// <summary>
/// Blanks the personal texts of a case in whatever this service keeps, once per fact and in one transaction: its own events by their
/// stored JSON, the documents folded from them, and the answers to repeated requests. Failed messages are blanked where they are,
/// before that: after a crash they are simply blank already.
/// </summary>
public sealed class EraseTextsConsumer(
    NpgsqlDataSource database, IDocumentStore store, TextsOf texts, FailedMessages failed, ServiceIdentity service, TimeProvider clock, ILogger<EraseTextsConsumer> log)
    : IConsumer<PersonalDataErased>
{
    private const int Attempts = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task Consume(ConsumeContext<PersonalDataErased> context)
    {
        FactOrigin.ReadFrom(context);
        var ct = context.CancellationToken;
        var scope = ErasedScope.Of(context.Message);

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var blanked = await failed.Blank(scope, ct);
                await Erase(context, scope, blanked, ct);

                return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested && (Faults.IsInfrastructure(e) || (Faults.IsConflict(e) && attempt < Attempts)))
            {
                log.LogWarning("An erasure waits: {Reason}", e.Message);
                await Task.Delay(Pause, clock, ct);
            }
        }
    }

    /// <exception cref="IOException">The database hung up; Marten tries again on the same transaction, and says only that this is over.</exception>
    private async Task Erase(ConsumeContext<PersonalDataErased> context, ErasedScope scope, IReadOnlyList<Guid> blanked, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);

        try
        {
            await Erase(connection, context, scope, blanked, ct);
        }
        catch (InvalidOperationException e) when (connection.State is not ConnectionState.Open)
        {
            throw new IOException("The database hung up.", e);
        }
    }

    private async Task Erase(
        NpgsqlConnection connection, ConsumeContext<PersonalDataErased> context, ErasedScope scope, IReadOnlyList<Guid> blanked, CancellationToken ct)
    {
        var (id, useCase) = (FactContext.MessageId(context), scope.UseCaseId);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        if (await Execute(connection, "insert into inbox(message_id, contract) values ($1, $2) on conflict do nothing", ct, id, ContractName.Of(typeof(PersonalDataErased))) == 0)
        {
            return;
        }

        // Waits for writers that have not seen the erasure, and lets none in until it is there to be seen.
        await Execute(connection, "lock table mt_events in share row exclusive mode", ct);
        await Execute(
            connection, "insert into erasure(message_id, use_case_id, scope) values ($1, $2, $3::jsonb)", ct, id, useCase, JsonSerializer.Serialize(scope, Json.Options));
        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var events = 0;

        foreach (var stream in await Streams(connection, useCase, ct))
        {
            var changed = await BlankEvents(connection, session, stream, scope, ct);
            events += changed;

            foreach (var snapshot in changed > 0 ? texts.Snapshots : [])
            {
                await Refold(connection, session, snapshot, stream, ct);
            }
        }

        // A request repeated under its key is refused from now on: what it was, and what it was answered, is not known any more.
        await Execute(connection, """
            update receipt set fingerprint = '', reply = '{"status": 410}'
            where strpos(reply::text, $1) > 0 and stored_at <= $2
            """, ct, useCase.ToString(), scope.Before.ToUniversalTime());
        var told = new TextsErased(useCase, scope.Revision, context.Message.ErasureId, service.Name, events, blanked);
        var e = Decisions.Build(session, told, FactContext.Of(context, service.Name, clock));
        session.Events.StartStream<CarriedOut>(id, e);
        await session.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task<List<Guid>> Streams(NpgsqlConnection connection, Guid useCase, CancellationToken ct)
    {
        var streams = new List<Guid> { useCase };

        if (texts.OtherStreams is { } others)
        {
            await using var command = new NpgsqlCommand(others, connection);
            command.Parameters.AddWithValue(useCase);
            await using var reader = await command.ExecuteReaderAsync(ct);

            while (await reader.ReadAsync(ct))
            {
                streams.Add(reader.GetGuid(0));
            }
        }

        return streams;
    }

    private static async Task<int> BlankEvents(
        NpgsqlConnection connection, IDocumentSession session, Guid stream, ErasedScope scope, CancellationToken ct)
    {
        var stored = await session.Events.FetchStreamAsync(stream, token: ct);
        var data = await Data(connection, stream, ct);
        var changed = 0;

        foreach (var e in stored)
        {
            var json = JsonNode.Parse(data[e.Id])!;

            if (PersonalTexts.Blank(json, e.EventType, scope, scope.TakesOwn(e.Id, e.Timestamp)))
            {
                await Execute(connection, "update mt_events set data = $2::jsonb where id = $1", ct, e.Id, json.ToJsonString(Json.Options));
                changed++;
            }
        }

        return changed;
    }

    private static async Task<Dictionary<Guid, string>> Data(NpgsqlConnection connection, Guid stream, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select id, data::text from mt_events where stream_id = $1", connection);
        command.Parameters.AddWithValue(stream);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var data = new Dictionary<Guid, string>();

        while (await reader.ReadAsync(ct))
        {
            data.Add(reader.GetGuid(0), reader.GetString(1));
        }

        return data;
    }

    private async Task Refold(NpgsqlConnection connection, IDocumentSession session, SnapshotOf snapshot, Guid stream, CancellationToken ct)
    {
        await using var exists = new NpgsqlCommand($"select exists (select from {snapshot.Table} where id = $1)", connection);
        exists.Parameters.AddWithValue(stream);

        if (await exists.ExecuteScalarAsync(ct) is true && await snapshot.Fold(session, stream, ct) is { } state)
        {
            await Execute(connection, $"update {snapshot.Table} set data = $2::jsonb where id = $1", ct, stream, store.Options.Serializer().ToJson(state));
        }
    }

    private static async Task<int> Execute(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        Array.ForEach(values, value => command.Parameters.AddWithValue(value));

        return await command.ExecuteNonQueryAsync(ct);
    }
}

public static class ErasureRegistration
{
    /// <summary>Makes the service carry out erasures; call it before the messaging is added.</summary>
    public static void AddErasure(this WebApplicationBuilder builder, TextsOf texts)
    {
        builder.Services.AddSingleton(texts);
        builder.Services.AddSingleton<FailedMessages>();
    }
}
