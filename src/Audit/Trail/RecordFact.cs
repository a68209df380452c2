using System.Security.Cryptography;
using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.Contracts;
using Governance.Ledger;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Audit.Trail;

/// <summary>
/// Records every fact any service publishes, with its origin and its causes; a new contract needs no change here. Personal values go
/// beside the ledger, commitments to them into it. What is recorded waits for its seal.
/// </summary>
public sealed class RecordFactConsumer(FactRecorder recorder, LedgerSettings settings, TimeProvider clock) : IConsumer<IGovernanceEvent>
{
    public Task Consume(ConsumeContext<IGovernanceEvent> context)
    {
        var origin = FactOrigin.ReadFrom(context);

        if (origin.Version < 1 || origin.Previous < 0 || origin.Previous >= origin.Version)
        {
            throw new ContractViolationException("The message does not follow the one it says it follows.");
        }

        return recorder.Record(Read(context, origin), context.CancellationToken);
    }

    private ArrivedFact Read(ConsumeContext context, FactOrigin origin)
    {
        try
        {
            using var envelope = CanonicalJson.Parse(context.ReceiveContext.Body.GetBytes());
            var message = envelope.RootElement.GetProperty("message");

            if (message.GetPropertyCount() == 0)
            {
                throw new ContractViolationException("The message says nothing.");
            }

            var contract = ContractName.Of(new Uri(context.SupportedMessageTypes.First()));
            var about = context.HasMessageType(typeof(IUseCaseEvent)) ? About(message) : (UseCaseId: (Guid?)null, Revision: (int?)null);
            var (data, personal) = PersonalContracts.Of(contract).Split(message, () => RandomNumberGenerator.GetBytes(Disclosure.SaltSize));

            return new(
                new(
                    settings.Origin, FactContext.MessageId(context), contract, about.UseCaseId, about.Revision,
                    origin.Service, origin.Stream, origin.Version, origin.Previous, origin.Context.Actor, origin.Context.ActorRole,
                    origin.Context.CorrelationId, origin.Context.CausationId, origin.Context.EffectiveAt, origin.RecordedAt, clock.GetUtcNow(), data),
                personal);
        }
        catch (LedgerException e)
        {
            throw new ContractViolationException($"The message cannot be sealed: {e.Message}");
        }
    }

    /// <summary>The use case a fact is about, and the revision of it.</summary>
    private static (Guid? UseCaseId, int? Revision) About(JsonElement message) =>
        message.TryGetProperty("useCaseId", out var id) && id.ValueKind is JsonValueKind.String && id.TryGetGuid(out var useCase) && useCase != Guid.Empty
            && message.TryGetProperty("revision", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt32(out var revision) && revision >= 1
            ? (useCase, revision)
            : throw new ContractViolationException("The message names no use case and revision.");
}
