using System.Text.Json;
using Microsoft.Extensions.Localization;

namespace Governance.Portal;

/// <summary>What the portal says. English sentences are their own keys; German stands in <c>Texts.de.resx</c>.</summary>
internal sealed class Texts;

internal static class TextsOfValues
{
    extension(IStringLocalizer<Texts> texts)
    {
        /// <summary>A value of the API in words; one that has no words yet is shown as the API calls it, readably.</summary>
        public string Of(string kind, string value) =>
            texts[$"{kind}.{value}"] is { ResourceNotFound: false } found ? found.Value : Readable(value);

        public string Of<T>(T value) where T : struct, Enum => texts.Of(typeof(T).Name, Code(value));
    }

    public static string Code<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string Readable(string value) => value is [var first, .. var rest] ? $"{char.ToUpperInvariant(first)}{rest.Replace('-', ' ')}" : value;
}
