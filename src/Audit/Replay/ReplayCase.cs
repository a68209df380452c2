using Governance.Audit.Reads;
using Governance.Audit.Trail;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Audit.Replay;

/// <summary>The case as it was: by what was known (recorded) at a moment or position, and by what held (was effective) at a moment.</summary>
internal static class ReplayCase
{
    public static async Task<Ok<CaseReplay>> Handle(
        Guid id,
        DateTimeOffset? asOf,
        long? position,
        DateTimeOffset? effectiveAt,
        Caller caller,
        CaseReads reads,
        NpgsqlDataSource database,
        CancellationToken ct)
    {
        if (asOf is not null && position is not null)
        {
            throw new InvalidRequestException("position", "cannot be combined with asOf; name one of them.");
        }

        if (position < 0)
        {
            throw new InvalidRequestException("position", "must be 0 or above.");
        }

        var found = await ReadTrail.Upto(id, asOf, position, effectiveAt, database, ct);

        if (found.Count == 0)
        {
            throw new NotFoundException("The trail knew no such use case then.");
        }

        var recording = reads.Record(id, CaseReading.Replay, caller, ct);
        var replay = CaseReplay.Of(id, await ReadTrail.WithPersonal(found, database, ct));
        await recording;

        return TypedResults.Ok(replay);
    }
}
