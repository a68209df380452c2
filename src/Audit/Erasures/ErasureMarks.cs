using System.Globalization;
using System.Text.Json;
using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Erasures;

/// <summary>What one erasure took of a fact.</summary>
public sealed record ErasedPart(Guid ErasureId, DateTimeOffset At, IReadOnlyList<string> Paths);

/// <summary>By which erasure each value went, and when: what stands in its place wherever a fact is shown.</summary>
internal sealed class ErasureMarks
{
    private const string Unnamed = "erased";

    private readonly Dictionary<(string EventId, string Path), (string ErasureId, DateTimeOffset At)> marks = [];

    public static async Task<ErasureMarks> On(IReadOnlyList<Guid> useCases, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select data, recorded_at from fact where use_case_id = any($1) and contract = '{ErasureFact.Contract}'");
        command.Parameters.AddWithValue(useCases.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new ErasureMarks();

        while (await reader.ReadAsync(ct))
        {
            known.Add(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1));
        }

        return known;
    }

    public void Add(string data, DateTimeOffset at)
    {
        using var document = JsonDocument.Parse(data);
        var fact = ErasureFact.Of(document.RootElement);

        foreach (var (eventId, paths) in fact.Paths)
        {
            foreach (var path in paths)
            {
                marks.TryAdd((eventId, path), (fact.ErasureId, at));
            }
        }
    }

    public string Instead(Guid eventId, string path) => marks.TryGetValue((eventId.ToString(), path), out var mark) ? Instead(mark.ErasureId, mark.At) : Unnamed;

    public IReadOnlyList<ErasedPart> Of(Guid eventId, IReadOnlyList<string> gone) =>
    [
        .. from path in gone
           let mark = marks.GetValueOrDefault((eventId.ToString(), path))
           where mark.ErasureId is not null
           group path by mark into part
           select new ErasedPart(Guid.Parse(part.Key.ErasureId), part.Key.At, [.. part]),
    ];

    private static string Instead(string erasure, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"erased on {at.UtcDateTime:yyyy-MM-dd}, erasure {erasure}");
}
