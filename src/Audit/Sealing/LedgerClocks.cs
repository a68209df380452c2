using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>A cause may be anywhere in the ledger, also after its effect, so the database finds the few facts that come into question.</summary>
internal static class LedgerClocks
{
    /// <summary>
    /// Took more than a minute to arrive, by the clocks: true of any fact whose database's clock is behind by more, and of few others, so that
    /// an index holds them. The times are without zone because an index wants it so.
    /// </summary>
    internal const string IsLate = "recorded_at at time zone 'utc' < received_at at time zone 'utc' - interval '1 minute'";

    public static async Task CompareWithCauses(NpgsqlConnection connection, Clocks clocks, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            select l.position, f.event_id, f.service, f.effective_at, f.recorded_at, f.received_at, cause.service, cause.recorded_at
            from (select * from fact where {IsLate}) f join fact cause on cause.event_id = f.causation join leaf l on l.event_id = f.event_id
            where f.recorded_at < cause.recorded_at - $1
            order by l.position
            """, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue(ClockReport.Tolerance);
        await using var reader = await command.ExecuteReaderAsync(ct);

        while (await reader.ReadAsync(ct))
        {
            clocks.Caused(
                new(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), Time(3), Time(4), Time(5)),
                reader.GetString(6),
                Time(7));
        }

        DateTimeOffset Time(int column) => reader.GetFieldValue<DateTimeOffset>(column);
    }
}
