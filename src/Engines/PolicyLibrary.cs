using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;

namespace Governance.Engines;

/// <summary>The policies, price books, packs and the calendar that ship with the platform, by the hash of their content.</summary>
public static class PolicyLibrary
{
    public static IReadOnlyDictionary<string, string> Shipped { get; } = Read();

    private static Dictionary<string, string> Read()
    {
        var assembly = typeof(PolicyLibrary).Assembly;
        var contents = new Dictionary<string, string>(StringComparer.Ordinal);

        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var json = reader.ReadToEnd();
            contents[Canonical.Hash(JsonSerializer.Deserialize<JsonNode>(json))] = json;
        }

        return contents;
    }
}
