using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Compliance.Reviews;

/// <summary>
/// What the audit ledger gives for a ruling: its place, its leaf hash (base64), and the first signed checkpoint that covers it. Whoever
/// keeps it can show later that the ruling was recorded, whatever becomes of the record.
/// </summary>
public sealed record Seal(Guid EventId, long Position, string LeafHash, long Size, string Checkpoint);

/// <summary>A ruling of a review as the ledger knows it; the seal is null while there is none, or while the ledger is away.</summary>
/// <param name="Contract">What kind of fact the ruling is.</param>
public sealed record SealedRuling(Guid EventId, string Contract, DateTimeOffset RecordedAt, Seal? Seal);

/// <summary>
/// A ruling is sealed before its answer is given. It is taken and stored by then: where the ledger takes longer than a moment, the
/// answer says so (202) and where the seal will be found.
/// </summary>
public sealed class Seals(Neighbours neighbours)
{
    private const string Audit = "audit";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static bool IsRuling(object e) => e is SignedOff or Approved or Rejected or ChangesAsked or ConditionAccepted;

    /// <summary>Whether this deployment has a ledger to seal in.</summary>
    public bool AreGiven => neighbours.Has(Audit);

    /// <summary>Waits a moment for the seal of a ruling; null where it is not there by then.</summary>
    public Task<Seal?> Of(Guid ruling, CancellationToken ct) => Find(ruling, Patience, ct);

    /// <summary>The answer with its seal, or with where to ask for it.</summary>
    public async Task<IResult> Onto(IResult answer, Guid review, CancellationToken ct)
    {
        if (!AreGiven || answer is not Reply { Ruling: { } ruling } reply)
        {
            return answer;
        }

        if (await Of(ruling, ct) is not { } seal)
        {
            return reply with { Status = StatusCodes.Status202Accepted, Location = $"/api/reviews/{review}/seals/{ruling}" };
        }

        var body = JsonSerializer.SerializeToNode(reply.Body, Json.Options)!.AsObject();
        body["seal"] = JsonSerializer.SerializeToNode(seal, Json.Options);

        return reply with { Body = body };
    }

    /// <summary>The rulings of a review with their seals, the latest first.</summary>
    public static async Task<Ok<Page<SealedRuling>>> Many(
        Guid id, int? page, int? pageSize, Caller caller, Seals seals, Marten.IQuerySession session, CancellationToken ct)
    {
        var window = Window.Of(page, pageSize);
        caller.RequireSight((await session.LoadAsync<Review>(id, ct))?.Facts?.BusinessUnit);
        var rulings = (await session.Events.FetchStreamAsync(id, token: ct)).Where(e => IsRuling(e.Data)).Reverse().ToList();
        var listed = await Task.WhenAll(rulings.Skip(window.Skip).Take(window.Size).Select(async e => new SealedRuling(
            e.Id, ContractName.Of(Published.Translate(e)!.GetType()), e.Timestamp, await seals.Find(e.Id, TimeSpan.Zero, ct))));

        return TypedResults.Ok(new Page<SealedRuling>(listed, rulings.Count, window.Page, window.Size));
    }

    /// <summary>The seal of a ruling of a review, at any time after it.</summary>
    public static async Task<Ok<Seal>> Handle(
        Guid id, Guid ruling, Caller caller, Seals seals, Marten.IQuerySession session, NpgsqlDataSource database, CancellationToken ct)
    {
        caller.RequireSight((await session.LoadAsync<Review>(id, ct))?.Facts?.BusinessUnit);

        await using var command = database.CreateCommand("select exists (select from mt_events where id = $1 and stream_id = $2)");
        command.Parameters.AddWithValue(ruling);
        command.Parameters.AddWithValue(id);

        if (await command.ExecuteScalarAsync(ct) is false)
        {
            throw new NotFoundException("There is no such ruling of this review.");
        }

        return TypedResults.Ok(await seals.Of(ruling, ct) ?? throw new TimeoutException("The ledger has not sealed this yet, or is not available."));
    }

    private Task<Seal?> Find(Guid ruling, TimeSpan wait, CancellationToken ct) => AreGiven
        ? neighbours.Find<Seal>(Audit, $"/internal/seals/{ruling}?waitMilliseconds={(int)wait.TotalMilliseconds}", Patience, ct)
        : Task.FromResult<Seal?>(null);
}
