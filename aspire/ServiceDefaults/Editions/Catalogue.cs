using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Governance.ServiceDefaults;

/// <summary>
/// Every edition of one kind of policy or price book that people have drafted or published. All of them share one stream, so that no
/// two can take the same name or the same moment.
/// </summary>
public sealed record Catalogue
{
    public Guid Id { get; init; }

    public ImmutableDictionary<string, Edition> Editions { get; init; } = ImmutableDictionary<string, Edition>.Empty;

    /// <exception cref="NotFoundException">Nobody has drafted such an edition, or it was discarded.</exception>
    public Edition Find(string version) =>
        Editions.GetValueOrDefault(version) ?? throw new NotFoundException("There is no version of that name.");

    public Catalogue Apply(DraftSaved e) => this with
    {
        Editions = Editions.SetItem(e.Version, new(e.Version, e.EffectiveFrom, e.Hash, e.Content)
        {
            Authors = Editions.GetValueOrDefault(e.Version)?.Authors.Remove(e.By).Add(e.By) ?? [e.By],
        }),
    };

    public Catalogue Apply(EditionPublished e) => this with
    {
        Editions = Editions.SetItem(e.Version, Editions[e.Version] with { PublishedBy = e.By, PublishedAt = e.At }),
    };

    public Catalogue Apply(DraftDiscarded e) => this with { Editions = Editions.Remove(e.Version) };

    /// <summary>The stream of a kind.</summary>
    public static Guid IdOf(string kind) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"catalogue of {kind}")).AsSpan(0, 16));
}

/// <summary>A draft and, once somebody else than its authors has published it, a version in force from its effective date on.</summary>
public sealed record Edition(string Version, DateTimeOffset EffectiveFrom, string Hash, JsonElement Content)
{
    /// <summary>Everybody who ever saved the draft.</summary>
    public ImmutableArray<string> Authors { get; init; } = [];

    public string? PublishedBy { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public bool IsPublished => PublishedBy is not null;

    /// <summary>Whoever changes or publishes a draft says which content they have in mind.</summary>
    public string ETag => $"\"{Hash}\"";
}

public sealed record DraftSaved(
    string Version, DateTimeOffset EffectiveFrom, string Hash, JsonElement Content, string By, DateTimeOffset At);

public sealed record EditionPublished(
    string Version, DateTimeOffset EffectiveFrom, string Hash, IReadOnlyList<string> Authors, string By, DateTimeOffset At);

/// <summary>A version that ships with the service, known by name and moment.</summary>
public sealed record Shipped(string Version, DateTimeOffset EffectiveFrom);

public sealed record DraftDiscarded(string Version, string Hash, string By, DateTimeOffset At);
