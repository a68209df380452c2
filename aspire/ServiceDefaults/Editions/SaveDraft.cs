using System.Text.Json;

namespace Governance.ServiceDefaults;

/// <summary>A draft written anew, or one that exists changed.</summary>
public sealed record SaveDraft(
    string Version,
    DateTimeOffset EffectiveFrom,
    string Hash,
    JsonElement Content,
    bool IsNew,
    string? IfMatch,
    string By,
    DateTimeOffset At)
{
    /// <summary>What is published stays as it is; two versions never share a name or the moment they take effect; none reaches back.</summary>
    public IEnumerable<object> Decide(Catalogue catalogue, IReadOnlyList<Shipped> shipped)
    {
        if (IsNew)
        {
            RequireNewName(catalogue, shipped);
        }
        else
        {
            RequireDraft(catalogue.Find(Version));
        }

        if (EffectiveMoment.Trouble(Version, EffectiveFrom, catalogue, shipped, At) is { } trouble)
        {
            throw new InvalidRequestException("effectiveFrom", trouble);
        }

        return catalogue.Editions.GetValueOrDefault(Version) is { } known && known.Hash == Hash && known.Authors.Contains(By)
            ? []
            : [new DraftSaved(Version, EffectiveFrom, Hash, Content, By, At)];
    }

    private void RequireNewName(Catalogue catalogue, IReadOnlyList<Shipped> shipped)
    {
        if (catalogue.Editions.ContainsKey(Version) || shipped.Any(known => known.Version == Version))
        {
            throw new RuleViolationException($"Version {Version} exists already; choose another version.");
        }
    }

    private void RequireDraft(Edition edition)
    {
        Precondition.Require(IfMatch, edition.ETag);

        if (edition.IsPublished)
        {
            throw new RuleViolationException($"Version {Version} is published and stays as it is; draft another version.");
        }
    }
}

/// <summary>The rule for the moment a version takes effect.</summary>
internal static class EffectiveMoment
{
    /// <summary>
    /// Between publication and effect, so that every running service knows a version before the first decision falls under it.
    /// </summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(10);

    /// <summary>Null where there is none.</summary>
    public static string? Trouble(
        string version, DateTimeOffset effectiveFrom, Catalogue catalogue, IReadOnlyList<Shipped> shipped, DateTimeOffset at)
    {
        if (effectiveFrom < at + Notice)
        {
            return $"must lie at least {Notice.TotalSeconds:0} seconds ahead: nothing is decided again under a later version.";
        }

        var published = catalogue.Editions.Values.Where(e => e.IsPublished && e.Version != version).Select(e => new Shipped(e.Version, e.EffectiveFrom));

        return shipped.Concat(published).FirstOrDefault(known => known.EffectiveFrom == effectiveFrom) is { } twin
            ? $"is when version {twin.Version} takes effect already; choose another moment."
            : null;
    }
}
