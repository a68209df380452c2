using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Governance.ServiceDefaults;

/// <summary>The one JSON dialect of the platform: camelCase names, kebab-case values, nothing unknown, doubled or missing.</summary>
public static class Json
{
    public const int MaxDepth = 32;

    public static JsonSerializerOptions Options { get; } = Create(Apply);

    /// <summary>For what the platform itself has stored or said.</summary>
    public static JsonSerializerOptions Tolerant { get; } = Create(ApplyTolerant);

    private static JsonSerializerOptions Create(Action<JsonSerializerOptions> apply)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        apply(options);
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();

        return options;
    }

    /// <summary>The dialect of what the platform itself has written: members of a later version are passed over.</summary>
    public static void ApplyTolerant(JsonSerializerOptions options)
    {
        Apply(options);
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        options.WriteIndented = false;
    }

    /// <summary>Gives options owned by a framework the dialect of the front door.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = MaxDepth;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
    }
}
