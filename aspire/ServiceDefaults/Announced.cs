using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>How many facts a service has announced of one stream, and the version of the last one.</summary>
public sealed record AnnouncedStream(Guid Stream, long Version, long Number)
{
    public const int PageSize = 5_000;

    private const string Page = "select stream_id, version, number from announced where stream_id > $1 order by stream_id limit 5000";

    /// <summary>
    /// All streams in the order of their ids, page by page, so that somebody else can say whether every announcement has arrived. Not
    /// reachable through the portal.
    /// </summary>
    public static async Task<Ok<IReadOnlyList<AnnouncedStream>>> Handle(Guid? after, NpgsqlDataSource database, CancellationToken ct) =>
        TypedResults.Ok(await After(after ?? Guid.Empty, database, ct));

    public static async Task<IReadOnlyList<AnnouncedStream>> After(Guid after, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Page);
        command.Parameters.AddWithValue(after);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var streams = new List<AnnouncedStream>();

        while (await reader.ReadAsync(ct))
        {
            streams.Add(new(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        return streams;
    }
}
