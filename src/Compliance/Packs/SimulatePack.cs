using System.Buffers;
using System.Text.Json;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Compliance.Packs;

/// <summary>A review under way or approved that another pack would give another tier or other sign-offs.</summary>
public sealed record SimulatedReview(
    Guid UseCaseId,
    string Number,
    int Revision,
    string BusinessUnit,
    string State,
    RiskTier TierBefore,
    RiskTier TierAfter,
    IReadOnlyList<SimulatedSignOff> SignOffsBefore,
    IReadOnlyList<SimulatedSignOff> SignOffsAfter);

public sealed record SimulatedSignOff(string Id, int Quorum, int Stage);

public sealed record PackSimulationTotals(long Reviews, long Changed, IReadOnlyDictionary<string, long> TierChanges);

/// <summary>
/// Classifies the latest revision of every review that is neither rejected nor withdrawn under another pack, a draft say. Nothing is
/// recorded, and no more than one review is held at a time. A line break, which means nothing between two members of a list, tells how far
/// it has come, and nobody on the way takes a long silence for the end.
/// </summary>
public static class SimulatePack
{
    /// <summary>How many reviews a line break stands for.</summary>
    private const int PerLine = 500;

    private const string Alive = "d.data ->> 'state' not in ('rejected', 'withdrawn')";

    private const string Latest = $"""
        select d.id, d.data ->> 'state', e.data::text
        from mt_doc_review d
        join mt_events e on e.stream_id = d.id and e.type = 'opened'
        where {Alive} and e.version = (
            select max(l.version) from mt_events l where l.stream_id = d.id and l.type = 'opened')
        order by d.id
        """;

    public static async Task Handle(
        string version, HttpResponse response, Editions<PolicyPack> packs, NpgsqlDataSource database, CancellationToken ct)
    {
        var pack = await packs.Find(version, ct);
        packs.Require(pack.Content);

        await using var counting = database.CreateCommand($"select count(*) from mt_doc_review d where {Alive}");
        var recorded = (long)(await counting.ExecuteScalarAsync(ct))!;
        await using var command = database.CreateCommand(Latest);
        await using var reviews = await command.ExecuteReaderAsync(ct);
        response.ContentType = "application/json; charset=utf-8";
        using var json = new Utf8JsonWriter(response.BodyWriter);
        var (count, changed, tiers) = (0L, 0L, new SortedDictionary<string, long>(StringComparer.Ordinal));

        json.WriteStartObject();
        json.WriteString("packVersion", pack.Version);
        json.WriteString("packHash", pack.Hash);
        json.WriteNumber("recorded", recorded);
        json.WriteNumber("perLine", PerLine);
        json.WriteStartArray("changed");

        while (await reviews.ReadAsync(ct))
        {
            if (++count % PerLine == 0)
            {
                json.Flush();
                response.BodyWriter.Write("\n"u8);
                await response.BodyWriter.FlushAsync(ct);
            }

            var opened = JsonSerializer.Deserialize<Opened>(reviews.GetFieldValue<byte[]>(2), Json.Tolerant)!;

            if (Again(reviews.GetGuid(0), reviews.GetString(1), opened, pack) is not { } review)
            {
                continue;
            }

            changed++;
            JsonSerializer.Serialize(json, review, Json.Options);

            if (review.TierBefore != review.TierAfter)
            {
                var change = $"{Choice.NameOf(review.TierBefore)} to {Choice.NameOf(review.TierAfter)}";
                tiers[change] = tiers.GetValueOrDefault(change) + 1;
            }
        }

        json.WriteEndArray();
        json.WritePropertyName("totals");
        JsonSerializer.Serialize(json, new PackSimulationTotals(count, changed, tiers), Json.Options);
        json.WriteEndObject();
        json.Flush();
        await response.BodyWriter.FlushAsync(ct);
    }

    /// <summary>Null where tier and sign-offs stay as they are.</summary>
    public static SimulatedReview? Again(Guid id, string state, Opened opened, Versioned<PolicyPack> pack)
    {
        var after = Classification.Classify(opened.Facts, opened.Assessment, pack);
        List<SimulatedSignOff> required = [.. opened.Required.Select(r => new SimulatedSignOff(r.Id, r.Quorum, r.Stage)).OrderBy(r => r.Id, StringComparer.Ordinal)];
        List<SimulatedSignOff> requires = [.. after.SignOffs.Select(r => new SimulatedSignOff(r.Id, r.Quorum, r.Stage)).OrderBy(r => r.Id, StringComparer.Ordinal)];

        return opened.Tier == after.Tier && required.SequenceEqual(requires) ? null : new(
            id, opened.Number, opened.Revision, opened.Facts.BusinessUnit, state, opened.Tier, after.Tier, required, requires);
    }
}
