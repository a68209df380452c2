using System.Text;
using Npgsql;

namespace Governance.Testing;

/// <summary>Looks for a text in everything a database stores, whatever compresses it on disk.</summary>
public static class StoredTexts
{
    /// <summary>Where the text stands: every table and column that holds it, in any of the ways it may be written.</summary>
    public static async Task<IReadOnlyList<string>> Holding(NpgsqlDataSource database, string text)
    {
        string[] ways = [text, Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=')[..^2], Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))];
        var found = new List<string>();

        foreach (var (table, column) in await Columns(database))
        {
            await using var command = database.CreateCommand(
                $"select count(*) from {table} where lower({column}::text) like any($1) or encode(convert_to({column}::text, 'UTF8'), 'hex') like any($1)");
            command.Parameters.AddWithValue(ways.Select(way => $"%{way.ToLowerInvariant()}%").ToArray());

            if (await command.ExecuteScalarAsync() is > 0L)
            {
                found.Add($"{table}.{column}");
            }
        }

        return found;
    }

    private static async Task<List<(string Table, string Column)>> Columns(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            select format('%I.%I', n.nspname, c.relname), format('%I', a.attname)
            from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and n.nspname not in ('pg_catalog', 'information_schema')
            order by 1, 2
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<(string, string)>();

        while (await reader.ReadAsync())
        {
            columns.Add((reader.GetString(0), reader.GetString(1)));
        }

        return columns;
    }
}
