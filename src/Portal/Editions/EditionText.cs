using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Portal.Editions;

/// <summary>The content of a version as people write it.</summary>
internal static class EditionText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static string Of(JsonElement? content) => content is { } known ? JsonSerializer.Serialize(known, Indented) : "";

    public static string Of(JsonNode content) => content.ToJsonString(Indented);

    /// <summary>Null where the text is an object of JSON; else the mistake and where it is.</summary>
    public static (string Message, JsonPlace Place)? Mistake(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);

            return document.RootElement.ValueKind is JsonValueKind.Object ? null : ("must be an object: { … }", new(1, 0, 1));
        }
        catch (JsonException e)
        {
            return (e.Message.Split(" Path:")[0].Split(" LineNumber:")[0], JsonPlaces.Of(text, e));
        }
    }
}
