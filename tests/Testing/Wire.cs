using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Testing;

/// <summary>Where a fact that a test publishes claims to come from; what is left out is made up, the same way every time.</summary>
public sealed record Origin(
    string? Service = null,
    long? Version = null,
    DateTimeOffset? RecordedAt = null,
    string Actor = "submitter",
    string ActorRole = Roles.PortfolioManager,
    Guid? Correlation = null,
    Guid? Causation = null,
    long? Previous = null,
    DateTimeOffset? EffectiveAt = null)
{
    /// <summary>A moment at which all policies and price books of the platform are in force.</summary>
    public static readonly DateTimeOffset Moment = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The stream of facts that are about no use case.</summary>
    public static readonly Guid Elsewhere = new("0193a5c8-0000-7000-8000-000000000001");

    public FactOrigin Of(IGovernanceEvent fact)
    {
        var (stream, revision) = fact is IUseCaseEvent about ? (about.UseCaseId, about.Revision) : (Elsewhere, 1);

        return new(
            Service ?? Publisher(fact),
            stream,
            Version ?? revision,
            RecordedAt ?? Moment,
            new(Actor, ActorRole, Correlation ?? stream, Causation ?? stream, EffectiveAt ?? RecordedAt ?? Moment, TraceParent: null))
        {
            Previous = Previous ?? (Version ?? revision) - 1,
        };
    }

    private static string Publisher(IGovernanceEvent fact) => fact switch
    {
        UseCaseSubmitted or UseCaseRevised or UseCaseWithdrawn => "intake",
        DataReadinessAssessed => "data-readiness",
        CostForecast or PriceBookDrafted or PriceBookPublished or PriceBookDraftDiscarded => "costs",
        StrategyRecommended or PolicyDrafted or PolicyPublished or PolicyDraftDiscarded => "strategy",
        PersonalDataErased => "audit",
        _ => "compliance",
    };
}

/// <summary>A message as it goes over the wire, to be spoilt and then sent.</summary>
public static class Wire
{
    /// <summary>The key all services of a test authenticate their messages with.</summary>
    public static readonly string Key = Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    private static readonly JsonSerializerOptions AsOnTheBus = new(Json.Options) { Converters = { new DecimalAsText() } };

    public static JsonObject Envelope(IGovernanceEvent fact, Origin? from = null, Guid? messageId = null)
    {
        var origin = (from ?? new()).Of(fact);

        return new()
        {
            ["messageId"] = (messageId ?? Guid.CreateVersion7()).ToString(),
            ["correlationId"] = origin.Context.CorrelationId.ToString(),
            ["messageType"] = new JsonArray([.. Types(fact).Select(Urn)]),
            ["message"] = JsonSerializer.SerializeToNode(fact, fact.GetType(), AsOnTheBus),
            ["headers"] = new JsonObject
            {
                ["gov-service"] = origin.Service,
                ["gov-stream"] = origin.Stream.ToString(),
                ["gov-version"] = origin.Version.ToString(CultureInfo.InvariantCulture),
                ["gov-previous"] = origin.Previous.ToString(CultureInfo.InvariantCulture),
                ["gov-recorded-at"] = origin.RecordedAt.ToString("O", CultureInfo.InvariantCulture),
                ["gov-effective-at"] = origin.Context.EffectiveAt.ToString("O", CultureInfo.InvariantCulture),
                ["gov-actor"] = origin.Context.Actor,
                ["gov-actor-role"] = origin.Context.ActorRole,
                ["gov-causation"] = origin.Context.CausationId.ToString(),
            },
        };
    }

    private static Type[] Types(IGovernanceEvent fact) =>
        [fact.GetType(), .. fact is IUseCaseEvent ? [typeof(IUseCaseEvent)] : Type.EmptyTypes, typeof(IGovernanceEvent)];

    private static JsonNode Urn(Type type) => MessageUrn.ForTypeString(type);
}

/// <summary>As MassTransit writes decimal numbers, so that no reader rounds them.</summary>
internal sealed class DecimalAsText : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Stands in for a message that consists of given bytes.</summary>
internal sealed record Written;

internal sealed class AsWritten(string body) : IMessageSerializer
{
    public ContentType ContentType { get; } = new("application/vnd.masstransit+json");

    public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class => new StringMessageBody(body);

    /// <summary>The id a receiver would find, or none.</summary>
    public static Guid MessageIdIn(string envelope)
    {
        try
        {
            return JsonNode.Parse(envelope)?["messageId"]?.GetValue<string>() is { } id && Guid.TryParse(id, out var known) ? known : Guid.Empty;
        }
        catch (Exception garbage) when (garbage is JsonException or InvalidOperationException)
        {
            return Guid.Empty;
        }
    }
}
