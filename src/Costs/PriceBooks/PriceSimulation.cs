using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;

namespace Governance.Costs.PriceBooks;

/// <summary>
/// Makes recorded forecasts again under another price book, at the declared volume and facts alone. One that does not depend on what the
/// books differ in is not made, but taken from the record.
/// </summary>
internal sealed class PriceSimulation(Versioned<PriceBook> prices, VersionedData<PriceBook> known, VersionedData<CostPolicy> policies)
{
    private readonly ConcurrentDictionary<string, PriceDifference> differences = new(StringComparer.Ordinal);

    /// <summary>A <see cref="SimulatedForecast"/> as a line of JSON, from the JSON of a <see cref="CostsForecast"/>.</summary>
    /// <returns>Nothing where only changes are wanted and the prices concern nothing the case is priced by.</returns>
    public byte[] Line(Guid useCase, byte[] recorded, bool changesOnly)
    {
        var was = JsonSerializer.Deserialize<Recorded>(recorded, Json.Tolerant)!;
        var policy = policies.Get(was.Basis.PolicyVersion);
        var difference = differences.GetOrAdd(was.PriceBookVersion, version => new(known.Get(version).Content, prices.Content));
        var concerned = was.Basis.EngineVersion != ForecastEngine.EngineVersion || difference.Concerns(was.Facts, policy.Content);

        if (changesOnly && !concerned)
        {
            return [];
        }

        using var line = new MemoryStream(2 * recorded.Length);
        using var json = new Utf8JsonWriter(line);

        json.WriteStartObject();
        json.WriteString("useCaseId", useCase);
        json.WriteString("number", was.Number);
        json.WriteNumber("revision", was.Revision);
        json.WriteString("businessUnit", was.Facts.BusinessUnit);
        json.WritePropertyName("before");
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(was.Figures), skipInputValidation: true);
        json.WritePropertyName("after");

        if (concerned)
        {
            var forecast = ForecastEngine.ForecastSubmitted(was.Facts, was.Basis.InputHash, prices, policy, LookAround.Nowhere);
            JsonSerializer.Serialize(json, forecast.Figures(), Json.Options);
        }
        else
        {
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(was.Figures), skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
        line.WriteByte((byte)'\n');

        return line.ToArray();
    }

    /// <summary>What is needed of a <see cref="CostsForecast"/>, the figures as they were written.</summary>
    private sealed record Recorded(
        int Revision, string Number, UseCaseFacts Facts, JsonElement Figures, string PriceBookVersion, DecisionBasis Basis);
}
