using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>
/// Carries out what a caller asks for through the API, once per <c>Idempotency-Key</c>: the receipt with the answer is stored in
/// the transaction of the events, and a repeated request gets the stored answer.
/// </summary>
public sealed class Commands(Decisions decisions, NpgsqlDataSource database, TimeProvider clock)
{
    /// <param name="role">The role the caller acts in; recorded with every event.</param>
    /// <param name="reply">The answer, from the state the decision was taken on and what was decided.</param>
    /// <param name="rules">Whether something decided is a ruling; the answer knows the last one by its id.</param>
    public async Task<IResult> Run<TState>(
        HttpContext http, Guid stream, string role, Func<TState, IEnumerable<object>> decide, Func<TState, IReadOnlyList<object>, Reply> reply,
        Func<object, bool>? rules = null)
        where TState : class, new()
    {
        Reply? answer = null;
        var caller = Caller.From(http.User);
        var receipt = Receipt.For(http.Request, caller.Subject, () => answer!);

        if (receipt is not null && await receipt.Find(database, http.RequestAborted) is { } earlier)
        {
            return earlier;
        }

        var done = await decisions.Command<TState>(
            stream,
            state =>
            {
                object[] events = [.. decide(state)];
                answer = reply(state, events);

                return events;
            },
            FactContext.Of(caller, role, clock),
            receipt,
            http.RequestAborted,
            named => answer = answer! with { Ruling = named.LastOrDefault(e => rules?.Invoke(e.Data) is true)?.Id });

        return done ? answer! : (await receipt!.Find(database, http.RequestAborted))!;
    }
}

/// <summary>An answer that can be given again.</summary>
/// <param name="Ruling">The id of the fact that rules, where one does.</param>
public sealed record Reply(int Status, object? Body, string? Location = null, string? ETag = null, Guid? Ruling = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
        }

        return Body is null ? Task.CompletedTask : response.WriteAsJsonAsync(Body, Json.Options);
    }
}

/// <summary>What was answered under an idempotency key; a key belongs to one caller and one request.</summary>
public sealed record Receipt(string Subject, string Key, string Fingerprint, Func<Reply> Answer) : Once
{
    public const string Schema = """
        create table if not exists receipt(
            subject text not null,
            key text not null,
            fingerprint text not null,
            reply jsonb not null,
            stored_at timestamptz not null default clock_timestamp(),
            primary key (subject, key));
        """;

    private const int LongestKey = 200;

    /// <summary>Null where the request names no key.</summary>
    public static Receipt? For(HttpRequest request, string subject, Func<Reply> answer)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values))
        {
            return null;
        }

        var key = values.ToString();

        return key.Length is > 0 and <= LongestKey && key.All(c => c is > ' ' and <= '~')
            ? new(subject, key, request.Fingerprint(), answer)
            : throw new InvalidRequestException("Idempotency-Key", $"must be 1 to {LongestKey} visible ASCII characters, such as a GUID.");
    }

    public override void WriteTo(IDocumentSession session) => session.QueueSqlCommand(
        "insert into receipt(subject, key, fingerprint, reply) values (?, ?, ?, ?::jsonb)",
        Subject, Key, Fingerprint, JsonSerializer.Serialize(Answer(), Json.Options));

    public override async Task<bool> HasHappened(IDocumentSession session)
    {
        await using var command = new NpgsqlCommand("select 1 from receipt where subject = $1 and key = $2");
        command.Parameters.AddWithValue(Subject);
        command.Parameters.AddWithValue(Key);
        await using var reader = await session.ExecuteReaderAsync(command);

        return await reader.ReadAsync();
    }

    /// <exception cref="InvalidRequestException">The key was used for another request.</exception>
    public async Task<Reply?> Find(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select fingerprint, reply::text from receipt where subject = $1 and key = $2");
        command.Parameters.AddWithValue(Subject);
        command.Parameters.AddWithValue(Key);
        await using var reader = await command.ExecuteReaderAsync(ct);

        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        return reader.GetString(0) == Fingerprint
            ? JsonSerializer.Deserialize<Reply>(reader.GetString(1), Json.Options)
            : throw new InvalidRequestException(
                "Idempotency-Key", "was used for another request; use a new key.", StatusCodes.Status422UnprocessableEntity);
    }
}
