using System.Text.Json;
using MudBlazor;

namespace Governance.Portal.Editions;

/// <summary>One kind of rules or prices that administrators write in versions, with its place in the portal and in the API.</summary>
public sealed record EditionKind(string Name, string Title, string Service, string Path, string Icon)
{
    public static readonly EditionKind Policies = new("policies", "Strategy policies", "strategy", "/api/policies", Icons.Material.Filled.Rule);
    public static readonly EditionKind Packs = new("packs", "Policy packs", "compliance", "/api/policy-packs", Icons.Material.Filled.Gavel);
    public static readonly EditionKind Prices = new("prices", "Price books", "costs", "/api/price-books", Icons.Material.Filled.Sell);

    public static IReadOnlyList<EditionKind> All { get; } = [Policies, Packs, Prices];

    public string Page => $"/editions/{Name}";

    public static EditionKind? Of(string name) => All.FirstOrDefault(kind => kind.Name == name);

    public string PageOf(string version) => $"{Page}/{Uri.EscapeDataString(version)}";

    public string PathOf(string version) => $"{Path}/{Uri.EscapeDataString(version)}";
}

/// <summary>A version as a list shows it, and with its content as its page does.</summary>
public sealed record EditionView(
    string Version,
    string State,
    DateTimeOffset EffectiveFrom,
    string Hash,
    IReadOnlyList<string> Authors,
    DateTimeOffset? PublishedAt = null,
    JsonElement? Content = null)
{
    public bool IsDraft => State is "draft";

    /// <summary>The one everything is decided under at a moment.</summary>
    public static EditionView? InForce(IEnumerable<EditionView> all, DateTimeOffset now) =>
        all.Where(edition => !edition.IsDraft && edition.EffectiveFrom <= now).MaxBy(edition => edition.EffectiveFrom);
}
