using System.IO.Pipelines;
using System.Buffers;
using System.Text.Json;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;

namespace Governance.Strategy.Policies;

/// <summary>
/// One JSON object, written while the cases are gone through: the flipped decisions, then totals by unit and of all. Whoever waits for it
/// hears of every batch, if only by an empty line, so that nobody on the way takes a long silence for the end, and anybody can count how
/// far it has come.
/// </summary>
public sealed class SimulationAnswer(PipeWriter body) : IDisposable
{
    private readonly Utf8JsonWriter json = new(body);
    private readonly SortedDictionary<string, Tally> units = new(StringComparer.Ordinal);
    private readonly Tally all = new();

    /// <param name="recorded">How many decisions there are to go through.</param>
    /// <param name="perLine">How many of them a line break stands for.</param>
    public void Begin(Versioned<StrategyPolicy> policy, Versioned<PriceBook>? prices, long recorded, int perLine)
    {
        json.WriteStartObject();
        json.WriteString("policyVersion", policy.Version);
        json.WriteString("policyHash", policy.Hash);
        json.WriteString("priceBookVersion", prices?.Version);
        json.WriteString("priceBookHash", prices?.Hash);
        json.WriteNumber("recorded", recorded);
        json.WriteNumber("perLine", perLine);
        json.WriteStartArray("flipped");
    }

    public void Count(SimulatedDecision decision)
    {
        if (!units.TryGetValue(decision.BusinessUnit, out var unit))
        {
            units.Add(decision.BusinessUnit, unit = new());
        }

        all.Add(decision);
        unit.Add(decision);

        if (decision.Flipped is { } flipped)
        {
            JsonSerializer.Serialize(json, flipped, Json.Options);
        }
    }

    /// <summary>Sends what has been written, and a line break, which means nothing between two members of a list.</summary>
    public async Task Flush(CancellationToken ct)
    {
        await json.FlushAsync(ct);
        body.Write("\n"u8);
        await body.FlushAsync(ct);
    }

    public void End()
    {
        json.WriteEndArray();
        json.WriteStartArray("businessUnits");

        foreach (var (name, unit) in units)
        {
            json.WriteStartObject();
            json.WriteString("businessUnit", name);
            Write("totals", unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Write("totals", all);
        json.WriteEndObject();
        json.Flush();
    }

    public void Dispose() => json.Dispose();

    private void Write(string name, Tally tally)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, tally.Totals, Json.Options);
    }

    private sealed class Tally
    {
        private readonly SortedDictionary<string, decimal> difference = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, long> changes = new(StringComparer.Ordinal);
        private long decisions;
        private long flipped;
        private long erased;

        public SimulationTotals Totals => new(decisions, flipped, erased, difference, changes);

        public void Add(SimulatedDecision decision)
        {
            decisions++;
            erased += decision.IsErased ? 1 : 0;

            if (decision.Flipped is not { } flip)
            {
                return;
            }

            flipped++;
            var change = $"{Choice.NameOf(flip.Before)} to {Choice.NameOf(flip.After)}";
            changes[change] = changes.GetValueOrDefault(change) + 1;

            if (flip is { CostBefore: { } before, CostAfter: { } after })
            {
                difference[flip.Currency] = difference.GetValueOrDefault(flip.Currency) + after - before;
            }
        }
    }
}
