using System.Buffers;
using System.Text.Json;

namespace Governance.Portal.Editions;

/// <summary>
/// Reads an object of JSON while it is still being written: each item of its lists, and each other member, is handed on as soon as it
/// is whole, so that nobody waits for the end of a long answer. Line breaks, which mean nothing in it, are counted: a service may send
/// one for every batch it is done with.
/// </summary>
internal static class JsonFeed
{
    private const int AtOnce = 64 * 1024;

    /// <param name="afterSome">Told how many lines have ended so far.</param>
    /// <exception cref="JsonException">It is no object, or breaks off.</exception>
    public static async Task Read(Stream stream, Action<string, JsonElement> take, Func<long, Task> afterSome, CancellationToken ct)
    {
        var (left, state, place) = (Array.Empty<byte>(), new JsonReaderState(), new Place());
        var lines = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(AtOnce);

        try
        {
            for (var read = -1; read != 0;)
            {
                read = await stream.ReadAsync(buffer, ct);
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
                left = [.. left, .. buffer.AsSpan(0, read)];
                var used = Take(left, isLast: read == 0, ref state, place, take);
                left = left[used..];
                await afterSome(lines);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Take(ReadOnlySpan<byte> bytes, bool isLast, ref JsonReaderState state, Place place, Action<string, JsonElement> take)
    {
        var reader = new Utf8JsonReader(bytes, isLast, state);

        while (true)
        {
            var before = reader;

            if (!reader.Read())
            {
                break;
            }

            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                place.Name = reader.GetString()!;
            }
            else if (!place.IsWithin)
            {
                place.IsWithin = reader.TokenType is JsonTokenType.StartObject ? true : throw new JsonException("An object was expected.");
            }
            else if (reader.TokenType is JsonTokenType.EndArray)
            {
                place.IsList = false;
            }
            else if (reader.TokenType is JsonTokenType.StartArray && !place.IsList)
            {
                place.IsList = true;
            }
            else if (reader.TokenType is not JsonTokenType.EndObject)
            {
                if (!JsonDocument.TryParseValue(ref reader, out var value))
                {
                    reader = before;

                    break;
                }

                using (value)
                {
                    take(place.Name, value.RootElement.Clone());
                }
            }
        }

        state = reader.CurrentState;

        return (int)reader.BytesConsumed;
    }

    private sealed class Place
    {
        public bool IsWithin { get; set; }

        public bool IsList { get; set; }

        public string Name { get; set; } = "";
    }
}
