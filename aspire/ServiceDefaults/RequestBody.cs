using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Governance.ServiceDefaults;

/// <summary>
/// Reads a JSON body strictly and names every wrong member at once: unknown, doubled, missing, null or mistyped members, values
/// outside a list, and text with characters that hide or reorder what a reader sees. Text is normalised to Unicode NFC.
/// </summary>
public static class RequestBody
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxItems = 1_000;
    public const int MostErrors = 100;

    private const int MostDigits = 28;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonSerializerOptions Reading = new(Json.Options) { Converters = { new ComposedText() } };

    /// <exception cref="InvalidRequestException">The body is not what <typeparamref name="T"/> asks for.</exception>
    public static async Task<T> Read<T>(this HttpRequest request) where T : notnull
    {
        RequireJson(request);

        return Parse<T>(await ReadBytes(request, MaxBytes));
    }

    /// <summary>A document of somebody else's making, whose members are not ours to know; the caller disposes of it.</summary>
    /// <exception cref="InvalidRequestException">The body is not JSON, or larger than asked for.</exception>
    public static async Task<JsonDocument> ReadJson(this HttpRequest request, int maxBytes)
    {
        RequireJson(request);

        return ParseJson(Decode(await ReadBytes(request, maxBytes)));
    }

    /// <summary>The body, or what stands for a body that was not sent. One of another type than JSON was sent, and is refused.</summary>
    public static Task<T> ReadOr<T>(this HttpRequest request, T absent) where T : notnull =>
        request.ContentLength is 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? Task.FromResult(absent)
            : request.Read<T>();

    /// <summary>The hash that tells two requests under one idempotency key apart.</summary>
    public static string Fingerprint(this HttpRequest request)
    {
        var body = request.HttpContext.Items[typeof(RequestBody)] as byte[] ?? [];
        var head = Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n");

        return Convert.ToHexStringLower(SHA256.HashData([.. head, .. body]));
    }

    public static T Parse<T>(ReadOnlySpan<byte> body) where T : notnull
    {
        using var document = ParseJson(Decode(body));
        var errors = new List<FieldError>();
        Inspect(document.RootElement, Json.Options.GetTypeInfo(typeof(T)), "$", errors);

        return errors.Count switch
        {
            0 => document.RootElement.Deserialize<T>(Reading)!,
            <= MostErrors => throw new InvalidRequestException(errors),
            _ => throw new InvalidRequestException([.. errors.Take(MostErrors), new("$", $"has more mistakes than the {MostErrors} listed.")]),
        };
    }

    private static void RequireJson(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            throw new InvalidRequestException("Content-Type", "Send application/json.", StatusCodes.Status415UnsupportedMediaType);
        }

        if (request.GetTypedHeaders().ContentType?.Charset is { HasValue: true } charset
            && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidRequestException("Content-Type", "Send UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    /// <summary>Keeps what it read for the fingerprint.</summary>
    private static async Task<byte[]> ReadBytes(HttpRequest request, int maxBytes)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];

        while (await ReadChunk(request, chunk) is > 0 and var read)
        {
            if (buffer.Length + read > maxBytes)
            {
                throw new InvalidRequestException(
                    "$", $"The body is larger than {maxBytes / 1024} KiB.", StatusCodes.Status413PayloadTooLarge);
            }

            buffer.Write(chunk, 0, read);
        }

        var bytes = buffer.ToArray();
        request.HttpContext.Items[typeof(RequestBody)] = bytes;

        return bytes;
    }

    /// <summary>A body that breaks off or is framed wrongly is the sender's mistake, not an outage of ours.</summary>
    private static async ValueTask<int> ReadChunk(HttpRequest request, byte[] chunk)
    {
        try
        {
            return await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new InvalidRequestException("$", "The body cannot be read to its end.");
        }
    }

    private static string Decode(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith(Encoding.UTF8.Preamble))
        {
            throw new InvalidRequestException("$", "The body starts with a byte order mark; send plain UTF-8.");
        }

        try
        {
            var text = StrictUtf8.GetString(body);

            return text.IsNormalized() ? text : text.Normalize();
        }
        catch (ArgumentException)
        {
            throw new InvalidRequestException("$", "The body is not valid UTF-8.");
        }
    }

    private static JsonDocument ParseJson(string text)
    {
        try
        {
            return JsonDocument.Parse(text, new() { MaxDepth = Json.MaxDepth, AllowDuplicateProperties = false });
        }
        catch (InvalidOperationException)
        {
            throw new InvalidRequestException("$", "The name of a member contains a lone surrogate.");
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine + 1})" : "";
            var what = e.Message.Contains("uplicate", StringComparison.Ordinal) ? "A member stands twice in one object"
                : e.Message.Contains("depth", StringComparison.Ordinal) ? $"The body is nested deeper than {Json.MaxDepth} levels"
                : "The body is not valid JSON";

            throw new InvalidRequestException("$", $"{what}{where}.");
        }
    }

    private static void Inspect(JsonElement element, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind is JsonValueKind.Object:
                InspectMembers(element, type, path, errors);
                break;

            case JsonTypeInfoKind.Enumerable when element.ValueKind is JsonValueKind.Array:
                InspectItems(element, type, path, errors);
                break;

            case JsonTypeInfoKind.Dictionary when element.ValueKind is JsonValueKind.Object:
                InspectEntries(element, type, path, errors);
                break;

            case JsonTypeInfoKind.None:
                InspectValue(element, type.Type, path, errors);
                break;

            default:
                errors.Add(new(path, type.Kind is JsonTypeInfoKind.Enumerable ? "must be a list." : "must be an object."));
                break;
        }
    }

    private static void InspectMembers(JsonElement element, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        foreach (var member in element.EnumerateObject().TakeWhile(_ => errors.Count <= MostErrors))
        {
            var property = type.Properties.FirstOrDefault(p => p.Name == member.Name);
            var memberPath = property is null ? path : Join(path, member.Name);

            if (property is null)
            {
                errors.Add(new(Join(path, Printable(member.Name)), $"is not known here; known are {string.Join(", ", type.Properties.Select(p => p.Name))}."));
            }
            else if (member.Value.ValueKind is not JsonValueKind.Null)
            {
                Inspect(member.Value, Json.Options.GetTypeInfo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType), memberPath, errors);
            }
            else if (!property.IsSetNullable)
            {
                errors.Add(new(memberPath, "must not be null."));
            }
        }

        errors.AddRange(type.Properties
            .Where(p => p.IsRequired && !element.TryGetProperty(p.Name, out _))
            .Select(p => new FieldError(Join(path, p.Name), "is required.")));
    }

    private static void InspectItems(JsonElement element, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        if (element.GetArrayLength() > MaxItems)
        {
            errors.Add(new(path, $"has more than {MaxItems} items."));

            return;
        }

        var item = Json.Options.GetTypeInfo(type.ElementType!);
        var index = 0;

        foreach (var value in element.EnumerateArray().TakeWhile(_ => errors.Count <= MostErrors))
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");

            if (value.ValueKind is JsonValueKind.Null)
            {
                errors.Add(new(itemPath, "must not be null."));
            }
            else
            {
                Inspect(value, item, itemPath, errors);
            }
        }
    }

    private static void InspectEntries(JsonElement element, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        var value = Json.Options.GetTypeInfo(type.ElementType!);

        foreach (var entry in element.EnumerateObject().Take(MaxItems + 1).TakeWhile(_ => errors.Count <= MostErrors))
        {
            var entryPath = Join(path, Printable(entry.Name));

            if (type.KeyType!.IsEnum && !Enum.GetValues(type.KeyType).Cast<Enum>().Select(Choice.NameOf).Contains(entry.Name))
            {
                errors.Add(new(entryPath, $"is not known here; it must be {Expected(type.KeyType)}."));
            }
            else if (ForbiddenCharacter(entry.Name) is not null)
            {
                errors.Add(new(entryPath, "is a name with characters that hide or reorder text; remove them."));
            }
            else if (entry.Value.ValueKind is JsonValueKind.Null)
            {
                errors.Add(new(entryPath, "must not be null."));
            }
            else
            {
                Inspect(entry.Value, value, entryPath, errors);
            }
        }

        if (element.GetPropertyCount() > MaxItems)
        {
            errors.Add(new(path, $"has more than {MaxItems} entries."));
        }
    }

    private static void InspectValue(JsonElement element, Type type, string path, List<FieldError> errors)
    {
        try
        {
            var value = element.Deserialize(type, Reading);

            if ((value is decimal && !IsExact(element.GetRawText())) || (value is Enum listed && element.GetString() != Choice.NameOf(listed)))
            {
                errors.Add(new(path, $"must be {Expected(type)}."));
            }
            else if (value is string text && ForbiddenCharacter(text) is { } character)
            {
                errors.Add(new(path, string.Create(
                    CultureInfo.InvariantCulture, $"contains the character U+{character:X4}, which hides or reorders text; remove it.")));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            errors.Add(new(path, $"must be {Expected(type)}."));
        }
    }

    /// <summary>What a value of a type looks like, in words.</summary>
    internal static string Expected(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetValues(type).Cast<Enum>().Select(Choice.NameOf))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number of no more than 2147483647",
        _ when type == typeof(long) => "a whole number",
        _ when type == typeof(decimal) => "a number with at most 28 digits",
        _ when type == typeof(DateOnly) => "a date such as 2027-04-01",
        _ when type == typeof(DateTimeOffset) => "a moment such as 2027-04-01T00:00:00+00:00",
        _ when type == typeof(Guid) => "a GUID",
        _ => "text without lone surrogates",
    };

    /// <summary>Whether a number can be kept digit by digit; the library would round it.</summary>
    private static bool IsExact(string number)
    {
        var parts = number.Split('e', 'E');
        var fraction = parts[0].Split('.').ElementAtOrDefault(1)?.Length ?? 0;
        var exponent = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;

        return parts[0].Where(char.IsAsciiDigit).SkipWhile(digit => digit is '0').Count() <= MostDigits && fraction - exponent <= MostDigits;
    }

    /// <summary>Control characters but line feed and tab, bidirectional overrides, and what is invisible: joiners, operators, tags, selectors.</summary>
    private static int? ForbiddenCharacter(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.Value;

            if (c is (< 0x20 and not ('\n' or '\t')) or (>= 0x7f and <= 0x9f)
                or (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069)
                or 0x200b or (>= 0x2060 and <= 0x2064) or (>= 0x206a and <= 0x206f) or 0xfeff or 0x2028 or 0x2029
                or (>= 0xe0000 and <= 0xe0fff) or (>= 0xfdd0 and <= 0xfdef) || (c & 0xfffe) == 0xfffe)
            {
                return c;
            }
        }

        return null;
    }

    private static string Join(string path, string name) => path == "$" ? name : $"{path}.{name}";

    private static string Printable(string name)
    {
        var shown = new string([.. name.Take(60).Select(c => c is >= ' ' and <= '~' ? c : '?')]);

        return shown.Length < name.Length ? $"{shown}…" : shown;
    }

    /// <summary>Escapes can hide decomposed letters from <see cref="Decode"/>; text that will be refused is left as it is.</summary>
    private sealed class ComposedText : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString()!;

            return ForbiddenCharacter(text) is null ? text.Normalize() : text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
