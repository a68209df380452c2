using System.Globalization;
using System.Text.Json;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;

namespace Governance.Costs.PriceBooks;

/// <summary>A known model of which the list says something else; the members that differ are named.</summary>
public sealed record ChangedPrice(
    string Model, decimal InputBefore, decimal InputAfter, decimal OutputBefore, decimal OutputAfter, IReadOnlyList<string> Members);

/// <summary>What an import takes, changes, passes over and refuses, and the draft it leads to.</summary>
public sealed record ImportReport(
    bool DryRun,
    IReadOnlyList<string> Added,
    IReadOnlyList<ChangedPrice> Changed,
    int Unchanged,
    IReadOnlyDictionary<string, int> Skipped,
    IReadOnlyList<RowError> Errors,
    PriceBook Draft);

/// <summary>
/// Turns LiteLLM's list of prices into a draft: the book in force, with the prices of the list in place of its own. What the list
/// does not know, tuning prices and the size of open weights, stays. A row with a mistake is named and left out.
/// </summary>
public sealed record ImportPrices(PriceBook InForce, PriceList List, string Version, DateTimeOffset EffectiveFrom, DateOnly AsOf)
{
    public const int MaxBytes = 8 * 1024 * 1024;

    public static RequestSizeLimitAttribute SizeLimit { get; } = new(MaxBytes);

    public static async Task<IResult> Handle(
        HttpContext http,
        string version,
        DateTimeOffset effectiveFrom,
        DateOnly asOf,
        string? providers,
        bool? dryRun,
        Editions<PriceBook> priceBooks,
        Commands commands,
        TimeProvider clock)
    {
        using var list = await http.Request.ReadJson(MaxBytes);

        if (list.RootElement.ValueKind is not JsonValueKind.Object)
        {
            throw new InvalidRequestException("$", "must be an object with one member per model.");
        }

        var now = clock.GetUtcNow();
        var inForce = (await priceBooks.Current(http.RequestAborted)).InForce(now).Content;
        var wanted = (providers ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var command = new ImportPrices(inForce, LiteLlmPrices.Read(list.RootElement, wanted, asOf), version, effectiveFrom, asOf);
        var report = command.Report(dryRun ?? false);
        priceBooks.Require(report.Draft);

        return report.DryRun ? TypedResults.Ok(report) : await Save(report, http, priceBooks, commands, now);
    }

    public ImportReport Report(bool dryRun)
    {
        var known = InForce.Models.ToDictionary(m => m.Id, StringComparer.Ordinal);
        var source = new PriceSource(SourceId, "LiteLLM, model_prices_and_context_window.json", AsOf);
        var taken = List.Models.Select(model => Merge(known.GetValueOrDefault(model.Id), model)).ToList();
        var changed = taken.Where(m => known.TryGetValue(m.Id, out var before) && IsOther(before, m)).ToList();
        var listed = taken.Select(m => m.Id).ToHashSet(StringComparer.Ordinal);

        return new(
            dryRun,
            Added: [.. taken.Where(m => !known.ContainsKey(m.Id)).Select(m => m.Id)],
            Changed: [.. changed.Select(m => new ChangedPrice(m.Id, known[m.Id].Input, m.Input, known[m.Id].Output, m.Output, Differing(known[m.Id], m)))],
            Unchanged: taken.Count(m => known.TryGetValue(m.Id, out var before) && !IsOther(before, m)),
            List.Skipped,
            List.Errors,
            InForce with
            {
                Version = Version,
                EffectiveFrom = EffectiveFrom,
                Sources = [.. InForce.Sources.Where(s => s.Id != SourceId), source],
                Models = [.. InForce.Models.Where(m => !listed.Contains(m.Id)), .. taken],
            });
    }

    /// <summary>A list of another day is another source.</summary>
    private string SourceId => string.Create(CultureInfo.InvariantCulture, $"{LiteLlmPrices.SourceId}-{AsOf:yyyy-MM-dd}");

    /// <summary>Announced changes belonged to the old price.</summary>
    private ModelPrice Merge(ModelPrice? known, ModelPrice listed) => listed with
    {
        Source = SourceId,
        Provider = known?.Provider ?? listed.Provider,
        ContextWindow = listed.ContextWindow ?? known?.ContextWindow,
        Tuning = known?.Tuning,
        OpenWeights = known?.OpenWeights ?? false,
        BillionParameters = known?.BillionParameters,
    };

    private static bool IsOther(ModelPrice before, ModelPrice after) =>
        before with { Source = after.Source, Provider = after.Provider, ContextWindow = after.ContextWindow } != after;

    private static string[] Differing(ModelPrice before, ModelPrice after) =>
    [
        .. new (string Member, bool Same)[]
        {
            ("input", before.Input == after.Input),
            ("output", before.Output == after.Output),
            ("cachedInput", before.CachedInput == after.CachedInput),
            ("cacheWrite", before.CacheWrite == after.CacheWrite),
            ("batchInput", before.BatchInput == after.BatchInput),
            ("batchOutput", before.BatchOutput == after.BatchOutput),
            ("longPrompt", before.LongPrompt == after.LongPrompt),
            ("changes", before.Changes is null),
        }.Where(member => !member.Same).Select(member => member.Member),
    ];

    private static Task<IResult> Save(
        ImportReport report, HttpContext http, Editions<PriceBook> priceBooks, Commands commands, DateTimeOffset now)
    {
        var json = JsonSerializer.SerializeToElement(report.Draft, Json.Options);
        var command = new SaveDraft(
            report.Draft.Version,
            report.Draft.EffectiveFrom,
            VersionedData.Parse<PriceBook>(json).Hash,
            json,
            IsNew: true,
            IfMatch: null,
            Caller.From(http.User).Subject,
            now);
        var draft = $"/api/price-books/{report.Draft.Version}";

        return commands.Run<Catalogue>(
            http,
            priceBooks.Stream,
            Roles.Administrator,
            catalogue => command.Decide(catalogue, priceBooks.Shipped),
            (_, _) => new Reply(StatusCodes.Status201Created, report, draft, $"\"{command.Hash}\""));
    }
}
