using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>The personal values beside the ledger.</summary>
internal static class Disclosures
{
    public static async Task<Dictionary<Guid, List<Disclosure>>> Of(NpgsqlDataSource database, IReadOnlyList<Guid> events, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select event_id, path, salt, value from personal where event_id = any($1) order by path");
        command.Parameters.AddWithValue(events.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new Dictionary<Guid, List<Disclosure>>();

        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);

            if (!found.TryGetValue(id, out var values))
            {
                found.Add(id, values = []);
            }

            values.Add(new(reader.GetString(1), reader.GetFieldValue<byte[]>(2), reader.GetString(3)));
        }

        return found;
    }
}
