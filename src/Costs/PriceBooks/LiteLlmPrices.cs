using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Governance.Costs.PriceBooks;

/// <summary>A row of an imported list that could not be taken, with the member at fault.</summary>
public sealed record RowError(string Row, string Field, string Message);

/// <summary>What a list held: prices of text models, mistakes by row, and how many rows were passed over for which reason.</summary>
public sealed record PriceList(
    IReadOnlyList<ModelPrice> Models, IReadOnlyList<RowError> Errors, IReadOnlyDictionary<string, int> Skipped);

/// <summary>
/// Reads the community's list of prices, the <c>model_prices_and_context_window.json</c> of LiteLLM: one object by model name, US
/// dollars per token. It knows neither tuning prices nor the size of open weights.
/// </summary>
public static partial class LiteLlmPrices
{
    public const string SourceId = "litellm";

    private const string Sample = "sample_spec";

    private static readonly string[] TextModes = ["chat", "completion", "responses"];

    /// <param name="list">The list as it was read.</param>
    /// <param name="providers">Whose models to take; all where none is named.</param>
    /// <param name="asOf">Models withdrawn by then are passed over.</param>
    public static PriceList Read(JsonElement list, IReadOnlyCollection<string> providers, DateOnly asOf)
    {
        var models = new List<ModelPrice>();
        var errors = new List<RowError>();
        var skipped = new SortedDictionary<string, int>(StringComparer.Ordinal);

        foreach (var row in list.EnumerateObject().Where(row => row.Name != Sample))
        {
            if (row.Value.ValueKind is not JsonValueKind.Object)
            {
                errors.Add(new(row.Name, "", "must be an object."));
            }
            else if (WhyNot(row.Value, providers, asOf) is { } reason)
            {
                skipped[reason] = skipped.GetValueOrDefault(reason) + 1;
            }
            else
            {
                var reading = new Row(row.Name, row.Value);
                var model = reading.Model();
                errors.AddRange(reading.Errors);

                if (reading.Errors.Count == 0)
                {
                    models.Add(model);
                }
            }
        }

        return new(models, errors, skipped);
    }

    private static string? WhyNot(JsonElement row, IReadOnlyCollection<string> providers, DateOnly asOf) =>
        Text(row, "mode") is var mode && !TextModes.Contains(mode, StringComparer.Ordinal) ? "not a text model"
        : providers.Count > 0 && !providers.Contains(Text(row, "litellm_provider"), StringComparer.Ordinal) ? "another provider"
        : DateOnly.TryParseExact(Text(row, "deprecation_date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
            && end <= asOf ? "withdrawn"
        : null;

    private static string Text(JsonElement row, string member) =>
        row.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    [GeneratedRegex(@"^input_cost_per_token_above_(?<thousands>[0-9]{1,5})k_tokens\z")]
    private static partial Regex LongInput();

    private sealed class Row(string name, JsonElement members)
    {
        public List<RowError> Errors { get; } = [];

        public ModelPrice Model()
        {
            if (Text(members, "litellm_provider").Length == 0)
            {
                Errors.Add(new(name, "litellm_provider", "is required."));
            }

            var model = new ModelPrice(
                name,
                Text(members, "litellm_provider"),
                SourceId,
                Required("input_cost_per_token"),
                Required("output_cost_per_token"),
                ContextWindow(),
                Price("cache_read_input_token_cost"),
                FreeOrPrice("cache_creation_input_token_cost"),
                BatchPrice("input_cost_per_token_batches", "output_cost_per_token_batches"),
                BatchPrice("output_cost_per_token_batches", "input_cost_per_token_batches"));

            return model with { LongPrompt = LongPrompt(model.Output) };
        }

        private LongPromptPrice? LongPrompt(decimal output)
        {
            var thousands = members.EnumerateObject()
                .Select(m => LongInput().Match(m.Name))
                .Where(found => found.Success)
                .Select(found => int.Parse(found.Groups["thousands"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
                .Order()
                .FirstOrDefault();

            return thousands == 0 ? null : new LongPromptPrice(
                thousands * 1_000,
                Required(string.Create(CultureInfo.InvariantCulture, $"input_cost_per_token_above_{thousands}k_tokens")),
                Price(string.Create(CultureInfo.InvariantCulture, $"output_cost_per_token_above_{thousands}k_tokens")) ?? output,
                Price(string.Create(CultureInfo.InvariantCulture, $"cache_read_input_token_cost_above_{thousands}k_tokens")));
        }

        private decimal Required(string member)
        {
            if (Price(member) is { } price)
            {
                return price;
            }

            if (!IsGiven(member))
            {
                Errors.Add(new(name, member, "is required."));
            }

            return 0;
        }

        /// <summary>Per million tokens, without trailing zeros.</summary>
        private decimal? Price(string member)
        {
            if (!IsGiven(member))
            {
                return null;
            }

            var value = members.GetProperty(member);

            if (value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var perToken)
                && perToken > 0 && perToken <= PriceBookRules.HighestPrice / 1_000_000)
            {
                return Math.Round(perToken * 1_000_000, 8, MidpointRounding.ToEven) / 1.0000000000000000000000000000m;
            }

            Errors.Add(new(name, member, "must be a number of US dollars per token above 0, and no more than a tenth of a dollar."));

            return null;
        }

        /// <summary>The list writes 0 where the provider does not charge for writing.</summary>
        private decimal? FreeOrPrice(string member) =>
            IsGiven(member) && members.GetProperty(member) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var free) && free == 0
                ? null
                : Price(member);

        private decimal? BatchPrice(string member, string other) => IsGiven(member) && IsGiven(other) ? Price(member) : null;

        private int? ContextWindow()
        {
            var member = IsGiven("max_input_tokens") ? "max_input_tokens" : "max_tokens";

            if (!IsGiven(member))
            {
                return null;
            }

            var value = members.GetProperty(member);
            var text = value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText();

            if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var tokens)
                && decimal.IsInteger(tokens) && tokens is > 0 and <= int.MaxValue)
            {
                return (int)tokens;
            }

            Errors.Add(new(name, member, "must be a whole number of tokens above 0."));

            return null;
        }

        private bool IsGiven(string member) =>
            members.TryGetProperty(member, out var value) && value.ValueKind is not JsonValueKind.Null;
    }
}
