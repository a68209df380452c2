using System.Text.RegularExpressions;
using Governance.ServiceDefaults;

namespace Governance.Costs.PriceBooks;

/// <summary>What a price book must fulfil beyond its shape, each mistake with the path of the member at fault.</summary>
public static partial class PriceBookRules
{
    public const int MostModels = 1_000;

    /// <summary>Dearer than any model was ever offered, in US dollars per million tokens: what is beyond is a slip of the unit.</summary>
    public const decimal HighestPrice = 100_000;

    public static IEnumerable<FieldError> Check(PriceBook book) =>
    [
        .. VersionName().IsMatch(book.Version)
            ? []
            : new[] { new FieldError("version", "must be 1 to 40 lower-case letters, digits, dots or hyphens, such as 2027-01.") },
        .. Sources(book),
        .. Size(book),
        .. Twice("models", [.. book.Models.Select(m => m.Id)]),
        .. book.Models.Index().SelectMany(m => Model(m.Item, $"models[{m.Index}]", [.. book.Sources.Select(s => s.Id)])),
    ];

    private static IEnumerable<FieldError> Sources(PriceBook book)
    {
        if (book.Sources.Count == 0)
        {
            yield return new("sources", "must name at least one publication the prices were read from.");
        }

        foreach (var error in Twice("sources", [.. book.Sources.Select(s => s.Id)]))
        {
            yield return error;
        }

        foreach (var (index, source) in book.Sources.Index())
        {
            if (string.IsNullOrWhiteSpace(source.Name))
            {
                yield return new($"sources[{index}].name", "must say where the prices were published.");
            }
        }
    }

    private static IEnumerable<FieldError> Size(PriceBook book)
    {
        if (book.Models.Count is 0 or > MostModels)
        {
            yield return new("models", $"must hold 1 to {MostModels} models.");
        }
    }

    private static IEnumerable<FieldError> Model(ModelPrice model, string path, HashSet<string> sources) =>
    [
        .. Text($"{path}.id", model.Id),
        .. Text($"{path}.provider", model.Provider),
        .. Source($"{path}.source", model.Source, sources),
        .. Price($"{path}.input", model.Input),
        .. Price($"{path}.output", model.Output),
        .. Cached($"{path}.cachedInput", model.CachedInput, model.Input),
        .. Price($"{path}.cacheWrite", model.CacheWrite),
        .. Batch(path, model),
        .. Positive($"{path}.contextWindow", model.ContextWindow),
        .. Positive($"{path}.billionParameters", model.BillionParameters),
        .. Weights(path, model),
        .. model.LongPrompt is { } longer ? LongPrompt($"{path}.longPrompt", longer) : [],
        .. model.Tuning is { } tuning ? Tuning($"{path}.tuning", tuning, sources) : [],
        .. Changes($"{path}.changes", model.Changes ?? [], sources),
    ];

    private static IEnumerable<FieldError> Batch(string path, ModelPrice model)
    {
        if (model.BatchInput is null != model.BatchOutput is null)
        {
            yield return new($"{path}.batchInput", "belongs together with batchOutput: state both or neither.");
        }

        foreach (var error in Cached($"{path}.batchInput", model.BatchInput, model.Input)
                     .Concat(Cached($"{path}.batchOutput", model.BatchOutput, model.Output)))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> Weights(string path, ModelPrice model)
    {
        if (model.OpenWeights != model.BillionParameters is not null)
        {
            yield return new($"{path}.billionParameters", "belongs to open weights, and to them alone: it decides what hosting takes.");
        }
    }

    private static IEnumerable<FieldError> LongPrompt(string path, LongPromptPrice price) =>
    [
        .. Positive($"{path}.aboveTokens", price.AboveTokens),
        .. Price($"{path}.input", price.Input),
        .. Price($"{path}.output", price.Output),
        .. Cached($"{path}.cachedInput", price.CachedInput, price.Input),
    ];

    private static IEnumerable<FieldError> Tuning(string path, TuningPrice price, HashSet<string> sources) =>
    [
        .. Source($"{path}.source", price.Source, sources),
        .. Price($"{path}.training", price.Training),
        .. Price($"{path}.input", price.Input),
        .. Price($"{path}.output", price.Output),
        .. Cached($"{path}.cachedInput", price.CachedInput, price.Input),
    ];

    /// <summary>Two prices for one day would overlap.</summary>
    private static IEnumerable<FieldError> Changes(string path, IReadOnlyList<PriceChange> changes, HashSet<string> sources)
    {
        foreach (var (index, change) in changes.Index())
        {
            if (changes.Take(index).Any(earlier => earlier.From == change.From))
            {
                yield return new($"{path}[{index}].from", "is the day of another change too; one price can hold on a day.");
            }

            foreach (var error in Source($"{path}[{index}].source", change.Source, sources)
                         .Concat(Price($"{path}[{index}].input", change.Input))
                         .Concat(Price($"{path}[{index}].output", change.Output))
                         .Concat(Cached($"{path}[{index}].cachedInput", change.CachedInput, change.Input)))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Twice(string path, string[] ids) =>
        ids.Index()
            .Where(id => ids.Take(id.Index).Contains(id.Item, StringComparer.Ordinal))
            .Select(id => new FieldError($"{path}[{id.Index}].id", $"'{id.Item}' is listed twice."));

    private static IEnumerable<FieldError> Text(string path, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > 200)
        {
            yield return new(path, "must be 1 to 200 characters, not blank.");
        }
    }

    private static IEnumerable<FieldError> Source(string path, string id, HashSet<string> sources)
    {
        if (!sources.Contains(id))
        {
            yield return new(path, "is not among the sources of this price book; add it there with its date.");
        }
    }

    private static IEnumerable<FieldError> Price(string path, decimal? price)
    {
        if (price is <= 0 or > HighestPrice)
        {
            yield return new(path, $"must be above 0 and at most {HighestPrice} US dollars per million tokens.");
        }
    }

    /// <summary>A discounted price is above zero too, and no higher than the full one.</summary>
    private static IEnumerable<FieldError> Cached(string path, decimal? price, decimal full)
    {
        if (price is { } discounted && (discounted <= 0 || discounted > full))
        {
            yield return new(path, "must be above 0 and not above the full price.");
        }
    }

    private static IEnumerable<FieldError> Positive(string path, decimal? value)
    {
        if (value <= 0)
        {
            yield return new(path, "must be above 0.");
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{0,39}\z")]
    private static partial Regex VersionName();
}
