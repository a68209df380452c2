using System.Net.Mime;
using System.Security.Cryptography;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Microsoft.Extensions.Configuration;

namespace Governance.ServiceDefaults;

/// <summary>
/// Authenticates messages, so that whoever runs the broker can neither change nor invent one unnoticed. HMAC-SHA256 over the bytes of the
/// body, which holds the message and all that is said about it, travels beside it in a header of the transport.
/// </summary>
/// <param name="keys">The first authenticates what is sent; each is accepted.</param>
public sealed class MessageMac(params byte[][] keys)
{
    public const string Header = "gov-mac";

    private const int KeySize = 32;

    /// <summary>
    /// <c>Messages:Key</c> authenticates what is sent. <c>Messages:OtherKey</c> is accepted as well, while one is exchanged for the other.
    /// </summary>
    public static MessageMac From(IConfiguration configuration)
    {
        var key = Key("Messages:Key") ?? throw new InvalidOperationException(
            "Set Messages:Key to the key that services know each other's messages by: 32 random bytes in base64, the same for all.");

        return Key("Messages:OtherKey") is { } other ? new(key, other) : new(key);

        byte[]? Key(string name)
        {
            if (configuration[name] is not { Length: > 0 } text)
            {
                return null;
            }

            var bytes = new byte[KeySize];

            return Convert.TryFromBase64String(text, bytes, out var length) && length == KeySize
                ? bytes
                : throw new InvalidOperationException($"{name} must be {KeySize} bytes in base64.");
        }
    }

    public string Of(ReadOnlySpan<byte> body) => Convert.ToBase64String(HMACSHA256.HashData(keys[0], body));

    public bool Holds(ReadOnlySpan<byte> body, string? code)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> due = stackalloc byte[HMACSHA256.HashSizeInBytes];

        if (code is null || !Convert.TryFromBase64String(code, given, out var length) || length != given.Length)
        {
            return false;
        }

        foreach (var key in keys)
        {
            HMACSHA256.HashData(key, body, due);

            if (CryptographicOperations.FixedTimeEquals(given, due))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>MassTransit's own JSON, with its code when it is written, and read only with a code that holds. The bus knows no other format.</summary>
internal sealed class AuthenticJson(MessageMac mac) : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    private readonly SystemTextJsonMessageSerializer json = new();

    public ContentType ContentType => json.ContentType;

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    /// <summary>The transports ask for the body first, and for the headers afterwards.</summary>
    public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class
    {
        var body = json.GetMessageBody(context);
        context.Headers.Set(MessageMac.Header, mac.Of(body.GetBytes()));

        return body;
    }

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    /// <exception cref="ContractViolationException">No service of the platform has sent these bytes.</exception>
    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        mac.Holds(body.GetBytes(), headers.Get<string>(MessageMac.Header))
            ? json.Deserialize(body, headers, destinationAddress)
            : throw new ContractViolationException("The message is not as a service of this platform has sent it: it was changed on its way, or comes from elsewhere.");

    public MessageBody GetMessageBody(string text) => json.GetMessageBody(text);

    public void Probe(ProbeContext context) => json.Probe(context);
}
