using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.ServiceDefaults;

/// <summary>A policy or price book: data with a version and the moment from which it is in force.</summary>
public interface IVersionedData
{
    string Version { get; }

    DateTimeOffset EffectiveFrom { get; }
}

/// <summary>One version of the data with the hash of its canonical content.</summary>
public sealed record Versioned<T>(T Content, string Hash) where T : IVersionedData
{
    public string Version => Content.Version;

    /// <summary>What was read, to the letter: whoever has it can compute the hash. Null where the content was not read but made.</summary>
    public string? Json { get; init; }
}

/// <summary>
/// Versions of a policy or price book: those that ship with a service as embedded JSON files, and those published since. A decision runs under the version in
/// force when its facts were recorded, and any recorded version can be looked up again.
/// </summary>
public sealed class VersionedData<T> where T : IVersionedData
{
    private readonly List<Versioned<T>> versions;

    public VersionedData(IEnumerable<Versioned<T>> versions)
    {
        this.versions = [.. versions.OrderByDescending(v => v.Content.EffectiveFrom)];

        if (this.versions.Count == 0)
        {
            throw new InvalidDataException($"No version of {typeof(T).Name} was found.");
        }

        if (this.versions.GroupBy(v => v.Version, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"Version {twice.Key} of {typeof(T).Name} exists twice.");
        }
    }

    public IReadOnlyList<Versioned<T>> All => versions;

    public VersionedData<T> With(Versioned<T> published) => new([.. versions, published]);

    public Versioned<T> InForce(DateTimeOffset at) =>
        versions.FirstOrDefault(v => v.Content.EffectiveFrom <= at)
        ?? throw new InvalidDataException($"No version of {typeof(T).Name} was in force at {at:O}.");

    public Versioned<T> Get(string version) =>
        versions.FirstOrDefault(v => v.Version == version)
        ?? throw new InvalidDataException($"There is no version {version} of {typeof(T).Name}.");
}

/// <summary>Reads versions from JSON.</summary>
public static class VersionedData
{
    /// <summary>Reads every embedded <c>.json</c> resource of the assembly whose name starts with the given folder.</summary>
    public static VersionedData<T> FromResources<T>(Assembly assembly, string folder) where T : IVersionedData => new(
        assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"{folder}/", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            .Select(name => Read<T>(assembly, name)));

    public static Versioned<T> Parse<T>(string json) where T : IVersionedData =>
        new(JsonSerializer.Deserialize<T>(json, Json.Options)!, Canonical.Hash(JsonNode.Parse(json))) { Json = json };

    public static Versioned<T> Parse<T>(JsonElement json) where T : IVersionedData => Parse<T>(json.GetRawText());

    private static Versioned<T> Read<T>(Assembly assembly, string name) where T : IVersionedData
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);

        try
        {
            return Parse<T>(reader.ReadToEnd());
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name}: {e.Message}", e);
        }
    }
}
