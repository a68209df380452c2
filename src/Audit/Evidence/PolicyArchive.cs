using System.Text.Json;
using Governance.Engines;
using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Evidence;

/// <summary>
/// The exact content of every policy, price book, pack and calendar a decision can name, by its hash: what ships with the platform, and
/// what administrators have drafted or the house has adopted since, which is part of what is recorded of that.
/// </summary>
internal sealed class PolicyArchive(NpgsqlDataSource database)
{
    public async Task<string?> Find(string hash, CancellationToken ct)
    {
        if (PolicyLibrary.Shipped.TryGetValue(hash, out var shipped))
        {
            return shipped;
        }

        await using var command = database.CreateCommand("""
            select data::jsonb ->> 'content' from fact
            where use_case_id is null and (contract like '%-drafted.v1' or contract = 'governance.business-calendar-adopted.v1') and data::jsonb ->> 'hash' = $1 and data::jsonb ->> 'content' is not null limit 1
            """);
        command.Parameters.AddWithValue(hash);

        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>All that the decisions among some facts name, as far as it is known.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DecidedUnder(IEnumerable<Leaf> facts, CancellationToken ct)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);

        foreach (var hash in facts.SelectMany(fact => Named(JsonElement.Parse(fact.Data))).Distinct())
        {
            if (await Find(hash, ct) is { } content)
            {
                found[hash] = content;
            }
        }

        return found;
    }

    /// <summary>The hashes a fact names.</summary>
    public static IEnumerable<string> Named(JsonElement data)
    {
        if (data.TryGetProperty("basis", out var basis) && basis.TryGetProperty("policyHash", out var policy))
        {
            yield return policy.GetString()!;
        }

        if (data.TryGetProperty("priceBookHash", out var prices))
        {
            yield return prices.GetString()!;
        }

        if (data.TryGetProperty("calendarHash", out var calendar) && calendar.ValueKind is JsonValueKind.String)
        {
            yield return calendar.GetString()!;
        }
    }
}
